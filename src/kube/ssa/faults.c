/* faults - what makes an applied object unfit for its type, in structured-merge-diff's words */
#include "base/arena.h"
#include "base/buf.h"
#include "doc/json.h"
#include "doc/scalar.h"
#include "kube/go_text.h"
#include "kube/ssa/element.h"
#include "kube/ssa/typed.h"

enum { FAULTS_MAX = 100 };

struct faults {
	const struct ssa_typed *t;
	struct arena *arena;
	struct buf text; /* one line each */
	uint32_t count;
};

/* A way to a value, printed only when it has a fault: one of field, element and index. */
struct step {
	const struct step *up; /* NULL above the object itself */
	struct str field;
	struct str element;
	uint32_t index;
};

static void print_path(struct buf *out, const struct step *step)
{
	if (!step->up)
		return;
	print_path(out, step->up);
	if (step->field.ptr)
		buf_printf(out, ".%.*s", STR_FMT(step->field));
	else if (step->element.ptr)
		ssa_element_print(out, step->element);
	else
		buf_printf(out, "[%u]", step->index);
}

static void add(struct faults *f, const struct step *step, struct str text)
{
	if (f->count++ >= FAULTS_MAX)
		return;
	buf_add(&f->text, STR("\n  "));
	print_path(&f->text, step);
	buf_add(&f->text, step->up ? STR(": ") : STR(""));
	buf_add(&f->text, text);
}

/* %T of a decoded JSON value. */
static const char *go_type(const struct node *value)
{
	if (node_is_map(value))
		return "map[string]interface {}";
	if (node_is_list(value))
		return "[]interface {}";
	switch (scalar_of(value).type) {
	case SCALAR_BOOL:
		return "bool";
	case SCALAR_INT:
	case SCALAR_UINT:
		return "int64";
	case SCALAR_FLOAT:
		return "float64";
	case SCALAR_NULL:
	case SCALAR_NONE:
		return "<nil>";
	case SCALAR_STR:
	case SCALAR_TIMESTAMP:
	case SCALAR_BINARY:
	case SCALAR_MERGE:
		return "string";
	}
	return "string";
}

static bool is_text_value(const struct node *value)
{
	return node_is_scalar(value) && str_equal(str_from_cstr(go_type(value)), STR("string"));
}

static bool is_number_value(const struct node *value)
{
	if (!node_is_scalar(value))
		return false;
	enum scalar_type type = scalar_of(value).type;
	return type == SCALAR_INT || type == SCALAR_UINT || type == SCALAR_FLOAT;
}

/* What a scalar type says against a value, or absent. */
static struct str scalar_fault(struct faults *f, struct schema schema, const struct node *value)
{
	struct arena *arena = f->arena;
	bool flag;

	switch (schema_type(schema)) {
	case SCHEMA_INTEGER:
	case SCHEMA_NUMBER:
		if (!is_number_value(value))
			return str_printf(arena, "expected numeric (int or float), got %s",
					  go_type(value));
		return STR_NONE;
	case SCHEMA_STRING:
		if (schema_format(schema).len && !str_equal(schema_format(schema), STR("byte")))
			break; /* untyped: any scalar will do */
		if (!is_text_value(value))
			return str_printf(
				arena, "expected string, got &value.valueUnstructured{Value:%.*s}",
				STR_FMT(go_syntax(arena, value)));
		return STR_NONE;
	case SCHEMA_BOOLEAN:
		if (!node_bool(value, &flag))
			return str_printf(arena, "expected boolean, got &{%.*s}",
					  STR_FMT(go_text(arena, value)));
		return STR_NONE;
	case SCHEMA_QUANTITY:
	case SCHEMA_INT_OR_STRING:
		break;
	case SCHEMA_ANY:
	case SCHEMA_OBJECT:
	case SCHEMA_ARRAY:
		return STR_NONE;
	}
	if (!node_is_scalar(value))
		return str_printf(arena, "expected any scalar, got &{%.*s}",
				  STR_FMT(go_text(arena, value)));
	return STR_NONE;
}

