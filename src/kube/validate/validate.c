/* validate - checks an object against its type */
#include "kube/validate/validate.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "doc/json.h"
#include "doc/key_index.h"
#include "doc/scalar.h"
#include "kube/names.h"
#include "kube/quantity.h"
#include "kube/schema/table.h"
#include "kube/validate/kinds.h"
#include "kube/validate/values.h"

struct checker {
	struct buf path;
	struct field_errors *errors;
	/* Of built-in kinds `required` says what Go writes: validate_kinds has what must be there.
	 * */
	bool is_custom;
};

/* old: the value as it is stored, or NULL; the very same node has passed before. */
static void check(struct checker *c, struct schema s, const struct node *n, const struct node *old);

static const char *type_word(enum schema_type type)
{
	static const char *const words[] = {
		[SCHEMA_ANY] = "",
		[SCHEMA_OBJECT] = "object",
		[SCHEMA_ARRAY] = "array",
		[SCHEMA_STRING] = "string",
		[SCHEMA_INTEGER] = "integer",
		[SCHEMA_NUMBER] = "number",
		[SCHEMA_BOOLEAN] = "boolean",
		[SCHEMA_INT_OR_STRING] = "integer,string",
		[SCHEMA_QUANTITY] = "string",
	};
	return words[type];
}

static const char *value_word(const struct node *n)
{
	if (n->kind == NODE_MAP)
		return "object";
	if (n->kind == NODE_LIST)
		return "array";
	switch (scalar_of(n).type) {
	case SCALAR_NULL:
	case SCALAR_NONE:
		return "null";
	case SCALAR_BOOL:
		return "boolean";
	case SCALAR_INT:
		return "integer";
	case SCALAR_UINT: /* too large for an int64 */
	case SCALAR_FLOAT:
		return "number";
	case SCALAR_STR:
	case SCALAR_TIMESTAMP:
	case SCALAR_BINARY:
	case SCALAR_MERGE:
		break;
	}
	return "string";
}

static bool is_integral(const struct node *n)
{
	int64_t ignored;

	return node_int64(n, &ignored);
}

static bool has_type(enum schema_type type, const struct node *n)
{
	bool is_scalar = n->kind == NODE_SCALAR;
	enum scalar_type scalar = is_scalar ? scalar_of(n).type : SCALAR_NULL;
	bool is_text = scalar == SCALAR_STR || scalar == SCALAR_TIMESTAMP ||
		       scalar == SCALAR_BINARY || scalar == SCALAR_MERGE;
	bool is_number = scalar == SCALAR_INT || scalar == SCALAR_UINT || scalar == SCALAR_FLOAT;

	switch (type) {
	case SCHEMA_ANY:
		return true;
	case SCHEMA_OBJECT:
		return n->kind == NODE_MAP;
	case SCHEMA_ARRAY:
		return n->kind == NODE_LIST;
	case SCHEMA_STRING:
		return is_scalar && is_text;
	case SCHEMA_INTEGER:
		return is_scalar && is_number && is_integral(n);
	case SCHEMA_NUMBER:
		return is_scalar && is_number;
	case SCHEMA_BOOLEAN:
		return is_scalar && scalar == SCALAR_BOOL;
	case SCHEMA_INT_OR_STRING:
		return is_scalar && (is_text || (is_number && is_integral(n)));
	case SCHEMA_QUANTITY:
		return is_scalar && (is_text || is_number);
	}
	return true;
}

/* Children */

static void check_required(struct checker *c, struct schema s, const struct node *map)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_REQUIRED);

	for (uint32_t i = 0; i < it.count; i++) {
		struct str name = schema_keyword_text(&it, i);
		if (node_get(map, name))
			continue;
		size_t len = c->path.len;
		if (len)
			buf_add_char(&c->path, '.');
		buf_add(&c->path, name);
		field_error_add(c->errors, FIELD_REQUIRED, buf_str(&c->path), map, NULL);
		c->path.len = len;
	}
}

