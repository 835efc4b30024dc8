/*
 * tree - documents as immutable trees whose nodes keep their place in the text
 *
 * Layer: doc. A node is a scalar, a list or a map. It never changes once a document holds it and
 * has no parent or sibling pointer, so trees share subtrees freely: a change copies the path from
 * the root and shares the rest (node_with, node_set in doc/make.h). Aliases are shared nodes, too.
 *
 * Scalars keep their spelling (0644, 1e3, yes). What they mean is a function of text, tag, style
 * and dialect: doc/scalar.h. Keys are nodes, nearly always scalars; duplicate keys are kept in
 * order, so that each caller accepts or refuses them as the real program does. node_get finds the
 * last one (as go-yaml's maps keep it).
 *
 * position is a number of the document set (doc/set.h), 0 for nodes that no text holds; step says
 * how the node came where it is (doc/origin.h), 0 for nodes that are where they were written.
 *
 * A scalar that is secret is marked (doc/secret.h); each copy of it is, too.
 *
 * Ownership: nodes live in an arena; texts are borrowed from the source text or live in the same
 * arena. All getters accept NULL and nodes of another kind, and then find nothing:
 * node_get(node_get(o, "spec"), "x") is safe.
 */
#ifndef FORGE_DOC_TREE_H
#define FORGE_DOC_TREE_H

#include "base/hash.h"
#include "base/str.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

enum node_style {
	STYLE_PLAIN, /* scalars */
	STYLE_SINGLE,
	STYLE_DOUBLE,
	STYLE_LITERAL,
	STYLE_FOLDED,
	STYLE_BLOCK, /* lists and maps */
	STYLE_FLOW,
};

/* The rules by which a plain scalar gets its type: GO_V3 for resources, SIGS (YAML 1.1) for
 * kustomization files and Flux after substitution, JSON. */
enum dialect { DIALECT_GO_V3, DIALECT_SIGS, DIALECT_JSON };

/* Explicit tags. Other tags count for nothing but keep a quoted or plain scalar a string. */
enum node_tag {
	TAG_NONE,
	TAG_STR,
	TAG_INT,
	TAG_FLOAT,
	TAG_BOOL,
	TAG_NULL,
	TAG_BINARY,
	TAG_TIMESTAMP,
	TAG_MERGE,
	TAG_SEQ,
	TAG_MAP,
	TAG_OTHER,
};
/* Who may read a scalar: doc/secret.h. */
enum secrecy {
	SECRECY_NONE,
	SECRECY_MARKED, /* programs: what Forge writes to be applied has it */
	SECRECY_SEALED, /* nobody: it was decrypted, and no output has it */
};

enum { RAW_DEPTH_MAX = (1 << 14) - 1 };

struct node;

struct entry {
	const struct node *key;
	const struct node *value;
};

/* The fields that begin with raw_ are for doc/ alone, since what they hold depends on the kind: all
 * others use the functions below, which find nothing in nodes of another kind. */
struct node {
	enum node_kind kind : 7;
	enum node_style style : 3;
	enum dialect dialect : 2; /* scalars */
	enum node_tag tag : 4;
	enum secrecy secrecy : 2; /* scalars */
	uint32_t raw_depth : 14;  /* node_depth(): of scalars 0 */
	uint32_t raw_count;	  /* entries, items, or bytes of text */
	uint32_t position;
	uint32_t step;
	union {
		const char *raw_text; /* unescaped, folded; may be NULL when there are no bytes */
		const struct entry *raw_entries;
		const struct node *const *raw_items;
	};
};
static_assert(sizeof(struct node) == 24, "a document of many small nodes must stay small");

/*
 * Functions may recurse over a tree: parsers refuse deeper nesting, and code that can make a tree
 * deeper than its input (a patch, a path of a user) refuses a result that node_is_too_deep().
 */
enum { NODE_DEPTH_MAX = 1000 };

/* Nodes that live as long as the program. */
#define NODE_EMPTY_MAP_INIT                                                                        \
	{                                                                                          \
		.kind = NODE_MAP, .style = STYLE_FLOW, .dialect = DIALECT_JSON, .raw_depth = 1     \
	}
