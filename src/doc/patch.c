/* patch - JSON Patch (RFC 6902): operations on immutable trees */
#include "doc/patch.h"

#include "base/arena.h"
#include "base/num.h"
#include "doc/origin.h"
#include "doc/path.h"

struct patch {
	struct arena *arena;
	const struct patch_options *options;
	const struct node *root;
	uint64_t copied_bytes; /* by its copies; what they share counts for each */
	struct error *err;
};

struct operation {
	const struct node *node;
	const char *name;
	struct str path;
	struct path steps;
	struct str from;
	struct path from_steps;
	const struct node *value;
};

/* The containers on the way to the last step of a path. */
struct way {
	const struct node *nodes[PATH_STEPS_MAX];
	const struct path *path;
};

static int fail_index(struct patch *p, const struct operation *op, struct str key)
{
	int64_t index;

	if (num_int64(key, &index))
		return error_set(p->err, ERROR_INPUT, op->node->position,
				 "Unable to access invalid index: %lld: invalid index referenced",
				 (long long)index);
	return error_set(p->err, ERROR_INPUT, op->node->position,
			 "strconv.Atoi: parsing \"%.*s\": invalid syntax", STR_FMT(key));
}

/*
 * An index into count items: digits without a leading zero. Lenient, as evanphx/json-patch v4 is
 * used by kubectl: any number, and negative ones count from the end.
 */
static bool read_index(const struct patch *p, struct str key, uint32_t count, uint32_t *ret)
{
	int64_t index;

	if (!num_int64(key, &index))
		return false;
	bool is_strict =
		key.ptr[0] >= '0' && key.ptr[0] <= '9' && (key.len == 1 || key.ptr[0] != '0');
	if (!is_strict && !p->options->lenient)
		return false;
	if (index < 0)
		index += count;
	if (index < 0 || index >= count)
		return false;
	*ret = (uint32_t)index;
	return true;
}

static const struct node *child(const struct patch *p, const struct node *n, struct str key)
{
	uint32_t index;

	if (node_is_map(n))
		return node_get(n, key);
	if (node_is_list(n) && read_index(p, key, n->raw_count, &index))
		return n->raw_items[index];
	return NULL;
}

static struct str last_key(const struct path *path)
{
	return path->steps[path->count - 1].key;
}

/* Fills the way; returns the container of the last step, NULL when it is not there. */
static const struct node *walk(const struct patch *p, const struct path *path, struct way *way)
{
	const struct node *n = p->root;

	way->path = path;
	for (uint32_t i = 0; i + 1 < path->count; i++) {
		way->nodes[i] = n;
		n = child(p, n, path->steps[i].key);
	}
	if (path->count == 0 || !n || n->kind == NODE_SCALAR)
		return NULL;
	way->nodes[path->count - 1] = n;
	return n;
}

/* Puts a changed container back: copies the way up to the root. */
static void put_back(struct patch *p, const struct way *way, const struct node *container)
{
	for (uint32_t i = way->path->count - 1; i > 0; i--) {
		const struct node *parent = way->nodes[i - 1];
		struct str key = way->path->steps[i - 1].key;
		uint32_t index = 0;
		if (parent->kind == NODE_MAP) {
			container = node_with(p->arena, parent, key, container);
			continue;
		}
		read_index(p, key, parent->raw_count, &index);
		container = node_list_with(p->arena, parent, index, container);
	}
	p->root = container;
}

static const struct node *insert(struct patch *p, const struct node *list, uint32_t index,
				 const struct node *value)
{
	const struct node **items =
		arena_array(p->arena, const struct node *, list->raw_count + (size_t)1);

	for (uint32_t i = 0; i < list->raw_count; i++)
		items[i + (i >= index)] = list->raw_items[i];
	items[index] = value;
	return node_with_items(p->arena, list, items, list->raw_count + 1);
}

static int missing(struct patch *p, const struct operation *op, const char *what, struct str path)
{
	return error_set(p->err, ERROR_INPUT, op->node->position,
			 "%s operation does not apply: %s: %.*s: missing value", op->name, what,
			 STR_FMT(path));
}

/* The same, where evanphx/json-patch quotes the path. */
static int missing_quoted(struct patch *p, const struct operation *op, struct str path)
{
	return error_set(
		p->err, ERROR_INPUT, op->node->position,
		"%s operation does not apply: doc is missing path: \"%.*s\": missing value",
		op->name, STR_FMT(path));
}

