/* block - block collections: nesting by indentation */
#include "doc/yaml/internal.h"

static void skip_blanks(struct yaml_reader *r)
{
	while (r->at < r->end && yaml_is_blank(*r->at))
		r->at++;
}

/* The next token behind the indicator at the cursor. */
static void step_over(struct yaml_reader *r, bool key_allowed)
{
	bool is_dash = *r->at == '-';

	r->empty_at = ++r->at;
	r->key_allowed = key_allowed;
	if (key_allowed && !is_dash)
		yaml_skip_line_comment(r);
	yaml_skip(r);
}

/* Keeps the indentation around a collection. */
static int begin(struct yaml_reader *r, int32_t column, int32_t *ret_outer)
{
	*ret_outer = r->indent;
	r->indent = column;
	return yaml_enter(r);
}

static int sequence_items(struct yaml_reader *r)
{
	while (r->column == r->indent && yaml_is_indicator(r, '-')) {
		step_over(r, /* key_allowed= */ true);
		struct node *item = yaml_block_node(r, /* indentless= */ false);
		if (!item)
			return -1;
		yaml_push(r, item);
	}
	return 0;
}

static struct node *block_sequence(struct yaml_reader *r)
{
	const char *start = r->at;
	uint32_t mark = r->stack_count;
	int32_t outer;

	if (!r->key_allowed)
		return yaml_fail_node(r, start,
				      "block sequence entries are not allowed in this context");
	bool is_indentless = r->column == r->indent;
	if (begin(r, r->column, &outer) < 0 || sequence_items(r) < 0)
		return NULL;
	if (r->column >= r->indent && !is_indentless)
		return yaml_fail_node(r, r->at, "did not find expected '-' indicator");
	r->indent = outer;
	return yaml_collect(r, NODE_LIST, STYLE_BLOCK, start, mark);
}

static int push_value(struct yaml_reader *r, bool key_allowed)
{
	step_over(r, key_allowed);
	struct node *value = yaml_block_node(r, /* indentless= */ true);
	if (!value)
		return -1;
	yaml_push(r, value);
	return 0;
}

/* "? key" and, on a line of its own, ": value". */
static int explicit_entry(struct yaml_reader *r)
{
	if (push_value(r, /* key_allowed= */ true) < 0)
		return -1;
	if (r->column == r->indent && yaml_is_indicator(r, ':'))
		return push_value(r, /* key_allowed= */ true);
	yaml_push(r, yaml_empty(r));
	return 0;
}

/* Whether the cursor, behind a node that began at start, is at the ':' that makes it a key. */
static bool at_colon(struct yaml_reader *r)
{
	skip_blanks(r);
	return yaml_is_indicator(r, ':');
}

/* Anchor and tag of a key; they must stand on its line. */
static int key_props(struct yaml_reader *r, struct yaml_props *props)
{
	const char *line = r->line, *start = r->at;

	while (r->line == line && (yaml_is_at(r, '&') || yaml_is_at(r, '!'))) {
		if (yaml_prop(r, props) < 0)
			return -1;
		r->empty_at = r->at;
		yaml_skip(r);
	}
	return r->line == line ? 0 : yaml_fail(r, start, "could not find expected ':'");
}

/* Bytes that begin plain text whatever follows: nearly all keys and values do. */
static bool is_surely_plain(char c)
{
	unsigned char lower = (unsigned char)(c | 0x20);

	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '/';
}

/* A key that does not begin with a letter or digit: quoted, in flow style, with anchor or tag. */
static struct node *odd_key(struct yaml_reader *r)
{
	const char *start = r->at;
	struct yaml_props props = {};
	struct node *key;

	if (yaml_is_indicator(r, '-') || yaml_is_indicator(r, ':'))
		return yaml_fail_node(r, start, "did not find expected key");
	if ((*start == '&' || *start == '!') && key_props(r, &props) < 0)
		return NULL;
	if (r->at != start && yaml_is_indicator(r, ':'))
		key = yaml_empty(r);
	else if (r->at != start && yaml_is_at(r, '*'))
		key = yaml_fail_node(r, r->at, "did not find expected node content");
	else
		key = r->column < 0 ? yaml_empty(r) : yaml_atom(r);
	return yaml_bind(r, key, &props);
}

/* "key: value" where the map's next key must stand. */
static int implicit_entry(struct yaml_reader *r)
{
	const char *start = r->at;
	struct node *key = is_surely_plain(*start) ? yaml_plain(r) : odd_key(r);

	if (!key)
		return -1;
	if (!at_colon(r) || !yaml_key_fits(r, start))
		return yaml_fail(r, start, "could not find expected ':'");
	yaml_push(r, key);
	return push_value(r, /* key_allowed= */ false);
}

static int map_entries(struct yaml_reader *r)
{
	while (r->column == r->indent) {
		int result = yaml_is_indicator(r, '?') ? explicit_entry(r) : implicit_entry(r);
		if (result < 0)
			return -1;
	}
	if (r->column > r->indent)
		return yaml_fail(r, r->at, "did not find expected key");
	return 0;
}

/* A map that begins at start: with the key that was read already (the cursor is at its ':'), or
 * with '?'. */
static struct node *block_map(struct yaml_reader *r, const char *start, struct node *first_key)
{
	uint32_t mark = r->stack_count;
	int32_t outer;