#define NODE_STR_INIT(literal)                                                                     \
	{                                                                                          \
		.style = STYLE_DOUBLE, .dialect = DIALECT_JSON, .raw_count = sizeof(literal) - 1,  \
		.raw_text = "" literal ""                                                          \
	}

/* Looking. Getters return NULL, STR_NONE or the fallback when there is nothing. */
static inline bool node_is_map(const struct node *n)
{
	return n && n->kind == NODE_MAP;
}
static inline bool node_is_list(const struct node *n)
{
	return n && n->kind == NODE_LIST;
}
static inline bool node_is_scalar(const struct node *n)
{
	return n && n->kind == NODE_SCALAR;
}
bool node_is_null(const struct node *n);  /* absent, or a scalar that means null */
bool node_is_empty(const struct node *n); /* absent, null, or a container without members */

/* Of a scalar, as spelled; STR_NONE otherwise. */
static inline struct str node_text(const struct node *n)
{
	if (!node_is_scalar(n))
		return STR_NONE;
	return (struct str){ n->raw_text ? n->raw_text : "", n->raw_count };
}

/*
 * Members: a node of another kind has none, so that a loop over entries or items needs no look at
 * the kind. The entries of a map stand side by side behind the first one.
 */
static inline uint32_t node_entry_count(const struct node *map)
{
	return node_is_map(map) ? map->raw_count : 0;
}
static inline uint32_t node_item_count(const struct node *list)
{
	return node_is_list(list) ? list->raw_count : 0;
}

/* An entry; one without key and value when there is none. */
static inline const struct entry *node_entry(const struct node *map, uint32_t index)
{
	static const struct entry none = {};
	return index < node_entry_count(map) ? &map->raw_entries[index] : &none;
}

static inline const struct node *node_item(const struct node *list, uint32_t index)
{
	return index < node_item_count(list) ? list->raw_items[index] : NULL;
}

/* Levels of lists and maps: 0 for scalars, 1 for [] and [a]. At least as many as there are: a
 * container from which a deep member was taken may still count it. O(1). */
static inline uint32_t node_depth(const struct node *n)
{
	return n ? n->raw_depth : 0;
}
static inline bool node_is_too_deep(const struct node *n)
{
	return node_depth(n) > NODE_DEPTH_MAX;
}

/* For walks to which lists and maps are the same: the items of a list, the values of a map. */
static inline uint32_t node_member_count(const struct node *n)
{
	return n && n->kind != NODE_SCALAR ? n->raw_count : 0;
}
static inline const struct node *node_member(const struct node *n, uint32_t index)
{
	return node_is_map(n) ? node_entry(n, index)->value : node_item(n, index);
}

const struct node *node_get(const struct node *map, struct str key);
#define node_get_lit(map, literal) node_get((map), STR(literal))

/*
 * A path that stands in the program's text, made by TRUSTED_PATH("spec.template.spec") and by
 * nothing else: the compiler refuses a text that is made at run time. So it is trusted, and a
 * malformed one is a BUG. Text from users goes through doc/path.h.
 *
 * A step [x] is a key with dots in it on a map, an index on a list; [k=v] is the list item whose k
 * is v.
 */
struct trusted_path {
	const char *path;
};

#define TRUSTED_PATH_INIT(text)                                                                    \
	{                                                                                          \
		"" text ""                                                                         \
	}
#define TRUSTED_PATH(text) ((struct trusted_path)TRUSTED_PATH_INIT(text))

/*
 * Along a dotted path of keys: node_at(o, "spec.template.spec"); node_find takes one from a table.
 * Typed getters: a present value of another type gives the fallback, too; the text is that of a
 * scalar that is not null, else STR_NONE.
 */
const struct node *node_find(const struct node *root, struct trusted_path path);
struct str node_find_str(const struct node *root, struct trusted_path path);
int64_t node_find_int(const struct node *root, struct trusted_path path, int64_t fallback);
bool node_find_bool(const struct node *root, struct trusted_path path, bool fallback);

#define node_at(root, text)		   node_find(root, TRUSTED_PATH(text))
#define node_str_at(root, text)		   node_find_str(root, TRUSTED_PATH(text))
#define node_int_at(root, text, fallback)  node_find_int(root, TRUSTED_PATH(text), fallback)
#define node_bool_at(root, text, fallback) node_find_bool(root, TRUSTED_PATH(text), fallback)

