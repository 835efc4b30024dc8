/* report_json - the findings of a check for machines */
#include "check/report.h"
#include "doc/make.h"
#include "doc/origin.h"

static const struct node *place_node(const struct check_report *r, struct place p)
{
	if (!p.line)
		return NULL;
	return node_make(r->arena, "{file: %s, line: %d, column: %d}", check_report_path(r, p.path),
			 (int)p.line, (int)p.column);
}

/* The chain of instructions that made the value, the last one first; empty when the value is where
 * it was written. */
static const struct node *chain_node(const struct check_report *r, const struct node *n)
{
	struct origin_place places[CHECK_CHAIN_MAX];
	const struct node *list = node_empty_list();
	uint32_t count = n ? origin_chain(r->set, n, places, CHECK_CHAIN_MAX) : 0;

	for (uint32_t i = 0; i < count; i++) {
		struct set_spot p = places[i].place;
		if (places[i].kind == ORIGIN_NONE || !p.line)
			continue;
		list = node_list_append(
			r->arena, list,
			node_make(r->arena, "{step: %s, file: %s, line: %d, column: %d}",
				  origin_word(places[i].kind), check_report_path(r, p.path),
				  (int)p.line, (int)p.column));
	}
	return list;
}

/* "Kind/namespace/name" or "Kind/name" */
static const struct node *object_node(struct arena *arena, struct str label)
{
	struct str rest = label, kind = str_cut(&rest, '/');
	struct str namespace = str_cut(&rest, '/');

	if (!label.len)
		return NULL;
	if (!rest.ptr)
		return node_make(arena, "{kind: %s, name: %s}", kind, namespace);
	return node_make(arena, "{kind: %s, namespace: %s, name: %s}", kind, namespace, rest);
}

static const struct node *finding_node(const struct check_report *r, const struct finding *f)
{
	struct place place = docset_place(r->set, f->node ? f->node->position : 0);

	return node_make(r->arena,
			 "{rule: %s, severity: %s, message: %s, hint: %?s, object: %?n, "
			 "origin: %?n, chain: %n}",
			 f->rule->id, severity_word(f->severity), f->message, f->hint,
			 object_node(r->arena, f->object), place_node(r, place),
			 chain_node(r, f->node));
}

const struct node *check_report_document(const struct check_report *report)
{
	uint32_t errors = check_count(report->findings, SEVERITY_ERROR);
	uint32_t warnings = check_count(report->findings, SEVERITY_WARNING) - errors;
	uint32_t count = report->findings->count;
	const struct node **items = arena_array(report->arena, const struct node *, count);

	for (uint32_t i = 0; i < count; i++)
		items[i] = finding_node(report, &report->findings->items[i]);
	return node_make(report->arena,
			 "{apiVersion: forge.dev/v1, kind: CheckReport, findings: %n, summary: "
			 "{objects: %d, errors: %d, warnings: %d, infos: %d}}",
			 node_list_of(report->arena, items, count), (int)report->object_count,
			 (int)errors, (int)warnings, (int)(count - errors - warnings));
}