static int wrap(struct patch *p, const char *what, struct str path)
{
	return error_wrap(p->err, "error in %s for path: '%.*s'", what, STR_FMT(path));
}

/* A value that the patch brings, in the place of another one (NULL: of none). */
static const struct node *brought(struct patch *p, const struct node *value,
				  const struct node *before)
{
	if (!p->options->step || !before || !value)
		return value;
	return node_with_step(p->arena, value,
			      origin_add_before(p->options->set, p->options->step, before));
}

static int add_to(struct patch *p, const struct operation *op, const struct way *way,
		  const struct node *value)
{
	struct str key = last_key(way->path);
	const struct node *container = way->nodes[way->path->count - 1];
	uint32_t index = container->raw_count;

	if (container->kind == NODE_MAP) {
		value = brought(p, value, node_get(container, key));
		put_back(p, way, node_with(p->arena, container, key, value));
		return 0;
	}
	if (!str_equal(key, STR("-")) && !read_index(p, key, container->raw_count + 1, &index)) {
		fail_index(p, op, key);
		int64_t number;
		if (!num_int64(key, &number))
			error_wrap(p->err, "value was not a proper array index: '%.*s'",
				   STR_FMT(key));
		return -1;
	}
	put_back(p, way, insert(p, container, index, value));
	return 0;
}

/* The root with maps made on the way to a path that ends in nothing yet. */
static const struct node *with_parents(struct patch *p, const struct path *path,
				       const struct node *value)
{
	struct way way;
	struct path part = *path;

	while (part.count > 1 && !walk(p, &part, &way)) {
		struct entry *entry = arena_one(p->arena, struct entry);
		*entry = (struct entry){ node_str(p->arena, last_key(&part)), value };
		value = node_map_of(p->arena, entry, 1);
		part.count--;
	}
	const struct node *container = walk(p, &part, &way);
	if (!container || container->kind != NODE_MAP || node_get(container, last_key(&part)))
		return NULL;
	put_back(p, &way, node_with(p->arena, container, last_key(&part), value));
	return p->root;
}

static int apply_add(struct patch *p, const struct operation *op)
{
	struct way way;

	if (op->steps.count == 0 && !p->options->lenient) {
		p->root = op->value;
		return 0;
	}
	if (!walk(p, &op->steps, &way)) {
		bool made = p->options->ensure_path && op->steps.count &&
			    with_parents(p, &op->steps, op->value);
		return made ? 0 : missing_quoted(p, op, op->path);
	}
	return add_to(p, op, &way, op->value) < 0 ? wrap(p, "add", op->path) : 0;
}

static int remove_from(struct patch *p, const struct operation *op, const struct way *way)
{
	struct str key = last_key(way->path);
	const struct node *container = way->nodes[way->path->count - 1];
	uint32_t index;

	if (container->kind == NODE_LIST) {
		if (!read_index(p, key, container->raw_count, &index))
			return p->options->allow_missing_remove ? 0 : fail_index(p, op, key);
		put_back(p, way, node_list_without(p->arena, container, index));
		return 0;
	}
	if (!node_get(container, key))
		return p->options->allow_missing_remove
			       ? 0
			       : error_set(p->err, ERROR_INPUT, op->node->position,
					   "Unable to remove nonexistent key: %.*s: missing value",
					   STR_FMT(key));
	put_back(p, way, node_without(p->arena, container, key));
	return 0;
}

static int apply_remove(struct patch *p, const struct operation *op)
{
	struct way way;

	if (!walk(p, &op->steps, &way))
		return p->options->allow_missing_remove && op->steps.count
			       ? 0
			       : missing_quoted(p, op, op->path);
	return remove_from(p, op, &way) < 0 ? wrap(p, "remove", op->path) : 0;
}

static int apply_replace(struct patch *p, const struct operation *op)
{
	struct way way;

	if (op->steps.count == 0) {
		p->root = op->value;
		return 0;
	}
	const struct node *container = walk(p, &op->steps, &way);
	struct str key = last_key(&op->steps);
	uint32_t index;
	if (!container)
		return missing(p, op, "doc is missing path", op->path);
	if (container->kind == NODE_MAP) {
		if (!p->options->lenient && !node_get(container, key))
			return missing(p, op, "doc is missing key", op->path);
		const struct node *value = brought(p, op->value, node_get(container, key));
		put_back(p, &way, node_with(p->arena, container, key, value));
		return 0;
	}
	if (!read_index(p, key, container->raw_count, &index))
		return missing(p, op, "doc is missing key", op->path);
	const struct node *value = brought(p, op->value, node_item(container, index));
	put_back(p, &way, node_list_with(p->arena, container, index, value));
	return 0;
}