static void require_text(struct checker *c, const struct node *map, struct str name)
{
	size_t len = c->path.len;

	if (node_text(node_get(map, name)).len)
		return;
	buf_printf(&c->path, "%s%.*s", len ? "." : "", STR_FMT(name));
	field_error_add(c->errors, FIELD_REQUIRED, buf_str(&c->path), map, NULL);
	c->path.len = len;
}

static void check_map(struct checker *c, struct schema s, const struct node *map,
		      const struct node *old)
{
	struct key_index in_old = key_index_make(c->errors->arena, old);

	if (c->is_custom)
		check_required(c, s, map);
	if (schema_is_embedded_resource(s)) {
		require_text(c, map, STR("apiVersion"));
		require_text(c, map, STR("kind"));
	}
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct str key = node_text(node_entry(map, i)->key);
		struct schema child = schema_field(s, key);
		size_t len = c->path.len;
		if (!schema_exists(child) || node_entry(map, i)->key->kind != NODE_SCALAR ||
		    node_is_null(node_entry(map, i)->value))
			continue; /* null is absent */
		if (len)
			buf_add_char(&c->path, '.');
		buf_add(&c->path, key);
		check(c, child, node_entry(map, i)->value, key_index_get(&in_old, key));
		c->path.len = len;
	}
}

/* The key of a list-map's item as JSON, or a set's item itself. */
static struct str identity_of(struct checker *c, struct schema s, const struct node *item)
{
	struct arena *arena = c->errors->arena;
	const struct node *key = NULL;

	if (schema_list_type(s) == SCHEMA_LIST_SET)
		return json_text(arena, item, JSON_SORT_KEYS | JSON_SECRETS);
	for (uint32_t i = 0; i < schema_list_key_count(s); i++) {
		struct str name = schema_list_key(s, i);
		const struct node *value = node_get(item, name);
		if (value)
			key = node_with(arena, key, name, value);
	}
	return key ? json_text(arena, key, JSON_SORT_KEYS | JSON_SECRETS) : STR_NONE;
}

static void check_unique(struct checker *c, struct schema s, const struct node *list)
{
	struct map seen;

	if (schema_list_type(s) == SCHEMA_LIST_ATOMIC || node_item_count(list) < 2)
		return;
	map_init(&seen, c->errors->arena);
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct str identity = identity_of(c, s, node_item(list, i));
		if (!identity.ptr || !map_put(&seen, identity, c))
			continue;
		struct str path =
			str_printf(c->errors->arena, "%.*s[%u]", STR_FMT(buf_str(&c->path)), i);
		field_error_add_text(c->errors, FIELD_DUPLICATE, path, identity, NULL);
		c->errors->items[c->errors->count - 1].node = node_item(list, i);
	}
}

static void check_list(struct checker *c, struct schema s, const struct node *list,
		       const struct node *old)
{
	size_t len = c->path.len;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		buf_printf(&c->path, "[%u]", i);
		check(c, schema_items(s), node_item(list, i), node_item(old, i));
		c->path.len = len;
	}
	check_unique(c, s, list);
}

/* Branches. Their own faults are told as of no field: that is how the API server words them. */

static void tell_branch(struct checker *c, const struct node *n, const char *format)
{
	struct str path = buf_str(&c->path);

	field_error_add_text(c->errors, FIELD_INVALID, STR("<nil>"), STR("\"\""), "\"%.*s\" %s",
			     STR_FMT(path), format);
	c->errors->items[c->errors->count - 1].node = n;
}

/* The faults of a value in one branch. */
static struct field_errors try_branch(struct checker *c, struct schema s, const struct node *n)
{
	struct field_errors errors;
	struct checker inner = { .errors = &errors, .is_custom = true };

	field_errors_init(&errors, c->errors->arena);
	buf_init(&inner.path, c->errors->arena);
	buf_add(&inner.path, buf_str(&c->path));
	check(&inner, s, n, NULL);
	return errors;
}

static void add_faults(struct checker *c, const struct field_errors *more)
{
	for (uint32_t i = 0; i < more->count; i++)
		VEC_PUSH(c->errors->arena, c->errors, more->items[i]);
}

