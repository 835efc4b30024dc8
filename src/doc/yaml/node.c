/* node - nodes while they are read: making, collecting, anchors and aliases */
#include "doc/yaml/internal.h"

#include "doc/raw.h"
#include "doc/scalar.h"

enum { STACK_FIRST = 256 };

/*
 * Pieces grow with the text, so that small files waste little and large ones ask the arena rarely.
 */
void *yaml_alloc_slow(struct yaml_reader *r, size_t size_bytes)
{
	enum { PIECE_MIN_BYTES = 512, PIECE_MAX_BYTES = 1 << 16 };
	size_t text_bytes = (size_t)(r->end - r->begin);
	size_t piece_bytes =
		MIN(MAX(text_bytes / 4, (size_t)PIECE_MIN_BYTES), (size_t)PIECE_MAX_BYTES) &
		~(size_t)15;

	if (size_bytes > piece_bytes / 4)
		return arena_alloc_raw(r->arena, size_bytes, sizeof(void *));
	r->free = arena_alloc_raw(r->arena, piece_bytes, sizeof(void *));
	r->free_end = r->free + piece_bytes;
	r->free += size_bytes;
	return r->free - size_bytes;
}

struct node *yaml_empty(struct yaml_reader *r)
{
	return yaml_node(r, NODE_SCALAR, STYLE_PLAIN, r->empty_at);
}

static int fail_depth(struct yaml_reader *r, const char *at)
{
	error_set(r->err, ERROR_INPUT, yaml_position(r, at), "nested deeper than %d levels",
		  NODE_DEPTH_MAX);
	return error_hint(r->err, "no manifest is that deep; is a bracket not closed?");
}

int yaml_enter(struct yaml_reader *r)
{
	return r->depth++ < NODE_DEPTH_MAX ? 0 : fail_depth(r, r->at);
}

void yaml_stack_grow(struct yaml_reader *r)
{
	r->stack_capacity = r->stack_capacity ? r->stack_capacity * 2 : STACK_FIRST;
	r->stack = heap_grow(r->stack, r->stack_capacity * sizeof(*r->stack));
}

struct node *yaml_collect(struct yaml_reader *r, enum node_kind kind, enum node_style style,
			  const char *at, uint32_t mark)
{
	static_assert(sizeof(struct entry) == 2 * sizeof(struct node *), "an entry is two nodes");
	uint32_t count = r->stack_count - mark;
	struct node *n = yaml_node(r, kind, style, at);
	void *members = NULL;

	if (count) {
		members = yaml_alloc(r, count * sizeof(*r->stack));
		memcpy(members, r->stack + mark, count * sizeof(*r->stack));
	}
	r->stack_count = mark;
	r->depth--;
	if (kind == NODE_MAP)
		raw_set_entries(n, members, count / 2);
	else
		raw_set_items(n, members, count);
	return n;
}

enum node_tag yaml_tag_of(struct str tag)
{
	static const struct {
		struct str name;
		enum node_tag tag;
	} names[] = {
		{ STR_INIT("str"), TAG_STR },
		{ STR_INIT("int"), TAG_INT },
		{ STR_INIT("float"), TAG_FLOAT },
		{ STR_INIT("bool"), TAG_BOOL },
		{ STR_INIT("null"), TAG_NULL },
		{ STR_INIT("binary"), TAG_BINARY },
		{ STR_INIT("timestamp"), TAG_TIMESTAMP },
		{ STR_INIT("merge"), TAG_MERGE },
		{ STR_INIT("seq"), TAG_SEQ },
		{ STR_INIT("map"), TAG_MAP },
	};
	struct str name = str_strip_prefix(tag, STR("tag:yaml.org,2002:"));

	if (!tag.ptr || str_equal(tag, STR("!")))
		return TAG_NONE;
	if (name.len == tag.len && !str_starts(tag, STR("!!")))
		return TAG_OTHER;
	name = str_strip_prefix(name, STR("!!"));
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_equal(name, names[i].name))
			return names[i].tag;
	return TAG_OTHER;
}

/* Bytes of text read so far, with aliases expanded. */
static uint64_t byte_count(const struct yaml_reader *r)
{
	return (uint64_t)(r->at - r->begin) + r->alias_byte_count;
}

void yaml_open(struct yaml_reader *r, struct str name)
{
	struct yaml_anchor *anchor = arena_one(r->scratch, struct yaml_anchor);

	anchor->node_count = r->node_count;
	anchor->byte_count = byte_count(r);
	map_put(&r->anchors, name, anchor);
}

static void note(struct yaml_reader *r, const struct node *n, struct yaml_props props,
		 bool is_alias)
{
	if (r->notes)
		VEC_PUSH(r->arena, r->notes, (struct yaml_note){ n, props, is_alias });
}

