/* reasons - why nodes do not fit, counted */
#include "cluster/scheduler/reasons.h"

#include "base/arena.h"
#include "base/sort.h"

void reasons_count(struct reasons *reasons, struct str text, uint32_t count)
{
	for (uint32_t i = 0; i < reasons->items.count; i++) {
		if (!str_equal(reasons->items.items[i].text, text))
			continue;
		reasons->items.items[i].count += count;
		return;
	}
	VEC_PUSH(reasons->arena, &reasons->items, (struct reason){ text, count });
}

void reasons_count_misfits(struct reasons *reasons, const struct misfit *misfits, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct str text = str_from_cstr(misfits[i].message);
		if (misfits[i].resource.ptr)
			text = STR_CAT(reasons->arena, STR("Insufficient "), misfits[i].resource);
		reasons_count(reasons, text, 1);
	}
}

static int compare_texts(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

void reasons_format(const struct reasons *reasons, uint32_t node_count, struct buf *out)
{
	uint32_t count = reasons->items.count;
	struct str *texts = arena_array(reasons->arena, struct str, count);

	for (uint32_t i = 0; i < count; i++)
		texts[i] = str_printf(reasons->arena, "%u %.*s", reasons->items.items[i].count,
				      STR_FMT(reasons->items.items[i].text));
	sort_stable(texts, count, sizeof(*texts), compare_texts, NULL);
	buf_printf(out, "0/%u nodes are available: ", node_count);
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			buf_add(out, STR(", "));
		buf_add(out, texts[i]);
	}
	buf_add_char(out, '.');
}
