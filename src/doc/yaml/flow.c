/* flow - flow collections: [a, b: c] and {a: b} */
#include "doc/yaml/internal.h"

static bool may_start_plain(const struct yaml_reader *r)
{
	char c = *r->at;

	if (c == '-')
		return r->end - r->at > 1 && !yaml_is_blank(r->at[1]);
	if (c == '?' || c == ':')
		return !r->flow_level && !yaml_is_blankz(r, r->at + 1);
	return !yaml_is_blankz(r, r->at) && !strchr(",[]{}#&*!|>'\"%@`", c);
}

struct node *yaml_atom(struct yaml_reader *r)
{
	switch (*r->at) {
	case '\'':
	case '"':
		return yaml_quoted(r);
	case '*':
		return yaml_alias(r);
	case '[':
	case '{':
		return yaml_flow_collection(r);
	case ',':
	case ']':
	case '}':
		return yaml_fail_node(r, r->at, "did not find expected node content");
	default:
		break;
	}
	if (may_start_plain(r))
		return yaml_plain(r);
	return yaml_fail_node(r, r->at, "found character that cannot start any token");
}

/* ',' or the end of the collection, or of the document. */
static bool at_entry_end(const struct yaml_reader *r)
{
	return r->column < 0 || yaml_is_at(r, ',') || yaml_is_at(r, ']') || yaml_is_at(r, '}');
}

/* A node with its anchor and tag; empty when there are only these. */
static struct node *flow_node(struct yaml_reader *r)
{
	struct yaml_props props = {};

	while (yaml_is_at(r, '&') || yaml_is_at(r, '!')) {
		if (yaml_prop(r, &props) < 0)
			return NULL;
		r->empty_at = r->at;
		yaml_skip(r);
	}
	bool has_props = props.anchor.ptr || props.tag.ptr;
	if (has_props && (at_entry_end(r) || yaml_is_at(r, ':')))
		return yaml_bind(r, yaml_empty(r), &props);
	if (r->column < 0 || yaml_is_indicator(r, '-') || (has_props && yaml_is_at(r, '*')))
		return yaml_fail_node(r, r->at, "did not find expected node content");
	struct node *n = yaml_atom(r);
	if (!n)
		return NULL;
	yaml_skip(r);
	return yaml_bind(r, n, &props);
}

/* The value at ':', or an empty one where there is none. */
static int flow_value(struct yaml_reader *r)
{
	struct node *value;

	if (!yaml_is_at(r, ':')) {
		r->empty_at = r->at;
		value = yaml_empty(r);
	} else {
		r->empty_at = ++r->at;
		r->key_allowed = false;
		yaml_skip(r);
		value = at_entry_end(r) ? yaml_empty(r) : flow_node(r);
	}
	if (!value)
		return -1;
	yaml_push(r, value);
	return 0;
}

static int explicit_pair(struct yaml_reader *r, bool in_list)
{
	if (in_list && yaml_enter(r) < 0)
		return -1;
	r->empty_at = ++r->at;
	r->key_allowed = false;
	yaml_skip(r);
	bool is_empty = at_entry_end(r) || yaml_is_at(r, ':');
	if (is_empty && in_list) { /* go-yaml loses a token here */
		if (!yaml_is_at(r, ',') && !yaml_is_at(r, ':'))
			return yaml_fail(r, r->at, "did not find expected ',' or ']'");
		r->at++;
		yaml_skip(r);
	}
	struct node *key = is_empty ? yaml_empty(r) : flow_node(r);
	if (!key)
		return -1;
	yaml_push(r, key);
	return flow_value(r);
}

/*
 * One member: pushes a key and a value, or only a node when it is no pair (*ret_is_pair). A ':'
 * makes a pair only when it stands on the line where the key began. A pair in a list is a map of
 * its own, one level deeper.
 */
static int flow_entry(struct yaml_reader *r, bool in_list, bool *ret_is_pair)
{
	*ret_is_pair = true;
	if (yaml_is_at(r, '?'))
		return explicit_pair(r, in_list);
	if (yaml_is_at(r, ':'))
		return yaml_fail(r, r->at, "did not find expected node content");
	const char *start = r->at;
	struct node *key = flow_node(r);
	if (!key)
		return -1;
	yaml_push(r, key);
	if (yaml_is_at(r, ':') && yaml_key_fits(r, start)) {
		if (in_list && yaml_enter(r) < 0)
			return -1;
		return flow_value(r);
	}
	*ret_is_pair = false;
	return 0;
}

static int list_entry(struct yaml_reader *r)
{
	uint32_t mark = r->stack_count;
	const char *start = r->at;
	bool is_pair;

	if (flow_entry(r, /* in_list= */ true, &is_pair) < 0)
		return -1;
	if (is_pair)
		yaml_push(r, yaml_collect(r, NODE_MAP, STYLE_FLOW, start, mark));
	return 0;
}

static int map_entry(struct yaml_reader *r)
{
	bool is_pair;

	if (flow_entry(r, /* in_list= */ false, &is_pair) < 0)
		return -1;
	if (!is_pair) {
		r->empty_at = r->at;
		yaml_push(r, yaml_empty(r));
	}
	return 0;
}

/* Entries up to the closing bracket, with one comma behind each. */
static int flow_entries(struct yaml_reader *r, bool is_list)
{
	char close = is_list ? ']' : '}';

	while (!yaml_is_at(r, close)) {
		if ((is_list ? list_entry(r) : map_entry(r)) < 0)
			return -1;
		if (yaml_is_at(r, close))
			break;
		if (r->column < 0 || !yaml_is_at(r, ','))
			return yaml_fail(r, r->at,
					 is_list ? "did not find expected ',' or ']'"
						 : "did not find expected ',' or '}'");
		r->at++;
		r->key_allowed = true;
		yaml_skip(r);
	}
	return 0;
}

struct node *yaml_flow_collection(struct yaml_reader *r)
{
	const char *start = r->at++;
	bool is_list = *start == '[';
	uint32_t mark = r->stack_count;

	if (yaml_enter(r) < 0)
		return NULL;
	r->flow_level++;
	r->key_allowed = true;
	yaml_skip(r);
	if (flow_entries(r, is_list) < 0)
		return NULL;
	r->at++;
	r->flow_level--;
	r->key_allowed = false;
	return yaml_collect(r, is_list ? NODE_LIST : NODE_MAP, STYLE_FLOW, start, mark);
}
