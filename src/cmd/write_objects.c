/* write_objects - the objects of an outcome as files of a folder */
#include "cmd/write_objects.h"

#include "base/arena.h"
#include "base/map.h"
#include "build/render.h"
#include "kube/object.h"
#include "world/world.h"

static bool has_several_namespaces(const struct nodes *objects)
{
	struct str first = STR_NONE;

	for (uint32_t i = 0; i < objects->count; i++) {
		struct str namespace = render_namespace(objects->items[i]);
		if (!first.ptr)
			first = namespace;
		else if (namespace.ptr && !str_equal(namespace, first))
			return true;
	}
	return false;
}

static void add_word(struct buf *name, struct str word)
{
	if (word.len)
		buf_printf(name, "%s%.*s", name->len ? "_" : "", STR_FMT(word));
}

/* Source: kustomize, kustomize/commands/build/writer.go. */
static struct str name_of(struct arena *arena, const struct node *object, bool with_namespace)
{
	struct gvk gvk = object_gvk(object);
	struct buf name;

	buf_init(&name, arena);
	if (with_namespace)
		add_word(&name, render_namespace(object));
	add_word(&name, gvk.group);
	add_word(&name, gvk.version);
	add_word(&name, gvk.kind);
	add_word(&name, object_name(object));
	return str_concat(arena, str_lower(arena, buf_str(&name)), STR(".yaml"));
}

static int check_name(struct map *names, struct str name, const struct node *object,
		      struct error *err)
{
	if (str_find_char(name, '/') >= 0)
		return error_set(err, ERROR_INPUT, object->position, "'%.*s' is no name of a file",
				 STR_FMT(name));
	if (map_put(names, name, names))
		return error_set(err, ERROR_INPUT, object->position,
				 "two objects have the name of one file, '%.*s'", STR_FMT(name));
	return 0;
}

static int write_one(struct world *w, struct str path, const struct outcome *outcome,
		     const struct node *object, struct error *err)
{
	struct outcome one = *outcome;
	struct buf text;

	SCRATCH(scratch);
	one.documents = (struct nodes){ .items = &object, .count = 1 };
	buf_init(&text, scratch);
	if (outcome_write_yaml(&one, &text, err) < 0)
		return -1;
	return file_write(w, path, buf_str(&text), err);
}

int write_objects(struct world *w, struct str folder, const struct outcome *outcome,
		  struct error *err)
{
	SCRATCH(arena);
	struct nodes objects = outcome_documents(outcome, arena);
	bool with_namespace = has_several_namespaces(&objects);
	struct map names;

	map_init(&names, arena);
	for (uint32_t i = 0; i < objects.count; i++) {
		struct str name = name_of(arena, objects.items[i], with_namespace);
		struct str path =
			STR_CAT(arena, str_strip_suffix(folder, STR("/")), STR("/"), name);
		if (check_name(&names, name, objects.items[i], err) < 0 ||
		    write_one(w, path, outcome, objects.items[i], err) < 0)
			return -1;
	}
	return 0;
}
