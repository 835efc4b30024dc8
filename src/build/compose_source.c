/* compose_source - which files a Flux Kustomization is built from */
#include "build/compose_inside.h"

#include "base/arena.h"
#include "build/flux_sync.h"

/* What a source keeps of its files. */
struct source_files {
	struct files files;
	struct artifact_filter filter;
	struct str ignore; /* that the filter is made of */
};

/* "./apps/" → "/repo/apps" */
struct str compose_directory(const struct follow *f, const struct files *files,
			     const struct node *kustomization)
{
	struct str path = node_str_at(kustomization, "spec.path");
	struct str root = str_strip_suffix(files->root, STR("/")), real;
	struct error ignored;

	path = STR_CAT(f->c->arena, root, STR("/"), str_strip_prefix(path, STR("/")));
	if (files_realpath(files, f->c->arena, path, &real, &ignored) < 0)
		return STR_NONE;
	return real;
}

/* "GitRepository/flux-system/podinfo" */
static struct str label_of(struct follow *f, const struct node *reference, struct str namespace)
{
	struct str own = node_str_at(reference, "namespace");

	return str_printf(f->c->arena, "%.*s/%.*s/%.*s", STR_FMT(node_str_at(reference, "kind")),
			  STR_FMT(own.len ? own : namespace),
			  STR_FMT(node_str_at(reference, "name")));
}

/* The same address and ref under another name. */
static bool is_same_repository(const struct follow *f, struct str label, struct str own)
{
	const struct node *a = map_get(&f->by_label, label), *b = map_get(&f->by_label, own);
	struct str url = node_str_at(a, "spec.url");

	return url.len && str_equal(url, node_str_at(b, "spec.url")) &&
	       str_equal(object_kind(a), object_kind(b)) &&
	       node_equal(node_at(a, "spec.ref"), node_at(b, "spec.ref"));
}

/*
 * Whether a source is this repository. Where no Kustomization builds the path itself, every Git
 * source whose path is here counts as this one.
 */
static bool is_own(struct follow *f, const struct node *ref, const struct node *kustomization,
		   struct str label)
{
	if (f->own_source) {
		struct str own = label_of(f, f->own_source, f->own_namespace);
		return str_equal(label, own) || is_same_repository(f, label, own);
	}
	bool is_git = str_equal(node_str_at(ref, "kind"), STR("GitRepository"));
	return is_git && (!kustomization || compose_directory(f, &f->c->files, kustomization).ptr ||
			  str_equal(node_str_at(ref, "name"), STR("flux-system")));
}

/* A source whose folder the user has named; NULL: that one's he did not. */
static const struct compose_source *given_source(struct follow *f, struct str label)
{
	const struct compose_options *given = f->c->cluster;
	struct str name = label;

	str_cut(&name, '/');
	for (uint32_t i = 0; given && i < given->source_count; i++)
		if (str_equal(given->sources[i].name, name))
			return &given->sources[i];
	return NULL;
}

static const struct files *files_of(struct follow *f, struct str label, const struct files *files,
				    struct str root)
{
	struct str ignore = node_str_at(map_get(&f->by_label, label), "spec.ignore");
	struct source_files *s = map_get(&f->sources, label);

	if (s && str_equal(s->files.root, root) && !s->ignore.ptr == !ignore.ptr &&
	    str_equal(s->ignore, ignore))
		return &s->files;
	s = arena_one(f->c->arena, struct source_files);
	s->files = *files;
	s->files.root = root;
	s->files.drops_links = true;
	s->files.bases_leave = false;
	s->ignore = ignore;
	artifact_filter_init(&s->filter, f->c->arena, &s->files, ignore);
	s->files.filter = &s->filter.filter;
	map_put(&f->sources, label, s);
	return &s->files;
}

/* kustomization: that refers to it; NULL: another object does. */
static const struct files *find_files(struct follow *f, const struct node *reference,
				      const struct node *kustomization, struct str label)
{
	const struct compose_source *given = given_source(f, label);
	const struct files *own = &f->c->files;

	f->gap = (struct source_gap){};
	if (given)
		return files_of(f, label, given->files ? given->files : own, given->path);
	if (is_own(f, reference, kustomization, label))
		return files_of(f, label, own, own->root);
	return compose_artifact(f, label);
}

const struct files *compose_source_of(struct follow *f, const struct node *reference,
				      struct str namespace, struct str *ret_label)
{
	*ret_label = label_of(f, reference, namespace);
	return find_files(f, reference, NULL, *ret_label);
}

const struct files *compose_source(struct follow *f, const struct node *kustomization,
				   struct str *ret_label)
{
	const struct node *reference = node_at(kustomization, "spec.sourceRef");

	*ret_label = label_of(f, reference, object_namespace(kustomization));
	return find_files(f, reference, kustomization, *ret_label);
}
