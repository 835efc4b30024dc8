/*
 * origin - the chain of instructions that made or moved a value
 *
 * Layer: doc. A step is an index into the set's append-only table of {kind, position of the
 * instruction, position and step of the node before}. Nodes that an instruction made or moved carry
 * its step; walking back gives the chain that a finding and `forge why` print.
 */
#ifndef FORGE_DOC_ORIGIN_H
#define FORGE_DOC_ORIGIN_H

#include "doc/set.h"
#include "doc/tree.h"

/* What an instruction did. X(enum, word in reports) */
#define ORIGIN_KINDS(X)                                                                            \
	X(ORIGIN_NONE, "written")                                                                  \
	X(ORIGIN_BASE, "base")                                                                     \
	X(ORIGIN_PATCH, "patch")                                                                   \
	X(ORIGIN_REPLACEMENT, "replacement")                                                       \
	X(ORIGIN_GENERATOR, "generator")                                                           \
	X(ORIGIN_NAME, "name prefix or suffix")                                                    \
	X(ORIGIN_NAMESPACE, "namespace")                                                           \
	X(ORIGIN_LABEL, "label")                                                                   \
	X(ORIGIN_ANNOTATION, "annotation")                                                         \
	X(ORIGIN_IMAGE, "image")                                                                   \
	X(ORIGIN_REPLICAS, "replicas")                                                             \
	X(ORIGIN_REFERENCE, "name reference")                                                      \
	X(ORIGIN_SUBSTITUTION, "substitution")                                                     \
	X(ORIGIN_TEMPLATE, "template")                                                             \
	X(ORIGIN_DEFAULT, "default")                                                               \
	X(ORIGIN_CONTROLLER, "controller")

enum origin_kind {
#define X(name, word) name,
	ORIGIN_KINDS(X)
#undef X
};

struct origin_step {
	enum origin_kind kind;
	uint32_t instruction; /* position of the line that did it; 0 unknown */
	uint32_t before;      /* position of the node it replaced; 0 none */
	uint32_t before_step; /* and that node's step */
};

/* Appends a step; returns its index (> 0). before may be NULL. Equal consecutive steps share one
 * index. */
uint32_t origin_step(struct docset *set, enum origin_kind kind, uint32_t instruction,
		     const struct node *before);

/* The step at an index (> 0). */
struct origin_step origin_get(const struct docset *set, uint32_t step);

struct str origin_word(enum origin_kind kind);

/*
 * The chain of a node, last step first: fills at most limit places, the last one being where the
 * value was written. Returns their number.
 */
struct origin_place {
	enum origin_kind kind; /* ORIGIN_NONE for the place where it was written */
	struct place place;
};
uint32_t origin_chain(struct docset *set, const struct node *n, struct origin_place *places,
		      uint32_t limit);

#endif