/* How many branches hold; *ret_best has the faults of the one that is nearest. */
static uint32_t try_branches(struct checker *c, const struct schema_keyword_iterator *it,
			     const struct node *n, struct field_errors *ret_best)
{
	uint32_t count = 0;

	*ret_best = (struct field_errors){};
	for (uint32_t i = 0; i < it->count; i++) {
		struct field_errors faults = try_branch(c, schema_keyword_schema(it, i), n);
		count += !faults.count;
		if (i == 0 || faults.count < ret_best->count)
			*ret_best = faults;
	}
	return count;
}

static void check_any_of(struct checker *c, struct schema s, const struct node *n)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_ANY_OF);
	struct field_errors best;

	if (!it.count || try_branches(c, &it, n, &best))
		return;
	tell_branch(c, n, "must validate at least one schema (anyOf)");
	add_faults(c, &best);
}

static void check_one_of(struct checker *c, struct schema s, const struct node *n)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_ONE_OF);
	struct field_errors best;
	uint32_t count = it.count ? try_branches(c, &it, n, &best) : 1;

	if (count == 1)
		return;
	if (count) {
		tell_branch(c, n,
			    str_cstr(c->errors->arena,
				     str_printf(c->errors->arena,
						"must validate one and only one schema (oneOf). "
						"Found %u valid alternatives",
						count)));
		return;
	}
	tell_branch(c, n, "must validate one and only one schema (oneOf). Found none valid");
	add_faults(c, &best);
}

static void check_all_of(struct checker *c, struct schema s, const struct node *n)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_ALL_OF);
	uint32_t holding = 0;

	for (uint32_t i = 0; i < it.count; i++) {
		struct field_errors faults = try_branch(c, schema_keyword_schema(&it, i), n);
		holding += !faults.count;
		add_faults(c, &faults);
	}
	if (holding < it.count)
		tell_branch(c, n,
			    holding ? "must validate all the schemas (allOf)"
				    : "must validate all the schemas (allOf). None validated");
}

static void check_not(struct checker *c, struct schema s, const struct node *n)
{
	struct schema_keyword_iterator it = schema_keywords(s, KEYWORD_NOT);

	if (it.count && !try_branch(c, schema_keyword_schema(&it, 0), n).count)
		tell_branch(c, n, "must not validate the schema (not)");
}

static void check_branches(struct checker *c, struct schema s, const struct node *n)
{
	enum {
		BRANCHES = 1 << KEYWORD_ALL_OF | 1 << KEYWORD_ANY_OF | 1 << KEYWORD_ONE_OF |
			   1 << KEYWORD_NOT
	};

	if (!(schema_keyword_mask(s) & BRANCHES))
		return;
	check_any_of(c, s, n);
	check_one_of(c, s, n);
	check_all_of(c, s, n);
	check_not(c, s, n);
}

static void tell_type(struct checker *c, enum schema_type type, const struct node *n)
{
	struct str path = buf_str(&c->path);

	if (type == SCHEMA_QUANTITY) /* string or number, which a schema says with oneOf */
		tell_branch(c, n,
			    "must validate one and only one schema (oneOf). Found none valid");
	field_error_add_text(c->errors, FIELD_TYPE_INVALID, path,
			     str_printf(c->errors->arena, "\"%s\"", value_word(n)),
			     "%.*s in body must be of type %s: \"%s\"", STR_FMT(path),
			     type_word(type), value_word(n));
	c->errors->items[c->errors->count - 1].node = n;
}

/* The API server decodes a built-in kind into its struct of Go. Of custom kinds it looks at no
 * width but int64's. */
static void check_width(struct checker *c, struct schema s, const struct node *n)
{
	int64_t number;
	bool is_int32 =
		schema_type(s) == SCHEMA_INT_OR_STRING || str_equal(schema_format(s), STR("int32"));

	if (!is_int32 || !is_integral(n) || !node_int64(n, &number) ||
	    (number >= INT32_MIN && number <= INT32_MAX))
		return;
	field_error_add(c->errors, FIELD_INVALID, buf_str(&c->path), n,
			"json: cannot unmarshal number %.*s into Go value of type int32",
			STR_FMT(node_text(n)));
}

