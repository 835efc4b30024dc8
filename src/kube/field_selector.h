/*
 * field_selector - field selectors written as text, compiled once: metadata.name=a,type!=Opaque
 *
 * Layer: kube. Each kind has a table of the fields that can be selected by; another field is an
 * error, so that text from outside never becomes a path into a document. Compiled once per
 * request, matched per object. A selector without terms matches everything.
 * Source: Kubernetes, apimachinery pkg/fields/selector.go, and AddFieldLabelConversionFunc of the
 * kinds (pkg/apis/.../conversion.go).
 *
 *	struct field_selector selector;
 *	if (field_selector_parse(arena, kind, STR("spec.nodeName=n1"), &selector, err) < 0)
 *		return -1;
 *	if (field_selector_matches(&selector, pod)) …
 */
#ifndef FORGE_KUBE_FIELD_SELECTOR_H
#define FORGE_KUBE_FIELD_SELECTOR_H

#include "base/error.h"
#include "doc/tree.h"
#include "kube/kind.h"

struct selectable_field;

struct field_term {
	const struct selectable_field *field;
	struct str value;
	bool negated;
};

struct field_selector {
	const struct field_term *items; /* all must hold */
	uint32_t count;
};

/* Values live in the arena. Errors, in the API server's words, have no position. */
MUST_USE int field_selector_parse(struct arena *arena, const struct kind *kind, struct str text,
				  struct field_selector *ret, struct error *err);

/* The object is one of the kind that the selector was compiled for; any node may stand anywhere. */
bool field_selector_matches(const struct field_selector *selector, const struct node *object);

#endif