/* The value at op->from; NULL with an error when it is not there. */
static const struct node *source(struct patch *p, const struct operation *op, struct way *way)
{
	if (op->from_steps.count == 0)
		return p->root;
	const struct node *container = walk(p, &op->from_steps, way);
	if (!container) {
		missing(p, op, "doc is missing from path", op->from);
		return NULL;
	}
	struct str key = last_key(&op->from_steps);
	const struct node *found = child(p, container, key);
	if (found)
		return found;
	if (container->kind == NODE_LIST)
		fail_index(p, op, key);
	else
		error_set(p->err, ERROR_INPUT, op->node->position,
			  "Unable to remove nonexistent key: %.*s: missing value", STR_FMT(key));
	wrap(p, op->name, op->from);
	return NULL;
}

static int place(struct patch *p, const struct operation *op, const struct node *value)
{
	struct way way;

	if (op->steps.count == 0) {
		p->root = value;
		return 0;
	}
	if (!walk(p, &op->steps, &way))
		return missing(p, op, "doc is missing destination path", op->path);
	return add_to(p, op, &way, value) < 0 ? wrap(p, op->name, op->path) : 0;
}

static int apply_move(struct patch *p, const struct operation *op)
{
	struct way way;
	const struct node *value = source(p, op, &way);

	if (!value)
		return -1;
	if (op->from_steps.count && remove_from(p, op, &way) < 0)
		return wrap(p, "move", op->from);
	return place(p, op, value);
}

/* Copies share their nodes, but who reads or writes the tree meets each of them. */
static int count_copy(struct patch *p, const struct operation *op, const struct node *value)
{
	p->copied_bytes += node_weight_bytes(value, PATCH_COPIED_BYTES_MAX);
	if (p->copied_bytes <= PATCH_COPIED_BYTES_MAX)
		return 0;
	error_set(p->err, ERROR_INPUT, op->node->position,
		  "the copies of this patch take more than %d MiB", PATCH_COPIED_BYTES_MAX >> 20);
	return error_hint(p->err, "copies of copies double with each operation");
}

static int apply_copy(struct patch *p, const struct operation *op)
{
	struct way way;
	const struct node *container = walk(p, &op->from_steps, &way);
	bool is_nothing = p->options->lenient && node_is_map(container) &&
			  !node_get(container, last_key(&op->from_steps));
	const struct node *value = is_nothing ? node_null() : source(p, op, &way);

	return value && count_copy(p, op, value) == 0 ? place(p, op, value) : -1;
}

static int apply_test(struct patch *p, const struct operation *op)
{
	struct way way;
	const struct node *value = p->root;

	if (op->steps.count) {
		const struct node *container = walk(p, &op->steps, &way);
		if (!container)
			return missing(p, op, "is missing path", op->path);
		value = child(p, container, last_key(&op->steps));
		if (!value && container->kind == NODE_LIST) {
			fail_index(p, op, last_key(&op->steps));
			return wrap(p, "test", op->path);
		}
	}
	/* evanphx/json-patch takes an absent key for null. */
	bool is_absent_null = !value && node_is_null(op->value);
	if (is_absent_null || (value && node_equal(value, op->value)))
		return 0;
	return error_set(p->err, ERROR_INPUT, op->node->position,
			 "testing value %.*s failed: test failed", STR_FMT(op->path));
}

static const struct kind {
	struct str name;
	bool has_from;
	bool has_value;
	int (*apply)(struct patch *p, const struct operation *op);
} kinds[] = {
	{ STR_INIT("add"), false, true, apply_add },
	{ STR_INIT("remove"), false, false, apply_remove },
	{ STR_INIT("replace"), false, true, apply_replace },
	{ STR_INIT("move"), true, false, apply_move },
	{ STR_INIT("copy"), true, false, apply_copy },
	{ STR_INIT("test"), false, true, apply_test },
};

/* A JSON pointer of an operation. */
static int read_pointer(struct patch *p, const struct operation *op, struct str key,
			struct str *ret_text, struct path *ret)
{
	const struct node *n = node_get(op->node, key);
	bool is_from = str_equal(key, STR("from"));

