/* plan - what a run of a reconciler asks for: writes, events, requests, and when to requeue */
#include "api/plan.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "doc/make.h"

void plan_init(struct plan *plan, struct arena *arena)
{
	*plan = (struct plan){ .arena = arena, .requeue_after_ms = -1 };
}

struct api_request *plan_write(struct plan *plan, enum api_verb verb)
{
	assert(!plan->requests.count);
	VEC_PUSH(plan->arena, &plan->writes,
		 (struct plan_write){ .request = { .verb = verb, .grace_s = -1 } });
	return plan_last_write(plan);
}

struct api_request *plan_last_write(struct plan *plan)
{
	assert(plan->writes.count);
	return &plan->writes.items[plan->writes.count - 1].request;
}

/* A write of an object that exists, guarded by its uid. */
static struct api_request *write_of(struct plan *plan, enum api_verb verb, const struct object *of)
{
	struct api_request *write = plan_write(plan, verb);

	write->kind = of->kind;
	write->key = of->key;
	write->if_uid = of->uid;
	return write;
}

/* Refused when the object is another one than `from`; a plan's own earlier write does not count. */
static void guard_version(const struct plan *plan, struct api_request *write,
			  const struct object *from)
{
	for (uint32_t i = 0; i + 1 < plan->writes.count; i++)
		if (plan->writes.items[i].request.kind == from->kind &&
		    key_equal(plan->writes.items[i].request.key, from->key))
			return;
	write->if_version = from->version;
}

void plan_create(struct plan *plan, const struct node *object)
{
	plan_write(plan, API_CREATE)->body = object;
}

void plan_update(struct plan *plan, const struct object *from, const struct node *object)
{
	if (node_equal(from->root, object))
		return;
	struct api_request *write = write_of(plan, API_UPDATE, from);
	write->body = object;
	guard_version(plan, write, from);
}

void plan_status(struct plan *plan, const struct object *of, const struct node *status)
{
	const struct node *old = node_get(of->root, STR("status"));

	if (old ? node_equal(old, status) : node_is_empty(status))
		return;
	struct api_request *write = write_of(plan, API_UPDATE, of);
	write->subresource = STR("status");
	plan->writes.items[plan->writes.count - 1].typed = true;
	write->body = node_with(plan->arena, of->root, STR("status"), status);
	guard_version(plan, write, of);
}

void plan_status_always(struct plan *plan, const struct object *of, const struct node *status)
{
	uint32_t before = plan->writes.count;

	plan_status(plan, of, status);
	if (plan->writes.count == before)
		return;
	struct api_request *write = plan_last_write(plan);
	write->if_version = 0;
	write->body = node_set(plan->arena, write->body, "metadata.resourceVersion", NULL);
}

void plan_patch(struct plan *plan, const struct object *of, const struct node *merge_patch)
{
	struct api_request *write = write_of(plan, API_PATCH, of);

	write->patch_type = API_PATCH_MERGE;
	write->body = merge_patch;
}

void plan_patch_status(struct plan *plan, const struct object *of, const struct node *merge_patch)
{
	plan_patch(plan, of, merge_patch);
	plan_last_write(plan)->subresource = STR("status");
}

void plan_delete(struct plan *plan, const struct object *object)
{
	write_of(plan, API_DELETE, object);
}

void plan_event(struct plan *plan, const struct object *about, bool warning, struct str reason,
		const char *format, ...)
{
	struct buf buf;
	va_list args;

	buf_init(&buf, plan->arena);
	va_start(args, format);
	buf_vprintf(&buf, format, args);
	va_end(args);
	plan_event_text(plan, about, warning, reason, buf_str(&buf));
}

void plan_event_text(struct plan *plan, const struct object *about, bool warning, struct str reason,
		     struct str message)
{
	assert(!plan->requests.count);
	VEC_PUSH(plan->arena, &plan->events,
		 (struct plan_event){ .object = about,
				      .warning = warning,
				      .reason = reason,
				      .message = message });
}

void plan_note(struct plan *plan, const struct object *about, struct str kind, const void *data)
{
	assert(!plan->requests.count);
	VEC_PUSH(plan->arena, &plan->notes, (struct plan_note){ about, kind, data });
}

void plan_request(struct plan *plan, struct str kind, struct str name, uint32_t number,
		  const struct node *arguments)
{
	VEC_PUSH(plan->arena, &plan->requests,
		 (struct plan_request){
			 .kind = kind, .name = name, .number = number, .arguments = arguments });
}

static void request_write(struct plan *plan, struct plan_request request,
			  const struct api_request *write, bool typed)
{
	struct plan_write *copy = arena_one(plan->arena, struct plan_write);

	*copy = (struct plan_write){ *write, typed };
	request.write = copy;
	VEC_PUSH(plan->arena, &plan->requests, request);
}

void plan_request_write(struct plan *plan, struct str name, uint32_t number,
			const struct api_request *write)
{
	request_write(plan, (struct plan_request){ .name = name, .number = number }, write,
		      /* typed= */ false);
}

void plan_request_typed(struct plan *plan, struct str name, uint32_t number,
			const struct api_request *write)
{
	request_write(plan, (struct plan_request){ .name = name, .number = number }, write,
		      /* typed= */ true);
}

void *plan_memory(struct plan *plan, const struct view *view, const struct object *of)
{
	uint64_t uid = of ? hash64(HASH64_START, of->uid) : 0;

	assert(!plan->memory || plan->memory_of == uid);
	if (!plan->memory)
		plan->memory = arena_copy(plan->arena, view_memory(view, of), VIEW_MEMORY_BYTES);
	plan->memory_of = uid;
	return plan->memory;
}

void plan_requeue(struct plan *plan, int64_t after_ms)
{
	after_ms = MAX(after_ms, 0);
	if (plan->requeue_after_ms < 0 || after_ms < plan->requeue_after_ms)
		plan->requeue_after_ms = after_ms;
}
