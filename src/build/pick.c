/* pick - the object and the field that a person means */
#include "build/pick.h"

#include "base/arena.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "doc/origin.h"

/* KIND/NAME or KIND/NAMESPACE/NAME. */
struct wanted {
	struct str kind, namespace, name;
	bool has_namespace;
};

static bool read_wanted(struct str text, struct wanted *ret)
{
	struct str rest = text;

	*ret = (struct wanted){ .kind = str_cut(&rest, '/') };
	ret->name = rest;
	if (str_find_char(rest, '/') >= 0) {
		ret->namespace = str_cut(&rest, '/');
		ret->name = rest;
		ret->has_namespace = true;
	}
	return ret->kind.len && ret->name.len && str_find_char(ret->name, '/') < 0;
}

/* Whether the object is called so, or once was, before prefixes and hashes. */
static bool was_called(const struct docset *set, const struct node *object, struct str name)
{
	const struct node *n = node_at(object, "metadata.name");

	for (n = n ? origin_before(set, n) : NULL; n; n = origin_before(set, n))
		if (str_equal(node_text(n), name))
			return true;
	return false;
}

static bool is_wanted(const struct docset *set, const struct node *object,
		      const struct wanted *wanted, bool by_earlier_name)
{
	if (!str_equal_nocase(object_kind(object), wanted->kind))
		return false;
	if (wanted->has_namespace && !str_equal(object_namespace(object), wanted->namespace))
		return false;
	return by_earlier_name ? was_called(set, object, wanted->name)
			       : str_equal(object_name(object), wanted->name);
}

static int refuse_several(struct arena *arena, struct str name, const struct node *first,
			  const struct node *second, struct error *err)
{
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is the name of several objects",
		  STR_FMT(name));
	return error_hint(err, "there are %.*s and %.*s; write KIND/NAMESPACE/NAME",
			  STR_FMT(object_label_text(arena, first)),
			  STR_FMT(object_label_text(arena, second)));
}

static int refuse_none(const struct render *render, struct str name, struct error *err)
{
	struct suggest suggest = suggest_start(name);

	for (uint32_t i = 0; i < render->count; i++) {
		const struct node *object = render->objects[i];
		suggest_offer(&suggest, object_label_text(render->arena, object));
		suggest_offer(&suggest, STR_CAT(render->arena, object_kind(object), STR("/"),
						object_name(object)));
	}
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "there is no object '%.*s'", STR_FMT(name));
	if (suggest.best.ptr)
		return error_hint(err, "did you mean '%.*s'?", STR_FMT(suggest.best));
	return error_hint(err, "the build has %u objects; forge build lists them", render->count);
}

const struct node *pick_object(const struct render *render, struct str name, struct error *err)
{
	struct wanted wanted;

	if (!read_wanted(name, &wanted)) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' names no object",
			  STR_FMT(name));
		error_hint(err, "write KIND/NAME or KIND/NAMESPACE/NAME, like Deployment/web");
		return NULL;
	}
	for (int earlier = 0; earlier < 2; earlier++) {
		const struct node *found = NULL;
		for (uint32_t i = 0; i < render->count; i++) {
			const struct node *object = render->objects[i];
			if (!is_wanted(render->set, object, &wanted, earlier))
				continue;
			if (found) {
				refuse_several(render->arena, name, found, object, err);
				return NULL;
			}
			found = object;
		}
		if (found)
			return found;
	}
	refuse_none(render, name, err);
	return NULL;
}

/* The key that was meant, perhaps, where the path leads no further. */
static int refuse_field(const struct render *render, const struct node *object,
			const struct path *path, struct error *err)
{
	struct path part = *path;
	const struct node *around = object;

	for (part.count = 1; part.count <= path->count; part.count++) {
		const struct node *n = path_find(object, &part);
		if (!n)
			break;
		around = n;
	}
	struct str missing = path_format(render->arena, &part);
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "%.*s has no field '%.*s'",
		  STR_FMT(object_label_text(render->arena, object)), STR_FMT(missing));
	struct suggest suggest = suggest_start(part.steps[part.count - 1].key);
	for (uint32_t i = 0; i < node_entry_count(around); i++)
		suggest_offer(&suggest, node_text(node_entry(around, i)->key));
	if (suggest.best.ptr)
		return error_hint(err, "did you mean '%.*s'?", STR_FMT(suggest.best));
	if (node_is_list(around))
		return error_hint(err, "there is a list of %u item%s: write [0] or [name=x]",
				  node_item_count(around), node_item_count(around) == 1 ? "" : "s");
	return error_hint(err, "what is not set has no origin; the API server may have a default");
}

int pick_field(const struct render *render, const struct node *object, struct str field,
	       struct path *ret, struct error *err)
{
	if (path_parse(render->arena, field, ret, err) < 0)
		return -1;
	if (ret->count == 0) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' names no field",
			  STR_FMT(field));
		return error_hint(err, "write a path like spec.replicas");
	}
	return path_find(object, ret) ? 0 : refuse_field(render, object, ret, err);
}
