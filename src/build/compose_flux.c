/* compose_flux - Flux Kustomizations among the objects, followed to what they build */
#include "base/base64.h"
#include "build/compose_inside.h"
#include "build/flux.h"
#include "doc/map_edit.h"
#include "doc/secret.h"

struct follow {
	struct composer *c;
	struct composition *composition;
	struct object_list *objects;
	struct map seen; /* labels of Kustomizations */
	/* sourceRef of the Kustomization that builds the path itself, and its namespace. */
	const struct node *own_source;
	struct str own_namespace;
};

static bool is_flux_kustomization(const struct node *object)
{
	return str_equal(object_kind(object), STR("Kustomization")) &&
	       str_equal(object_gvk(object).group, STR("kustomize.toolkit.fluxcd.io"));
}

/* "./apps/" → "/repo/apps" */
static struct str directory_of(struct follow *f, const struct node *kustomization)
{
	struct str path = node_str_at(kustomization, "spec.path");
	struct str root = str_strip_suffix(f->c->files.root, STR("/")), real;
	struct error ignored;

	path = str_printf(f->c->arena, "%.*s/%.*s", STR_FMT(root),
			  STR_FMT(str_strip_prefix(path, STR("/"))));
	if (files_realpath(&f->c->files, f->c->arena, path, &real, &ignored) < 0)
		return STR_NONE;
	return real;
}

static struct str namespace_of(const struct node *reference, struct str fallback)
{
	struct str namespace = node_str_at(reference, "namespace");
	return namespace.len ? namespace : fallback;
}

static bool same_source(const struct follow *f, const struct node *ref, struct str namespace)
{
	static const struct trusted_path fields[] = { TRUSTED_PATH_INIT("kind"),
						      TRUSTED_PATH_INIT("name") };

	for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
		if (!str_equal(node_find_str(ref, fields[i]),
			       node_find_str(f->own_source, fields[i])))
			return false;
	return str_equal(namespace_of(ref, namespace),
			 namespace_of(f->own_source, f->own_namespace));
}

/*
 * Whether its source is this repository. Where no Kustomization builds the path itself, every Git
 * source whose path is here counts as this one.
 */
static bool is_ours(const struct follow *f, const struct node *kustomization, struct str directory)
{
	const struct node *ref = node_at(kustomization, "spec.sourceRef");

	if (f->own_source)
		return same_source(f, ref, object_namespace(kustomization));
	bool is_git = str_equal(node_str_at(ref, "kind"), STR("GitRepository"));
	return is_git && (directory.ptr || str_equal(node_str_at(ref, "name"), STR("flux-system")));
}

/* Variables of postBuild */

static const struct node *find_data(const struct follow *f, const struct node *ref,
				    struct str namespace)
{
	for (uint32_t i = 0; i < f->objects->items.count; i++) {
		const struct node *o = f->objects->items.items[i];
		struct str kind = object_kind(o);
		bool is_kind = str_equal(kind, node_str_at(ref, "kind")) ||
			       (str_equal(kind, STR("SealedSecret")) &&
				str_equal(node_str_at(ref, "kind"), STR("Secret")));
		if (is_kind && str_equal(object_name(o), node_str_at(ref, "name")) &&
		    str_equal(object_namespace(o), namespace))
			return o;
	}
	return NULL;
}

static const struct node *with_members(struct follow *f, const struct node *all,
				       const struct node *map, bool is_base64)
{
	struct arena *arena = f->c->arena;
	struct map_edit edit = map_edit_begin(arena, all);
	struct str bytes;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct node *value = node_entry(map, i)->value;
		if (is_base64 && base64_decode(arena, node_text(value), 0, &bytes, NULL))
			value = node_with_text(arena, value, bytes);
		map_edit_set(&edit, node_text(node_entry(map, i)->key), value);
	}
	return map_edit_end(&edit);
}

