/*
 * label_selector - label selectors written as text, compiled once: app=x,env in (a,b),!c,n>3
 *
 * Layer: kube. Parsed once per request, matched per object. A selector without requirements matches
 * everything. The grammar and its messages are those of Kubernetes, apimachinery pkg/labels,
 * selector.go (Parse); selectors in objects ({matchLabels, matchExpressions}) are kube/labels.h.
 *
 *	struct label_selector selector;
 *	if (label_selector_parse(arena, STR("app=web,tier!=cache"), &selector, err) < 0)
 *		return -1;
 *	if (label_selector_matches(&selector, object_labels(object))) …
 */
#ifndef FORGE_KUBE_LABEL_SELECTOR_H
#define FORGE_KUBE_LABEL_SELECTOR_H

#include "base/error.h"
#include "doc/tree.h"

enum label_operator {
	LABEL_IN,
	LABEL_NOT_IN, /* also where there is no such label */
	LABEL_EXISTS,
	LABEL_DOES_NOT_EXIST,
	LABEL_GREATER,
	LABEL_LESS,
};

struct label_requirement {
	struct str key;
	enum label_operator operator;
	const struct str *values;
	uint32_t value_count;
	int64_t limit; /* of LABEL_GREATER and LABEL_LESS */
};

struct label_selector {
	const struct label_requirement *items; /* all must hold */
	uint32_t count;
};

/* The text is copied into the arena. Errors have no position. */
MUST_USE int label_selector_parse(struct arena *arena, struct str text, struct label_selector *ret,
				  struct error *err);

/* labels may be NULL or no map. O(requirements × labels). */
bool label_selector_matches(const struct label_selector *selector, const struct node *labels);

#endif