/* Readers of one scalar; false when it does not mean that type. */
bool node_int64(const struct node *n, int64_t *ret);
bool node_bool(const struct node *n, bool *ret);

/* Whether both mean the same: maps without regard to order, scalars by type and value (1.0 equals
 * 1), NULL equals NULL only. */
bool node_equal(const struct node *a, const struct node *b);

/* Making. Texts are borrowed, not copied. Made nodes have no position; they are of dialect JSON,
 * strings are quoted. */
const struct node *node_str(struct arena *arena, struct str text);
const struct node *node_cstr(struct arena *arena, const char *text);
const struct node *node_int(struct arena *arena, int64_t value);
const struct node *node_double(struct arena *arena, double value); /* NaN, infinite: null */
const struct node *node_bool_of(bool value);
const struct node *node_null(void);
const struct node *node_empty_map(void);
const struct node *node_empty_list(void);

/* The arrays are borrowed: they must live in an arena that lives as long as the node. */
const struct node *node_map_of(struct arena *arena, const struct entry *entries, uint32_t count);
const struct node *node_list_of(struct arena *arena, const struct node *const *items,
				uint32_t count);

/* The same scalar with another text (borrowed); keeps style, tag, mark, position and step. In the
 * place of anything else, a string of that text. */
const struct node *node_with_text(struct arena *arena, const struct node *scalar, struct str text);
/* The same node at another place of origin; not NULL. */
const struct node *node_with_step(struct arena *arena, const struct node *n, uint32_t step);

/* A container of the same style and place with other members (borrowed); what is none becomes a
 * new one. */
const struct node *node_with_entries(struct arena *arena, const struct node *map,
				     const struct entry *entries, uint32_t count);
const struct node *node_with_items(struct arena *arena, const struct node *list,
				   const struct node *const *items, uint32_t count);

/* The node_entry_count() entries of a map, to be sorted or changed. */
struct entry *node_entries_copy(struct arena *arena, const struct node *map);

/*
 * Copies of a container with one change; the rest is shared, style and position kept. map or list
 * may be NULL or of another kind: then it counts as an empty one. node_with replaces the value of
 * an existing key in place (its key node stays) and appends a new key otherwise; without a value it
 * is node_without. A change of an item that a list does not have, or by no item, is none.
 */
const struct node *node_with(struct arena *arena, const struct node *map, struct str key,
			     const struct node *value);
const struct node *node_without(struct arena *arena, const struct node *map, struct str key);
const struct node *node_list_with(struct arena *arena, const struct node *list, uint32_t index,
				  const struct node *item);
/*
 * One step of a loop that changes items: `changed` is `list` until the first change, then the copy
 * that an earlier step made; nothing else refers to that copy, so it is written in place. So the
 * walk copies once, however many items change.
 */
const struct node *node_list_put(struct arena *arena, const struct node *list,
				 const struct node *changed, uint32_t index,
				 const struct node *item);
/* The same with the value of a map's member. */
const struct node *node_map_put(struct arena *arena, const struct node *map,
				const struct node *changed, uint32_t index,
				const struct node *value);
const struct node *node_list_without(struct arena *arena, const struct node *list, uint32_t index);
const struct node *node_list_append(struct arena *arena, const struct node *list,
				    const struct node *item);

/* A deep copy whose nodes and texts all live in the arena; positions and steps are dropped when
 * bare. NULL of NULL. */
const struct node *node_copy(struct arena *arena, const struct node *n, bool bare);

/* A hash of what a tree holds, in its order: equal trees of equal spelling have equal hashes. */
uint64_t node_hash(const struct node *n);
/* What it begins with; then come a text, or the hashes of the keys and of the values or items. */
static inline uint64_t node_hash_start(const struct node *n)
{
	return hash64_word((uint64_t)n->kind + 1, n->raw_count);
}

/* Bytes that a tree takes where no part of it is shared: nodes and texts. Counts no further than
 * max_bytes, so that a tree whose parts are shared many times over ends it, too. */
uint64_t node_weight_bytes(const struct node *n, uint64_t max_bytes);

/* Nodes of a tree, the root included. */
uint32_t node_count_all(const struct node *n);

#endif