/* A percentage that an int32 cannot hold: the API server takes it, and its controllers compute with
 * what overflows. Here it is refused. */
static void check_percentage(struct checker *c, struct schema s, const struct node *n)
{
	struct str text = node_text(n), digits = str_strip_suffix(text, STR("%"));
	uint64_t percent;

	if (schema_type(s) != SCHEMA_INT_OR_STRING || !digits.len || digits.len == text.len)
		return;
	for (size_t i = 0; i < digits.len; i++)
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return;
	if (!num_uint64(digits, 10, &percent) || percent > INT32_MAX)
		field_error_add(c->errors, FIELD_INVALID, buf_str(&c->path), n,
				"must be no more than %d%%", INT32_MAX);
}

static void check(struct checker *c, struct schema s, const struct node *n, const struct node *old)
{
	enum schema_type type = schema_type(s);

	if (!schema_exists(s) || n == old ||
	    (n->kind == NODE_SCALAR && node_is_null(n) &&
	     (schema_is_nullable(s) || type == SCHEMA_ANY)))
		return;
	bool fits = has_type(type, n);
	if (!fits) {
		tell_type(c, type, n);
	} else if (!c->is_custom) {
		check_width(c, s, n);
		check_percentage(c, s, n);
	}
	validate_values(s, n, fits, buf_str(&c->path), c->errors);
	if (fits && n->kind == NODE_MAP)
		check_map(c, s, n, old);
	else if (fits && n->kind == NODE_LIST)
		check_list(c, s, n, old);
	check_branches(c, s, n);
}

/* Whether the write is one of a status: all else is shared with the stored object. */
static bool only_status_differs(const struct node *object, const struct node *old)
{
	if (!old || node_entry_count(object) < node_entry_count(old))
		return false;
	for (uint32_t i = 0; i < node_entry_count(object); i++) {
		struct str key = node_text(node_entry(object, i)->key);
		if (node_entry(object, i)->value != node_get(old, key) &&
		    !str_equal(key, STR("status")))
			return false;
	}
	return true;
}

void validate_object(const struct schemas *schemas, const struct node *object,
		     const struct node *old, struct field_errors *errors)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(schemas, object_gvk(object), &version);
	struct checker c = { .errors = errors };

	if (!kind)
		return;
	c.is_custom = kind->flags & KIND_FLAG_CUSTOM;
	buf_init(&c.path, errors->arena);
	/* A CRD may have changed since the object was stored. */
	const struct node *passed = kind->flags & KIND_FLAG_CUSTOM ? NULL : old;
	bool is_status = only_status_differs(object, passed);
	if (!is_status)
		validate_metadata(kind, object, old, errors);
	check(&c, schema_root(schemas, kind, version), object, passed);
	if (!is_status)
		validate_kind(schemas, kind, object, old, errors);
}

/* Only `required`, without the rest. */
static void require(struct checker *c, struct schema s, const struct node *n)
{
	size_t len = c->path.len;

	if (!schema_exists(s) || n->kind == NODE_SCALAR)
		return;
	if (n->kind == NODE_MAP)
		check_required(c, s, n);
	for (uint32_t i = 0; i < node_member_count(n); i++) {
		const struct node *child = node_member(n, i);
		if (n->kind == NODE_LIST) {
			buf_printf(&c->path, "[%u]", i);
			require(c, schema_items(s), child);
		} else {
			struct str key = node_text(node_entry(n, i)->key);
			buf_printf(&c->path, "%s%.*s", len ? "." : "", STR_FMT(key));
			require(c, schema_field(s, key), child);
		}
		c->path.len = len;
	}
}

void validate_required(const struct schemas *schemas, const struct node *object,
		       struct field_errors *errors)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(schemas, object_gvk(object), &version);
	struct checker c = { .errors = errors };

	if (!kind || (kind->flags & KIND_FLAG_CUSTOM))
		return;
	buf_init(&c.path, errors->arena);
	require(&c, schema_root(schemas, kind, version), object);
}
