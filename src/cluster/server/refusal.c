/* refusal - error answers, in the API server's words */
#include "cluster/server/refusal.h"

#include "base/arena.h"

int refuse(struct api_answer *answer, int code, const char *reason, struct str message)
{
	answer->code = code;
	answer->reason = str_from_cstr(reason);
	answer->message = message;
	return -1;
}

int refuse_bad_request(struct api_answer *answer, struct str message)
{
	return refuse(answer, 400, "BadRequest", message);
}

int refuse_not_found(struct arena *arena, struct api_answer *answer, const struct kind *kind,
		     struct str name)
{
	return refuse(answer, 404, "NotFound",
		      str_printf(arena, "%.*s \"%.*s\" not found",
				 STR_FMT(kind_resource(arena, kind)), STR_FMT(name)));
}

int refuse_exists(struct arena *arena, struct api_answer *answer, const struct kind *kind,
		  struct str name)
{
	return refuse(answer, 409, "AlreadyExists",
		      str_printf(arena, "%.*s \"%.*s\" already exists",
				 STR_FMT(kind_resource(arena, kind)), STR_FMT(name)));
}

int refuse_forbidden(struct arena *arena, struct api_answer *answer, const struct kind *kind,
		     struct str name, struct str why)
{
	return refuse(answer, 403, "Forbidden",
		      str_printf(arena, "%.*s \"%.*s\" is forbidden: %.*s",
				 STR_FMT(kind_resource(arena, kind)), STR_FMT(name), STR_FMT(why)));
}

int refuse_conflict(struct arena *arena, struct api_answer *answer, const struct kind *kind,
		    struct str name, struct str why)
{
	return refuse(answer, 409, "Conflict",
		      str_printf(arena, "Operation cannot be fulfilled on %.*s \"%.*s\": %.*s",
				 STR_FMT(kind_resource(arena, kind)), STR_FMT(name), STR_FMT(why)));
}

/* "Deployment.apps", and "Pod" for the core group. */
static struct str qualified_kind(struct arena *arena, const struct kind *kind)
{
	if (!kind->group.len)
		return kind->name;
	return str_printf(arena, "%.*s.%.*s", STR_FMT(kind->name), STR_FMT(kind->group));
}

static const struct api_cause *causes_of(struct arena *arena, const struct field_errors *errors)
{
	struct api_cause *causes = arena_array(arena, struct api_cause, errors->count);

	for (uint32_t i = 0; i < errors->count; i++) {
		struct field_error bare = errors->items[i];
		bare.path = STR_NONE;
		causes[i] = (struct api_cause){ .reason = field_error_reason(bare.type),
						.message = field_error_text(arena, &bare),
						.field = errors->items[i].path };
	}
	return causes;
}

int refuse_invalid(struct arena *arena, struct api_answer *answer, const struct kind *kind,
		   struct str name, const struct field_errors *errors)
{
	answer->causes = causes_of(arena, errors);
	answer->cause_count = errors->count;
	return refuse(answer, 422, "Invalid",
		      str_printf(arena, "%.*s \"%.*s\" is invalid: %.*s",
				 STR_FMT(qualified_kind(arena, kind)), STR_FMT(name),
				 STR_FMT(field_errors_text(errors))));
}
