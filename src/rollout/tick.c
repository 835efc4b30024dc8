/* tick - what the steps of a tick have in common: events, answers, the Canary's settings */
#include "rollout/tick.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/duration.h"
#include "base/hash.h"

enum { INTERVAL_DEFAULT_MS = 60000, INTERVAL_LEAST_MS = 10000 };

static struct str format_text(struct tick *t, const char *format, va_list args)
{
	struct buf buf;

	buf_init(&buf, t->arena);
	buf_vprintf(&buf, format, args);
	return buf_str(&buf);
}

void tick_tell(struct tick *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct str text = format_text(t, format, args);
	va_end(args);
	plan_event(t->plan, t->object, /* warning= */ false, STR("Synced"), "%.*s", STR_FMT(text));
}

void tick_warn(struct tick *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct str text = format_text(t, format, args);
	va_end(args);
	plan_event(t->plan, t->object, /* warning= */ true, STR("Synced"), "%.*s", STR_FMT(text));
}

bool tick_fails(struct tick *t, struct str fault)
{
	if (fault.ptr)
		tick_warn(t, "%.*s", STR_FMT(fault));
	return fault.ptr;
}

struct str tick_fault(struct tick *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct str text = format_text(t, format, args);
	va_end(args);
	return text;
}

struct str tick_wrap(struct tick *t, const char *what, struct str fault)
{
	return fault.ptr ? tick_fault(t, "%s: %.*s", what, STR_FMT(fault)) : STR_NONE;
}

const struct answer *tick_ask(struct tick *t, struct str kind, struct str name,
			      const struct node *arguments)
{
	const struct answer *answer = view_answer(t->view, name, 0);

	if (answer || t->pending)
		return answer;
	t->question = (struct plan_request){ .kind = kind, .name = name, .arguments = arguments };
	t->pending = true;
	return NULL;
}

void tick_send(struct tick *t)
{
	assert(t->pending);
	plan_request(t->plan, t->question.kind, t->question.name, 0, t->question.arguments);
}

/* Built-in kinds take an update without a version, which cannot conflict. */
void tick_update(struct tick *t, const struct object *from, const struct node *root)
{
	if (node_equal(from->root, root))
		return;
	plan_update(t->plan, from, root);
	if (!(from->kind->flags & KIND_FLAG_CUSTOM))
		plan_last_write(t->plan)->if_version = 0;
}

const struct object *tick_get(const struct tick *t, kind_id kind, struct str name)
{
	return view_get(t->view, kind, (struct key){ t->key.namespace, name });
}

bool tick_phase(const struct tick *t, const char *phase)
{
	return str_equal(t->was.phase, str_from_cstr(phase));
}

bool tick_is_new(const struct tick *t)
{
	return !t->was.phase.len || tick_phase(t, "Initializing");
}

bool tick_skips_analysis(const struct tick *t)
{
	return !t->analysis || node_bool_at(t->root, "spec.skipAnalysis", false);
}

int64_t tick_threshold(const struct tick *t)
{
	int64_t threshold = node_int_at(t->analysis, "threshold", 0);

	return threshold > 0 ? threshold : 1;
}

int64_t tick_interval_ms(const struct tick *t)
{
	int64_t ns;

	if (!duration_parse(node_str_at(t->analysis, "interval"), &ns))
		return INTERVAL_DEFAULT_MS;
	return MAX(ns / NS_PER_MS, (int64_t)INTERVAL_LEAST_MS);
}

static struct sha256 draw(const struct tick *t, const char *purpose)
{
	return sha256(str_printf(t->arena, "%.*s %lld %s", STR_FMT(t->object->uid),
				 (long long)t->view->now_ms, purpose));
}

struct str tick_uuid(const struct tick *t)
{
	struct sha256 d = draw(t, "flagger-id");
	struct str hex;

	d.bytes[6] = (uint8_t)((d.bytes[6] & 0x0f) | 0x40);
	d.bytes[8] = (uint8_t)((d.bytes[8] & 0x3f) | 0x80);
	hex = hex_encode(t->arena, (struct str){ (const char *)d.bytes, 16 });
	return str_printf(t->arena, "%.8s-%.4s-%.4s-%.4s-%.12s", hex.ptr, hex.ptr + 8, hex.ptr + 12,
			  hex.ptr + 16, hex.ptr + 20);
}

struct str tick_letters(const struct tick *t, const char *purpose, uint32_t count)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	struct sha256 d = draw(t, purpose);
	char *text = arena_alloc_raw(t->arena, count, 1);

	assert(count <= SHA256_SIZE_BYTES);
	for (uint32_t i = 0; i < count; i++)
		text[i] = letters[d.bytes[i] % (sizeof(letters) - 1)];
	return (struct str){ text, count };
}