static struct str fault_of(struct faults *f, struct schema schema, const struct node *value)
{
	enum schema_type type = schema_type(schema);

	if (type == SCHEMA_OBJECT && !node_is_map(value))
		return str_printf(f->arena, "expected map, got &{%.*s}",
				  STR_FMT(go_text(f->arena, value)));
	if (type == SCHEMA_ARRAY && !node_is_list(value))
		return str_printf(f->arena, "expected list, got &{%.*s}",
				  STR_FMT(go_text(f->arena, value)));
	return scalar_fault(f, schema, value);
}

static void check(struct faults *f, struct schema schema, const struct node *value,
		  const struct step *step);

static bool is_undeclared(const struct faults *f, struct schema map, struct str name)
{
	return !ssa_typed_declares(f->t, map, name) && schema_has_properties(map) &&
	       !schema_preserves_unknown(map) && !schema_exists(schema_field(map, name));
}

static void check_map(struct faults *f, struct schema schema, const struct node *map,
		      const struct step *step)
{
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct step below = { .up = step, .field = node_text(node_entry(map, i)->key) };
		if (is_undeclared(f, schema, below.field)) {
			add(f, &below, STR("field not declared in schema"));
			return;
		}
		check(f, ssa_typed_member(f->t, schema, below.field), node_entry(map, i)->value,
		      &below);
	}
}

static struct str printed(struct arena *arena, struct str element)
{
	struct buf buf;

	buf_init(&buf, arena);
	ssa_element_print(&buf, element);
	return buf_str(&buf);
}

/* Returns false when an item has no element: then nothing below the list is looked at. */
static bool check_elements(struct faults *f, struct schema schema,
			   const struct ssa_typed_items *items, const struct step *step)
{
	struct str why;

	for (uint32_t i = 0; i < items->count; i++) {
		if (!items->elements[i].ptr) {
			ssa_element_of_item(f->arena, schema, node_item(items->list, i), &why);
			add(f, step, str_printf(f->arena, "element %u: %.*s", i, STR_FMT(why)));
			return false;
		}
		if (items->first[i] != i + 1)
			add(f, step,
			    str_printf(f->arena, "duplicate entries for key %.*s",
				       STR_FMT(printed(f->arena, items->elements[i]))));
	}
	return true;
}

static void check_list(struct faults *f, struct schema schema, const struct node *list,
		       const struct step *step)
{
	struct ssa_typed_items items = { .list = list, .count = node_item_count(list) };
	bool is_atomic = schema_list_type(schema) == SCHEMA_LIST_ATOMIC;

	if (!is_atomic) {
		ssa_typed_items_init(&items, f->arena, schema, list);
		if (!check_elements(f, schema, &items, step))
			return;
	}
	for (uint32_t i = 0; i < items.count; i++) {
		struct step below = { .up = step, .index = i };
		if (!is_atomic)
			below.element = items.elements[i];
		check(f, schema_items(schema), node_item(list, i), &below);
	}
}

static void check(struct faults *f, struct schema schema, const struct node *value,
		  const struct step *step)
{
	if (node_is_null(value) || !schema_exists(schema))
		return;
	struct str fault = fault_of(f, schema, value);
	if (fault.len)
		add(f, step, fault);
	else if (node_is_map(value))
		check_map(f, schema, value, step);
	else if (node_is_list(value))
		check_list(f, schema, value, step);
}

struct str ssa_typed_faults(const struct ssa_typed *t, struct schema schema,
			    const struct node *value)
{
	struct faults f = { .t = t, .arena = t->arena };

	buf_init(&f.text, t->arena);
	check(&f, schema, value, &(struct step){});
	struct str text = buf_str(&f.text);
	if (!f.count)
		return STR_NONE;
	return f.count == 1 ? str_from(text, 3) : str_concat(t->arena, STR("errors:"), text);
}
