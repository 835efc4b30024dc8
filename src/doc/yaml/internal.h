/*
 * internal - the state that the parts of the YAML reader share
 *
 * Layer: doc/yaml. Private: its folder, doc/. The reader is one recursive descent over the text
 * that builds the tree directly: no tokens, no events. What decides acceptance is kept exactly as
 * in go-yaml's scanner: the indentation of the innermost block collection, whether a key may start
 * here (key_allowed), and that an implicit key ends on its line within YAML_KEY_BYTES_MAX
 * characters.
 *
 * Invariant: every function that reads a node begins at a token (yaml_skip was called) and ends at
 * the next one. column is that token's column; -1 at the end of the text, at a line that begins
 * with --- or ..., and at a directive: these end all block collections.
 */
#ifndef FORGE_DOC_YAML_INTERNAL_H
#define FORGE_DOC_YAML_INTERNAL_H

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "doc/yaml.h"

struct yaml_props {
	struct str anchor; /* absent when there is none */
	struct str tag;	   /* resolved: tag:yaml.org,2002:str; absent when there is none */
};

struct yaml_anchor {
	struct node *node; /* NULL while the node is being read */
	/* With aliases expanded; before the node's end: the counts at its start. */
	uint64_t node_count;
	uint64_t byte_count;
};

struct yaml_handle {
	struct str handle;
	struct str prefix;
};

/* What a tree does not keep, for programs that print events: one note per anchor, tag and alias. */
struct yaml_note {
	const struct node *node;
	struct yaml_props props;
	bool is_alias; /* the node stands for *anchor and is not the anchored one */
};
struct yaml_notes {
	struct yaml_note *items;
	uint32_t count;
	uint32_t capacity;
};

struct yaml_reader {
	const char *at;	  /* the next byte */
	const char *line; /* begin of its line */
	const char *begin;
	const char *end;
	const char *empty_at; /* behind the last '-', '?' or ':': where an empty node stands */
	int32_t column;	      /* of the token; -1 at the end of the document */
	int32_t indent;	      /* of the innermost block collection; -1 outside of all */
	uint32_t flow_level;
	uint32_t depth;
	uint32_t base;
	bool key_allowed; /* an implicit key may start at the token */
	bool odd_breaks;  /* the text has CR, NEL, LS or PS */
	enum dialect dialect;
	struct arena *arena;
	char *free; /* a piece of the arena for nodes and their members */
	char *free_end;
	const struct node **stack; /* members of the collections being read */
	uint32_t stack_count;
	uint32_t stack_capacity;
	struct arena *scratch;
	struct buf text;		 /* of the scalar being decoded, in scratch */
	struct map anchors;		 /* to struct yaml_anchor */
	VEC(struct yaml_handle) handles; /* of the document's %TAG directives */
	uint64_t node_count;		 /* with aliases expanded */
	uint64_t alias_node_count;	 /* of them, those that aliases brought */
	uint64_t alias_byte_count;	 /* of text, likewise */
	struct yaml_notes *notes;	 /* NULL: keep none */
	struct error *err;
};

/* Characters. yaml_break_length: of the line break at p, 0 when there is none. */
size_t yaml_odd_break_length(const char *p, const char *end);

static inline bool yaml_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline size_t yaml_break_length(const struct yaml_reader *r, const char *p)
{
	if (p == r->end)
		return 0;
	if (*p == '\n')
		return 1;
	return r->odd_breaks ? yaml_odd_break_length(p, r->end) : 0;
}

/* A blank, a line break or the end of the text. */
static inline bool yaml_is_blankz(const struct yaml_reader *r, const char *p)
{
	return p == r->end || yaml_is_blank(*p) || yaml_break_length(r, p) > 0;
}

static inline bool yaml_is_at(const struct yaml_reader *r, char c)
{
	return r->at < r->end && *r->at == c;
}

/* The indicator c with a blank behind it. */
static inline bool yaml_is_indicator(const struct yaml_reader *r, char c)
{
	return yaml_is_at(r, c) && yaml_is_blankz(r, r->at + 1);
}

static inline uint32_t yaml_position(const struct yaml_reader *r, const char *p)
{
	return r->base + (uint32_t)(p - r->begin);
}

/* Spaces, eight at a time. */
static inline const char *yaml_skip_spaces(const char *p, const char *end)
{
	static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte is the lowest");
	while (end - p >= 8) {
		uint64_t word;
		memcpy(&word, p, sizeof(word));
		word ^= 0x2020202020202020u;
		if (word)
			return p + __builtin_ctzll(word) / 8;
		p += 8;
	}
	while (p < end && *p == ' ')
		p++;
	return p;
}

