/*
 * chain - how one value came to be: what wrote it, what it replaced, and where that was read
 *
 * Layer: build. The answer of `forge why`. Links go from the value that is applied back to the one
 * that was written first; the links of a value that was read elsewhere (by a replacement, a name
 * reference, a variable) stand behind the link that read it, one level deeper.
 *
 * Limit: CHAIN_LINKS_MAX links, CHAIN_BY_MAX instructions of one.
 */
#ifndef FORGE_BUILD_CHAIN_H
#define FORGE_BUILD_CHAIN_H

#include "build/origins.h"
#include "doc/origin.h"
#include "doc/path.h"

enum { CHAIN_LINKS_MAX = 64, CHAIN_BY_MAX = 16 };

/* An instruction that brought a value: "patch", and "patches[0]" in the file of its place. */
struct chain_by {
	enum origin_kind kind;
	struct origins_place place; /* path absent: the program itself */
	struct str path;	    /* of the instruction in its document; absent when unknown */
};

struct chain_link {
	const struct node *value;
	struct origins_place place; /* where it is written; path absent: in no file */
	struct str path;	    /* of that place in its document; absent when unknown */
	struct chain_by *by;	    /* the instruction, then how the build came to its file */
	uint32_t by_count;
	uint32_t depth; /* 0; of the source of the link before it one more */
};

struct chain {
	struct chain_link *items;
	uint32_t count;
	uint32_t capacity; /* private */
};

/* Of the value at a path of an object, which is there. Lives in the arena of the origins. */
struct chain chain_of(struct origins *origins, const struct node *object, const struct path *path);

#endif