/* go-yaml's words: cannot decode !!str `abc` as a !!int */
static struct node *refuse_tag(struct yaml_reader *r, const struct node *n, struct str tag)
{
	static const char *const found[] = {
		[SCALAR_NULL] = "!!null",     [SCALAR_BOOL] = "!!bool",
		[SCALAR_INT] = "!!int",	      [SCALAR_UINT] = "!!int",
		[SCALAR_FLOAT] = "!!float",   [SCALAR_STR] = "!!str",
		[SCALAR_BINARY] = "!!binary", [SCALAR_TIMESTAMP] = "!!timestamp",
		[SCALAR_MERGE] = "!!merge",
	};
	struct str text = { n->raw_text, MIN(n->raw_count, 40u) };

	if (n->tag == TAG_BINARY)
		error_set(r->err, ERROR_INPUT, n->position,
			  "!!binary value contains invalid base64 data");
	else
		error_set(r->err, ERROR_INPUT, n->position, "cannot decode %s `%.*s` as a !!%.*s",
			  found[scalar_of(n).type], STR_FMT(text),
			  STR_FMT(str_strip_prefix(tag, STR("tag:yaml.org,2002:"))));
	return NULL;
}

struct node *yaml_bind(struct yaml_reader *r, struct node *n, const struct yaml_props *props)
{
	if (!n || (!props->anchor.ptr && !props->tag.ptr))
		return n;
	n->tag = yaml_tag_of(props->tag);
	/* The tag '!' alone: a string in YAML 1.1, nothing in go-yaml v3. */
	if (r->dialect == DIALECT_SIGS && str_equal(props->tag, STR("!")) && n->kind == NODE_SCALAR)
		n->tag = TAG_STR;
	if (n->kind == NODE_SCALAR && !scalar_fits_tag(n))
		return refuse_tag(r, n, props->tag);
	if (props->anchor.ptr) {
		struct yaml_anchor *anchor = map_get(&r->anchors, props->anchor);
		anchor->node = n;
		anchor->node_count = r->node_count - anchor->node_count;
		anchor->byte_count = byte_count(r) - anchor->byte_count;
	}
	note(r, n, *props, false);
	return n;
}

int yaml_props_join(struct yaml_reader *r, struct yaml_props *props, const struct yaml_props *from)
{
	if ((props->anchor.ptr && from->anchor.ptr) || (props->tag.ptr && from->tag.ptr))
		return yaml_fail(r, r->at, "did not find expected node content");
	if (from->anchor.ptr)
		props->anchor = from->anchor;
	if (from->tag.ptr)
		props->tag = from->tag;
	return 0;
}

/*
 * go-yaml's share of nodes that may come from aliases: nearly all in small documents, a tenth in
 * large ones, so that a few lines cannot become gigabytes.
 */
static bool is_excessive(uint64_t alias_node_count, uint64_t node_count)
{
	enum { LOW = 400000, HIGH = YAML_ALIAS_NODES_MAX };

	if (alias_node_count <= 100 || node_count <= 1000)
		return false;
	uint64_t above = MIN(MAX(node_count, (uint64_t)LOW), (uint64_t)HIGH) - LOW;
	double allowed = 0.99 - 0.89 * ((double)above / (HIGH - LOW));
	return (double)alias_node_count > allowed * (double)node_count;
}

struct node *yaml_alias(struct yaml_reader *r)
{
	const char *start = r->at;
	struct str name;

	r->key_allowed = false;
	if (yaml_anchor_name(r, &name) < 0)
		return NULL;
	struct yaml_anchor *anchor = map_get(&r->anchors, name);
	if (!anchor || !anchor->node) {
		error_set(r->err, ERROR_INPUT, yaml_position(r, start),
			  anchor ? "anchor '%.*s' value contains itself"
				 : "unknown anchor '%.*s' referenced",
			  STR_FMT(name));
		return NULL;
	}
	if (r->depth + node_depth(anchor->node) > NODE_DEPTH_MAX) {
		fail_depth(r, start);
		return NULL;
	}
	r->node_count += 1 + anchor->node_count;
	r->alias_node_count += anchor->node_count;
	r->alias_byte_count += anchor->byte_count;
	if (is_excessive(r->alias_node_count, r->node_count) ||
	    r->alias_byte_count > YAML_ALIAS_BYTES_MAX) {
		yaml_fail_node(r, start, "document contains excessive aliasing");
		error_hint(r->err, "aliases of aliases multiply; write the values out");
		return NULL;
	}
	if (!r->notes)
		return anchor->node;
	struct node *n = yaml_node(r, NODE_SCALAR, STYLE_PLAIN, start);
	note(r, n, (struct yaml_props){ .anchor = name }, true);
	return n;
}
