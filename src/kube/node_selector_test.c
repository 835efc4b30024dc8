/* node_selector_test - which nodes a pod may be on */
#include "kube/node_selector.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"

static void terms_match_nodes(void)
{
	static const struct {
		const char *term;
		bool matches;
	} rows[] = {
		{ "{matchExpressions: [{key: zone, operator: In, values: [b, a]}]}", true },
		{ "{matchExpressions: [{key: zone, operator: In, values: [b]}]}", false },
		{ "{matchExpressions: [{key: none, operator: In, values: [a]}]}", false },
		{ "{matchExpressions: [{key: zone, operator: NotIn, values: [b]}]}", true },
		{ "{matchExpressions: [{key: zone, operator: NotIn, values: [a]}]}", false },
		{ "{matchExpressions: [{key: none, operator: NotIn, values: [a]}]}", true },
		{ "{matchExpressions: [{key: zone, operator: Exists}]}", true },
		{ "{matchExpressions: [{key: none, operator: Exists}]}", false },
		{ "{matchExpressions: [{key: zone, operator: DoesNotExist}]}", false },
		{ "{matchExpressions: [{key: none, operator: DoesNotExist}]}", true },
		{ "{matchExpressions: [{key: cores, operator: Gt, values: [\"7\"]}]}", true },
		{ "{matchExpressions: [{key: cores, operator: Gt, values: [\"8\"]}]}", false },
		{ "{matchExpressions: [{key: cores, operator: Lt, values: [\"9\"]}]}", true },
		{ "{matchExpressions: [{key: cores, operator: Lt, values: [\"8\"]}]}", false },
		{ "{matchExpressions: [{key: cores, operator: Lt, values: [x]}]}", false },
		{ "{matchExpressions: [{key: zone, operator: Lt, values: [\"9\"]}]}", false },
		{ "{matchExpressions: [{key: none, operator: Lt, values: [\"9\"]}]}", false },
		{ "{matchExpressions: [{key: zone, operator: Exists}, {key: none, operator: "
		  "Exists}]}",
		  false },
		{ "{matchFields: [{key: metadata.name, operator: In, values: [n]}]}", true },
		{ "{matchFields: [{key: metadata.name, operator: In, values: [m]}]}", false },
		{ "{matchFields: [{key: metadata.uid, operator: In, values: [u]}]}", false },
		{ "{matchFields: [{key: metadata.name, operator: In, values: [n]}], "
		  "matchExpressions: [{key: none, operator: Exists}]}",
		  false },
		{ "{}", false },
		{ "{matchExpressions: []}", false },
	};
	SCRATCH(arena);
	const struct node *node =
		node_make(arena, "{metadata: {name: n, uid: u, labels: {zone: a, cores: \"8\"}}}");

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].term); i++)
		CHECK_INT(node_selector_term_matches(node_make(arena, rows[i].term), node),
			  rows[i].matches);
}

static void one_term_is_enough_and_labels_must_all_match(void)
{
	SCRATCH(arena);
	const struct node *node = node_make(arena, "{metadata: {labels: {zone: a}}}");
	const struct node *terms =
		node_make(arena, "[{matchExpressions: [{key: none, operator: Exists}]}, "
				 "{matchExpressions: [{key: zone, operator: Exists}]}]");
	const struct node *others =
		node_make(arena, "[{matchExpressions: [{key: none, operator: Exists}]}]");
	const struct node *labels = node_make(arena, "{zone: a}");
	const struct node *other_labels = node_make(arena, "{zone: b}");

	CHECK(node_selector_matches(terms, node));
	CHECK(!node_selector_matches(others, node));
	CHECK(!node_selector_matches(node_empty_list(), node));
	CHECK(node_selector_allows(NULL, NULL, node));
	CHECK(node_selector_allows(labels, terms, node));
	CHECK(!node_selector_allows(other_labels, terms, node));
	CHECK(!node_selector_allows(labels, others, node));
	CHECK(!node_selector_allows(NULL, node_empty_list(), node));
}

static void taints_are_tolerated_by_key_value_and_effect(void)
{
	static const struct {
		const char *toleration;
		uint32_t left;
	} rows[] = {
		{ "{operator: Exists}", 0 },
		{ "{key: a, operator: Exists}", 1 },
		{ "{key: a, operator: Exists, effect: NoSchedule}", 1 },
		{ "{key: a, operator: Exists, effect: NoExecute}", 2 },
		{ "{key: a, operator: Equal, value: x}", 1 },
		{ "{key: a, value: x}", 1 },
		{ "{key: a, value: y}", 2 },
		{ "{key: a}", 2 },
		{ "{key: b}", 1 },
		{ "{key: c, operator: Exists}", 2 },
		{ "{operator: Equal}", 2 },
		{ "{operator: Exists, effect: NoSchedule}", 0 },
		{ "{operator: Exists, effect: NoExecute}", 2 },
	};
	SCRATCH(arena);
	const struct node *taints =
		node_make(arena, "[{key: a, value: x, effect: NoSchedule}, {key: b, effect: "
				 "NoSchedule}, {key: d, effect: NoExecute}]");

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].toleration); i++) {
		const struct node *list = node_make(arena, "[{key: z, operator: Exists}]");
		list = node_list_append(arena, list, node_make(arena, rows[i].toleration));
		CHECK_INT(taints_untolerated(taints, list, STR("NoSchedule")), rows[i].left);
	}
	CHECK_INT(taints_untolerated(taints, NULL, STR("NoSchedule")), 2);
	CHECK_INT(taints_untolerated(taints, NULL, STR("NoExecute")), 1);
	CHECK_INT(taints_untolerated(NULL, NULL, STR("NoExecute")), 0);
}

TESTS({ "terms match nodes", terms_match_nodes },
      { "one term is enough, and labels must all match",
	one_term_is_enough_and_labels_must_all_match },
      { "taints are tolerated by key, value and effect",
	taints_are_tolerated_by_key_value_and_effect })