	if (begin(r, (int32_t)(start - r->line), &outer) < 0)
		return NULL;
	if (first_key) {
		yaml_push(r, first_key);
		if (push_value(r, /* key_allowed= */ false) < 0)
			return NULL;
	}
	if (map_entries(r) < 0)
		return NULL;
	r->indent = outer;
	return yaml_collect(r, NODE_MAP, STYLE_BLOCK, start, mark);
}

/* What is known before the content of a node is read. */
struct start {
	const char *key;	 /* where an implicit key may have begun; NULL: none may */
	struct yaml_props outer; /* on lines before: of the node */
	struct yaml_props inner; /* on the content's line: of the node, or of its first key */
};

static bool is_props(const struct yaml_props *props)
{
	return props->anchor.ptr || props->tag.ptr;
}

/* A flow node: alone, or the first key of a map. */
static struct node *flow_or_map(struct yaml_reader *r, struct start *s)
{
	struct node *n;
	const char *start = r->at;
	bool is_alias = yaml_is_at(r, '*');

	if (is_alias && is_props(&s->inner))
		return yaml_fail_node(r, start, "did not find expected node content");
	n = yaml_is_indicator(r, ':') ? yaml_empty(r) : yaml_atom(r);
	if (!n)
		return NULL;
	if (!r->key_allowed && at_colon(r)) {
		if (!s->key || !yaml_key_fits(r, s->key))
			return yaml_fail_node(r, r->at,
					      "mapping values are not allowed in this context");
		if (!yaml_bind(r, n, &s->inner))
			return NULL;
		return yaml_bind(r, block_map(r, s->key, n), &s->outer);
	}
	if (is_alias && is_props(&s->outer))
		return yaml_fail_node(r, start, "did not find expected node content");
	if (yaml_props_join(r, &s->outer, &s->inner) < 0)
		return NULL;
	yaml_skip(r);
	return yaml_bind(r, n, &s->outer);
}

static struct node *block_content(struct yaml_reader *r, struct start *s)
{
	struct node *n;

	if (yaml_is_indicator(r, '-')) {
		n = block_sequence(r);
	} else if (yaml_is_indicator(r, '?')) {
		if (!r->key_allowed)
			return yaml_fail_node(r, r->at,
					      "mapping keys are not allowed in this context");
		n = block_map(r, r->at, NULL);
	} else if (yaml_is_at(r, '|') || yaml_is_at(r, '>')) {
		n = yaml_block_scalar(r);
		if (n)
			yaml_skip(r);
	} else {
		return flow_or_map(r, s);
	}
	if (!n || yaml_props_join(r, &s->outer, &s->inner) < 0)
		return NULL;
	return yaml_bind(r, n, &s->outer);
}

/* Anchor and tag before a node's content, on its line or on lines before. */
static int node_props(struct yaml_reader *r, struct start *s)
{
	while (r->column > r->indent && (yaml_is_at(r, '&') || yaml_is_at(r, '!'))) {
		const char *line = r->line;
		if (r->key_allowed)
			s->key = r->at;
		if (yaml_prop(r, &s->inner) < 0)
			return -1;
		r->empty_at = r->at;
		yaml_skip(r);
		if (r->line == line)
			continue;
		if (yaml_props_join(r, &s->outer, &s->inner) < 0)
			return -1;
		s->inner = (struct yaml_props){};
		s->key = NULL;
	}
	return 0;
}

/*
 * At the indentation of the collection around it, only a list in a map and a block scalar are
 * content: go-yaml takes all else for the collection's next key.
 */
static bool is_content_at_indent(const struct yaml_reader *r, bool indentless)
{
	if (r->column != r->indent || r->column < 0)
		return false;
	return (indentless && yaml_is_indicator(r, '-')) || yaml_is_at(r, '|') ||
	       yaml_is_at(r, '>');
}

/* Plain text without anchor and tag: a value, or the first key of a map. */
static struct node *plain_or_map(struct yaml_reader *r)
{
	const char *start = r->at;
	bool may_be_key = r->key_allowed;
	struct node *n = yaml_plain(r);

	if (!n)
		return NULL;
	if (!r->key_allowed && yaml_is_at(r, ':')) {
		if (may_be_key && yaml_key_fits(r, start))
			return block_map(r, start, n);
		return yaml_fail_node(r, r->at, "mapping values are not allowed in this context");
	}
	yaml_skip(r);
	return n;
}

struct node *yaml_block_node(struct yaml_reader *r, bool indentless)
{
	if (r->column > r->indent && is_surely_plain(*r->at))
		return plain_or_map(r);

	struct start s = {};

	if (r->column > r->indent && (*r->at == '&' || *r->at == '!') && node_props(r, &s) < 0)
		return NULL;
	bool is_empty = r->column <= r->indent && !is_content_at_indent(r, indentless);
	if (is_empty) {
		if (yaml_props_join(r, &s.outer, &s.inner) < 0)
			return NULL;
		return yaml_bind(r, yaml_empty(r), &s.outer);
	}
	if (r->key_allowed)
		s.key = r->at;
	if (yaml_is_indicator(r, ':') && !is_props(&s.inner))
		return yaml_fail_node(r, r->at,
				      r->key_allowed
					      ? "did not find expected key"
					      : "mapping values are not allowed in this context");
	return block_content(r, &s);
}