static const struct node *variables_of(struct follow *f, const struct node *kustomization)
{
	const struct node *from = node_at(kustomization, "spec.postBuild.substituteFrom");
	const struct node *all = node_empty_map();

	for (uint32_t i = 0; i < node_item_count(from); i++) {
		const struct node *o =
			find_data(f, node_item(from, i), object_namespace(kustomization));
		bool is_secret = str_equal(object_kind(o), STR("Secret"));
		all = with_members(f, all, node_at(o, "data"), is_secret);
		all = with_members(f, all, node_at(o, "stringData"), false);
		all = with_members(
			f, all, node_marked_secret(f->c->arena, node_at(o, "spec.encryptedData")),
			false);
	}
	return with_members(f, all, node_at(kustomization, "spec.postBuild.substitute"), false);
}

/* Building */

static void add_fault(struct follow *f, const struct node *kustomization,
		      const struct flux_fault *fault, const struct error *err)
{
	struct compose_fault item = {
		.kustomization = kustomization,
		.reason = fault->reason,
		.message = fault->message,
		.hint = str_copy(f->c->arena, str_from_cstr(err->hint)),
		.position = err->position,
	};
	VEC_PUSH(f->c->arena, &f->composition->faults, item);
}

static void build_part(struct follow *f, const struct node *kustomization, struct str directory)
{
	struct compose_part part = {
		.kustomization = kustomization,
		.label = object_label_text(f->c->arena, kustomization),
		.directory = directory,
		.first = f->objects->items.count,
	};
	/* Values that are missing are a finding of their own (flux/substitute-from). */
	struct files files = f->c->files;
	files.drops_links = true;
	files.bases_leave = false;
	struct flux_input input = { .files = &files,
				    .kustomization = kustomization,
				    .variables = variables_of(f, kustomization) };
	struct flux_fault fault = {};
	struct render render;
	struct error err;

	if (flux_build(&input, f->c->set, &render, &fault, &err) < 0) {
		add_fault(f, kustomization, &fault, &err);
		return;
	}
	for (uint32_t i = 0; i < render.count; i++)
		VEC_PUSH(f->c->arena, &f->objects->items, render.objects[i]);
	part.count = render.count;
	VEC_PUSH(f->c->arena, &f->composition->parts, part);
}

static bool is_entry(const struct follow *f, struct str directory)
{
	struct str entry = f->composition->parts.items[0].directory;
	return directory.ptr && entry.ptr && str_equal(directory, entry);
}

static void find_own_source(struct follow *f)
{
	for (uint32_t i = 0; i < f->objects->items.count; i++) {
		const struct node *o = f->objects->items.items[i];
		if (!is_flux_kustomization(o) || !is_entry(f, directory_of(f, o)))
			continue;
		f->own_source = node_at(o, "spec.sourceRef");
		f->own_namespace = object_namespace(o);
		return;
	}
}

static void follow_one(struct follow *f, const struct node *kustomization)
{
	struct str name = object_label_text(f->c->arena, kustomization);
	struct str directory = directory_of(f, kustomization);

	if (map_put(&f->seen, name, f) || is_entry(f, directory) ||
	    !is_ours(f, kustomization, directory))
		return;
	build_part(f, kustomization, directory);
}

int compose_follow(struct composer *c, struct composition *composition, struct object_list *objects)
{
	struct follow f = { .c = c, .composition = composition, .objects = objects };

	map_init(&f.seen, c->arena);
	find_own_source(&f);
	/* The list grows while it is walked: Kustomizations bring Kustomizations. */
	for (uint32_t i = 0; i < objects->items.count; i++) {
		if (!is_flux_kustomization(objects->items.items[i]))
			continue;
		if (composition->parts.count >= COMPOSE_PARTS_MAX)
			return error_set(c->err, ERROR_INPUT, ERROR_NO_POSITION,
					 "more than %d Kustomizations in one cluster",
					 COMPOSE_PARTS_MAX);
		follow_one(&f, objects->items.items[i]);
	}
	return 0;
}