	if (!node_is_scalar(n) || node_is_null(n))
		return error_set(p->err, ERROR_INPUT, op->node->position,
				 is_from ? "%s operation failed to decode from: operation, missing "
					   "from field: missing value"
					 : "%s operation failed to decode path: missing value",
				 op->name);
	*ret_text = node_text(n);
	if (ret_text->len && ret_text->ptr[0] != '/') {
		missing_quoted(p, op, *ret_text);
		return error_hint(p->err, "a JSON pointer begins with '/'");
	}
	if (path_parse(p->arena, *ret_text, ret, p->err) < 0) {
		p->err->position = n->position;
		return -1;
	}
	return 0;
}

/* Every node of what the patch brings gets its step. Recursion is bounded by NODE_DEPTH_MAX. */
static const struct node *stamped(const struct patch *p, const struct node *n)
{
	if (!p->options->step || !n)
		return n;
	struct node *copy = arena_copy(p->arena, n, sizeof(*n));
	copy->step = p->options->step;
	if (n->kind == NODE_LIST && n->raw_count) {
		const struct node **items =
			arena_array(p->arena, const struct node *, n->raw_count);
		for (uint32_t i = 0; i < n->raw_count; i++)
			items[i] = stamped(p, n->raw_items[i]);
		copy->raw_items = items;
	}
	if (n->kind == NODE_MAP && n->raw_count) {
		struct entry *entries = arena_array(p->arena, struct entry, n->raw_count);
		for (uint32_t i = 0; i < n->raw_count; i++) {
			entries[i].key = stamped(p, n->raw_entries[i].key);
			entries[i].value = stamped(p, n->raw_entries[i].value);
		}
		copy->raw_entries = entries;
	}
	return copy;
}

static int read_value(struct patch *p, struct operation *op)
{
	const struct node *value = node_get_lit(op->node, "value");
	bool is_test = str_equal(str_from_cstr(op->name), STR("test"));

	if (!value && (is_test || !p->options->lenient))
		return error_set(p->err, ERROR_INPUT, op->node->position,
				 "%s operation: operation, missing value field: missing value",
				 op->name);
	op->value = is_test ? value : stamped(p, value ? value : node_null());
	return 0;
}

static int apply_one(struct patch *p, const struct node *node)
{
	struct str name = node_text(node_get_lit(node, "op"));
	struct operation op = { .node = node };

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		const struct kind *kind = &kinds[i];
		if (!str_equal(kind->name, name))
			continue;
		op.name = kind->name.ptr;
		if (kind->has_from &&
		    read_pointer(p, &op, STR("from"), &op.from, &op.from_steps) < 0)
			return -1;
		if (read_pointer(p, &op, STR("path"), &op.path, &op.steps) < 0)
			return -1;
		if (kind->has_value && read_value(p, &op) < 0)
			return -1;
		return kind->apply(p, &op);
	}
	error_set(p->err, ERROR_INPUT, node->position, "Unexpected kind: %.*s",
		  STR_FMT(name.ptr ? name : STR("unknown")));
	return error_hint(p->err, "an op is one of add, remove, replace, move, copy, test");
}

const struct node *patch_json(struct arena *arena, const struct node *root,
			      const struct node *operations, const struct patch_options *options,
			      struct error *err)
{
	static const struct patch_options none = {};
	struct patch p = {
		.arena = arena, .options = options ? options : &none, .root = root, .err = err
	};

	if (!node_is_list(operations) || operations->raw_count > PATCH_OPERATIONS_MAX) {
		error_set(err, ERROR_INPUT, operations ? operations->position : ERROR_NO_POSITION,
			  "a JSON patch is a list of at most %d operations", PATCH_OPERATIONS_MAX);
		return NULL;
	}
	size_t start_bytes = arena_used_bytes(arena);
	for (uint32_t i = 0; i < operations->raw_count; i++) {
		if (apply_one(&p, operations->raw_items[i]) < 0)
			return NULL;
		if (node_is_too_deep(p.root)) {
			error_set(err, ERROR_INPUT, operations->raw_items[i]->position,
				  "the patched document is nested deeper than %d levels",
				  NODE_DEPTH_MAX);
			return NULL;
		}
		if (arena_used_bytes(arena) - start_bytes > PATCH_BYTES_MAX) {
			error_set(err, ERROR_INPUT, operations->raw_items[i]->position,
				  "the changes of this patch take more than %d MiB",
				  PATCH_BYTES_MAX >> 20);
			return NULL;
		}
	}
	return p.root;
}