/* Errors. Both set r->err; the first returns -1, the second NULL. */
int yaml_fail(struct yaml_reader *r, const char *at, const char *text);
struct node *yaml_fail_node(struct yaml_reader *r, const char *at, const char *text);

/*
 * input.c: checks that the text is UTF-8 of allowed characters. *ret_odd_breaks says whether
 * other line breaks than LF occur.
 */
int yaml_check_input(struct str text, uint32_t base, bool *ret_odd_breaks, struct error *err);

/* scan.c */
static inline bool yaml_is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_' || c == '-';
}

void yaml_skip_line_comment(struct yaml_reader *r); /* with any blanks before it */
void yaml_skip(struct yaml_reader *r); /* blanks, comments and line breaks up to the next token */
bool yaml_at_document_marker(const struct yaml_reader *r, const char *p); /* --- or ... at p */
const char *yaml_line_end(const struct yaml_reader *r, const char *p);
/* Whether an implicit key may reach from start to p. */
bool yaml_key_fits(const struct yaml_reader *r, const char *start);
/* The name behind '&' or '*'; the cursor moves behind it. */
int yaml_anchor_name(struct yaml_reader *r, struct str *ret_name);

/* tags.c */
/* One anchor or tag at the cursor, added to props; fails when props has one of that kind. */
int yaml_prop(struct yaml_reader *r, struct yaml_props *props);
int yaml_directive(struct yaml_reader *r, bool *has_version);

/* text.c: scalars at the cursor. They end behind the scalar, not at the next token. */
struct node *yaml_plain(struct yaml_reader *r);
struct node *yaml_quoted(struct yaml_reader *r);
struct node *yaml_block_scalar(struct yaml_reader *r);

/* node.c: making nodes, anchors */
void *yaml_alloc_slow(struct yaml_reader *r, size_t size_bytes);

/* Memory of the arena, aligned for pointers; sizes are multiples of that. */
static inline void *yaml_alloc(struct yaml_reader *r, size_t size_bytes)
{
	if ((size_t)(r->free_end - r->free) < size_bytes)
		return yaml_alloc_slow(r, size_bytes);
	void *memory = r->free;
	r->free += size_bytes;
	return memory;
}

static inline struct node *yaml_node(struct yaml_reader *r, enum node_kind kind,
				     enum node_style style, const char *at)
{
	struct node *n = yaml_alloc(r, sizeof(*n));

	r->node_count++;
	*n = (struct node){ .kind = kind,
			    .style = style,
			    .dialect = r->dialect,
			    .position = yaml_position(r, at) };
	return n;
}

struct node *yaml_empty(struct yaml_reader *r);
int yaml_enter(struct yaml_reader *r); /* one level deeper; fails at NODE_DEPTH_MAX */
void yaml_stack_grow(struct yaml_reader *r);

static inline void yaml_push(struct yaml_reader *r, const struct node *n)
{
	if (r->stack_count == r->stack_capacity)
		yaml_stack_grow(r);
	r->stack[r->stack_count++] = n;
}

/* A collection of what was pushed since mark. */
struct node *yaml_collect(struct yaml_reader *r, enum node_kind kind, enum node_style style,
			  const char *at, uint32_t mark);
struct node *yaml_alias(struct yaml_reader *r);
void yaml_open(struct yaml_reader *r, struct str anchor);
/* Gives n its tag and anchor. Returns NULL when n is NULL, or its value does not fit the tag. */
struct node *yaml_bind(struct yaml_reader *r, struct node *n, const struct yaml_props *props);
/* Adds what is in from; fails when both have an anchor, or a tag. */
int yaml_props_join(struct yaml_reader *r, struct yaml_props *props, const struct yaml_props *from);
enum node_tag yaml_tag_of(struct str tag);

/* flow.c, block.c: nodes */
struct node *yaml_flow_collection(struct yaml_reader *r);
struct node *yaml_atom(struct yaml_reader *r); /* an alias, a flow collection or a flow scalar */
struct node *yaml_block_node(struct yaml_reader *r, bool indentless);

/* yaml.c: yaml_read with notes for a program that prints events. */
struct yaml_input {
	struct str path;
	struct str text;
	enum dialect dialect;
	struct yaml_notes *notes; /* may be NULL */
};
MUST_USE int yaml_read_noted(struct docset *set, const struct yaml_input *input,
			     struct documents *ret, struct error *err);

#endif
