/*
 * origin - the chain of instructions that made or moved a value
 *
 * Layer: doc. A step is an index into the set's append-only table. A node that an instruction made
 * or moved carries its step, and its position is the place that a person would edit. Walking back
 * from step to step gives the chain that a finding and `forge why` print.
 *
 * Steps borrow their nodes, which live as long as the set.
 *
 *	for (const struct node *n = value; n; n = origin_before(set, n))
 *		… node_text(n) was written at n->position, by origin_get(set, n->step) if it has one
 */
#ifndef FORGE_DOC_ORIGIN_H
#define FORGE_DOC_ORIGIN_H

#include "doc/set.h"
#include "doc/tree.h"

/* What an instruction did. X(enum, word in reports) */
#define ORIGIN_KINDS(X)                                                                            \
	X(ORIGIN_NONE, "written")                                                                  \
	X(ORIGIN_RESOURCE, "resource")                                                             \
	X(ORIGIN_BASE, "base")                                                                     \
	X(ORIGIN_COMPONENT, "component")                                                           \
	X(ORIGIN_KUSTOMIZATION, "Kustomization of Flux")                                           \
	X(ORIGIN_PATCH, "patch")                                                                   \
	X(ORIGIN_REPLACEMENT, "replacement")                                                       \
	X(ORIGIN_GENERATOR, "generator")                                                           \
	X(ORIGIN_HASH, "hash of the content")                                                      \
	X(ORIGIN_NAME, "name prefix or suffix")                                                    \
	X(ORIGIN_NAMESPACE, "namespace")                                                           \
	X(ORIGIN_LABEL, "label")                                                                   \
	X(ORIGIN_ANNOTATION, "annotation")                                                         \
	X(ORIGIN_IMAGE, "image")                                                                   \
	X(ORIGIN_REPLICAS, "replicas")                                                             \
	X(ORIGIN_REFERENCE, "name reference")                                                      \
	X(ORIGIN_DECRYPTION, "decryption by SOPS")                                                 \
	X(ORIGIN_VARIABLE, "variable")                                                             \
	X(ORIGIN_SUBSTITUTION, "substitution")                                                     \
	X(ORIGIN_TRANSFORMER, "transformer")                                                       \
	X(ORIGIN_METADATA, "build metadata")                                                       \
	X(ORIGIN_TEMPLATE, "template")                                                             \
	X(ORIGIN_DEFAULT, "default")                                                               \
	X(ORIGIN_CONTROLLER, "controller")                                                         \
	X(ORIGIN_ASSUMED, "assumed Kustomization of Flux")

enum origin_kind {
#define X(name, word) name,
	ORIGIN_KINDS(X)
#undef X
};

struct origin_step {
	enum origin_kind kind;
	uint32_t instruction;	   /* position of the line that did it; 0 unknown */
	uint32_t via;		   /* step: how the build came to that line's file; 0 directly */
	const struct node *before; /* whose place the value took; NULL: nobody's */
	const struct node *source; /* that it was read from, elsewhere; NULL: the instruction's */
};

/* Appends a step; returns its index (> 0). Equal consecutive steps share one index. */
uint32_t origin_add(struct docset *set, struct origin_step step);

/* The same step for a value that took another one's place. */
uint32_t origin_add_before(struct docset *set, uint32_t step, const struct node *before);

/* The step at an index (> 0). */
struct origin_step origin_get(const struct docset *set, uint32_t step);

/* The node whose place this one took, or NULL. */
const struct node *origin_before(const struct docset *set, const struct node *n);

struct str origin_word(enum origin_kind kind);

/*
 * The chain of a node, last step first: fills at most limit places, the last one being where the
 * value was written. Returns their number.
 */
struct origin_place {
	enum origin_kind kind; /* ORIGIN_NONE for the place where it was written */
	struct set_spot place;
};
uint32_t origin_chain(struct docset *set, const struct node *n, struct origin_place *places,
		      uint32_t limit);

#endif
