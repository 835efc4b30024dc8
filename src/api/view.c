/* view - what a reconciler may read */
#include "api/view.h"

#include "base/timestamp.h"

const struct answer *view_answer(const struct view *view, struct str name)
{
	for (uint32_t i = 0; i < view->answer_count; i++)
		if (str_equal(view->answers[i].name, name))
			return &view->answers[i];
	return NULL;
}

struct str view_now(const struct view *view)
{
	return timestamp_format(view->arena, view->now_ms / 1000);
}
