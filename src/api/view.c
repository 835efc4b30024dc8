/* view - what a reconciler may read */
#include "api/view.h"

#include "base/hash.h"
#include "base/timestamp.h"

const void *view_memory(const struct view *view, const struct object *of)
{
	static const uint64_t none[VIEW_MEMORY_BYTES / sizeof(uint64_t)];
	uint64_t uid = of ? hash64(HASH64_START, of->uid) : 0;

	return view->memory && view->memory_of == uid ? view->memory : none;
}

struct str view_now(const struct view *view)
{
	return timestamp_format(view->arena, view->now_ms / 1000);
}
