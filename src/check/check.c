/* check - every mistake of a composition before it ships */
#include "check/check.h"

#include "base/sort.h"
#include "check/check_inside.h"

void check_composition(const struct composition *composition, struct findings *findings)
{
	SCRATCH(scratch);
	struct check c;

	check_index(&c, composition, findings);
	check_index_data(&c);
	check_index_mesh(&c);
	c.scratch = scratch;
	for (uint32_t i = 0; i < c.objects.count; i++) {
		const struct check_object *o = &c.objects.items[i];
		findings_about(findings, o->label);
		check_schema(&c, o);
		arena_clear(scratch);
		check_workload_references(&c, o);
		check_mesh(&c, o);
		check_flux(&c, o);
	}
	for (uint32_t i = 0; i < c.pods.count; i++) {
		if (c.pods.items[i].is_primary)
			continue;
		findings_about(findings, c.pods.items[i].owner->label);
		check_pod_references(&c, &c.pods.items[i]);
	}
	check_flux_whole(&c);
	findings_about(findings, STR_NONE);
}

/* Order */

struct sortable {
	struct finding finding;
	struct place place;
};

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *a, const void *b, void *context)
{
	const struct sortable *x = a, *y = b;
	int order = str_compare(x->place.path, y->place.path);

	(void)context;
	if (!order)
		order = compare_numbers(x->place.line, y->place.line);
	if (!order)
		order = compare_numbers(x->place.column, y->place.column);
	if (!order)
		order = str_compare(x->finding.rule->id, y->finding.rule->id);
	return order ? order : str_compare(x->finding.message, y->finding.message);
}

static bool is_same(const struct sortable *a, const struct sortable *b)
{
	return a->finding.rule == b->finding.rule && a->place.line == b->place.line &&
	       a->place.column == b->place.column && str_equal(a->place.path, b->place.path) &&
	       str_equal(a->finding.message, b->finding.message) &&
	       (a->place.path.len || str_equal(a->finding.object, b->finding.object));
}

void check_sort(struct docset *set, struct findings *findings)
{
	SCRATCH(scratch);
	struct sortable *items = arena_array(scratch, struct sortable, findings->count);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];
		items[i].finding = *f;
		items[i].place = docset_place(set, f->node ? f->node->position : 0);
	}
	sort_stable(items, findings->count, sizeof(*items), compare, NULL);
	for (uint32_t i = 0; i < findings->count; i++)
		if (!i || !is_same(&items[i - 1], &items[i]))
			findings->items[kept++] = items[i].finding;
	findings->count = kept;
}

uint32_t check_count(const struct findings *findings, enum severity severity)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < findings->count; i++)
		count += findings->items[i].severity >= severity;
	return count;
}
