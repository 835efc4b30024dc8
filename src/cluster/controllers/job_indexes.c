/* job_indexes - which indexes of an Indexed Job its pods have taken */
#include "cluster/controllers/job_indexes.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/sort.h"
#include "kube/object.h"

static int compare(const void *a, const void *b, void *context)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	(void)context;
	return (x > y) - (x < y);
}

static bool is_used(const struct object *pod, enum job_index_use use)
{
	if (pod->facts.phase == PHASE_SUCCEEDED)
		return true;
	return use == JOB_INDEX_TAKEN && pod->facts.phase != PHASE_FAILED && !pod->facts.deletion_s;
}

struct job_indexes job_indexes_of(struct arena *arena, const struct objects *pods,
				  int64_t completions, enum job_index_use use)
{
	struct job_indexes set = { .items = arena_array(arena, int64_t, pods->count) };
	uint32_t kept = 0;

	for (uint32_t i = 0; i < pods->count; i++) {
		int64_t index = -1;
		if (is_used(pods->items[i], use) &&
		    num_int64(object_annotation(pods->items[i]->root, STR(JOB_INDEX)), &index) &&
		    index >= 0 && index < completions)
			set.items[set.count++] = index;
	}
	sort_stable(set.items, set.count, sizeof(*set.items), compare, NULL);
	for (uint32_t i = 0; i < set.count; i++)
		if (!kept || set.items[kept - 1] != set.items[i])
			set.items[kept++] = set.items[i];
	set.count = kept;
	return set;
}

int64_t job_indexes_skip(struct job_indexes *set, int64_t index)
{
	for (; set->next < set->count && set->items[set->next] <= index; set->next++)
		if (set->items[set->next] == index)
			index++;
	return index;
}

struct str job_indexes_format(struct arena *arena, const struct job_indexes *set)
{
	struct buf text;

	buf_init(&text, arena);
	for (uint32_t i = 0, last; i < set->count; i = last + 1) {
		for (last = i; last + 1 < set->count; last++)
			if (set->items[last + 1] != set->items[last] + 1)
				break;
		buf_printf(&text, "%s%lld", text.len ? "," : "", (long long)set->items[i]);
		if (last > i)
			buf_printf(&text, "%s%lld", last > i + 1 ? "-" : ",",
				   (long long)set->items[last]);
	}
	return buf_str(&text);
}
