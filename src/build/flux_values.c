/* flux_values - what Flux does with values: line breaks of variables, numbers on the way through
 * JSON */
#include "build/flux_values.h"

#include <math.h>

#include "base/arena.h"
#include "base/base64.h"
#include "doc/map_edit.h"
#include "doc/scalar.h"
#include "doc/secret.h"
#include "kube/object.h"
#include "lang/substitute.h"

int flux_variables(struct arena *arena, const struct node *variables, const struct node **ret,
		   struct error *err)
{
	struct map_edit edit = map_edit_begin(arena, variables);

	for (uint32_t i = 0; i < node_entry_count(variables); i++) {
		const struct entry *e = node_entry(variables, i);
		struct str name = node_text(e->key), value = node_text(e->value);
		if (!substitute_is_name(name))
			return error_set(err, ERROR_INPUT, e->key->position,
					 "'%.*s' var name is invalid, must match "
					 "'^[_[:alpha:]][_[:alpha:][:digit:]]*$'",
					 STR_FMT(name));
		if (str_find_char(value, '\n') < 0)
			continue;
		struct str flat = str_replace(arena, value, STR("\n"), STR(""));
		map_edit_set(&edit, name, node_with_text(arena, e->value, flat));
	}
	*ret = map_edit_end(&edit);
	return 0;
}

static void add_members(struct map_edit *edit, const struct node *map, bool is_base64)
{
	struct str bytes;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct node *value = node_entry(map, i)->value;
		if (is_base64 && base64_decode(edit->arena, node_text(value), 0, &bytes, NULL))
			value = node_with_text(edit->arena, value, bytes);
		map_edit_set(edit, node_text(node_entry(map, i)->key), value);
	}
}

const struct node *flux_add_values(struct arena *arena, const struct node *variables,
				   const struct node *source)
{
	bool is_secret = str_equal(object_kind(source), STR("Secret"));
	struct map_edit edit = map_edit_begin(arena, variables);
	const struct node *data = node_get_lit(source, "data");

	if (is_secret)
		data = node_marked_secret(arena, data);
	add_members(&edit, data, is_secret);
	add_members(&edit, node_marked_secret(arena, node_get_lit(source, "stringData")), false);
	add_members(&edit, node_marked_secret(arena, node_at(source, "spec.encryptedData")), false);
	return map_edit_end(&edit);
}

struct str flux_missing_values(struct arena *arena, const struct node *reference)
{
	struct str name = node_str_at(reference, "name");
	bool is_secret = str_equal(node_str_at(reference, "kind"), STR("Secret"));

	if (node_bool_at(reference, "optional", false))
		return STR_NONE;
	return str_printf(arena, "substitute from '%s/%.*s' error: %s \"%.*s\" not found",
			  is_secret ? "Secret" : "ConfigMap", STR_FMT(name),
			  is_secret ? "secrets" : "configmaps", STR_FMT(name));
}

static bool is_number(struct scalar s)
{
	return s.type == SCALAR_INT || s.type == SCALAR_UINT || s.type == SCALAR_FLOAT;
}

/* As JSON writes an integer: most of them are. */
static bool is_plain_integer(struct scalar s)
{
	struct str digits = str_strip_prefix(s.text, STR("-"));

	if (s.type != SCALAR_INT || (digits.len > 1 && digits.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < digits.len; i++)
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return false;
	return digits.len > 0;
}

static int scalar_through_json(struct arena *arena, const struct node *n, const struct node **ret,
			       struct error *err)
{
	struct scalar s = scalar_of(n);
	bool is_string;

	*ret = n;
	if (!is_number(s) || is_plain_integer(s))
		return 0;
	if (s.type == SCALAR_FLOAT && !isfinite(s.number))
		return error_set(err, ERROR_INPUT, n->position, "json: unsupported value: %s",
				 isnan(s.number)  ? "NaN"
				 : s.number > 0.0 ? "+Inf"
						  : "-Inf");
	struct str text = scalar_json_text(arena, n, &is_string);
	if (!str_equal(text, node_text(n)))
		*ret = node_with_text(arena, n, text);
	return 0;
}

int flux_through_json(struct arena *arena, const struct node *object, const struct node **ret,
		      struct error *err)
{
	const struct node *made = object;

	if (node_is_scalar(object))
		return scalar_through_json(arena, object, ret, err);
	for (uint32_t i = 0; i < node_member_count(object); i++) {
		const struct node *value = node_member(object, i), *changed;
		if (flux_through_json(arena, value, &changed, err) < 0)
			return -1;
		if (changed == value)
			continue;
		made = node_is_map(object) ? node_map_put(arena, object, made, i, changed)
					   : node_list_put(arena, object, made, i, changed);
	}
	*ret = made;
	return 0;
}
