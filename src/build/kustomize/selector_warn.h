/*
 * selector_warn - labels that get into a selector which can never change
 *
 * Layer: build/kustomize. A Deployment is refused when its selector changes, so a label in it is
 * there for good. Told are labels of an overlay or a component in selectors of what others bring,
 * where the base alone has other ones, and values that look like a version, which the next release
 * changes. A label beside its workload is taken as meant. One warning for each map of labels.
 *
 *	struct selector_warn w = selector_warn_begin(labels, layer_number);
 *	for each resource
 *		selector_warn_note(&w, resource, labelled);
 *	selector_warn_tell(&w, warnings);
 */
#ifndef FORGE_BUILD_KUSTOMIZE_SELECTOR_WARN_H
#define FORGE_BUILD_KUSTOMIZE_SELECTOR_WARN_H

#include "build/resource.h"
#include "doc/finding.h"

/* All zeros: nothing is looked at. */
struct selector_warn {
	const struct node *labels;
	uint32_t layer;		       /* that sets them */
	const struct node *version;    /* the first value that looks like one; NULL: none does */
	const struct resource *object; /* the first one to tell of; NULL: none */
};

struct selector_warn selector_warn_begin(const struct node *labels, uint32_t layer);

/* Before the resource becomes this node. */
void selector_warn_note(struct selector_warn *w, const struct resource *r,
			const struct node *labelled);

void selector_warn_tell(const struct selector_warn *w, struct findings *warnings);

#endif
