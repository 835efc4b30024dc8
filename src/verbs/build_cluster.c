/* build_cluster - what Flux would apply to a cluster, and many kustomizations, for `forge build` */
#include "verbs/build_cluster.h"

#include "base/arena.h"
#include "base/suggest.h"
#include "build/compose.h"
#include "doc/secret.h"
#include "world/files.h"

static const struct rule rule_not_applied = {
	STR_INIT("build/not-applied"),
	SEVERITY_WARNING,
	STR_INIT("Flux does not apply what this Kustomization builds"),
};

static const struct rule rule_encrypted = {
	STR_INIT("build/encrypted"),
	SEVERITY_WARNING,
	STR_INIT("values stay encrypted that Flux decrypts"),
};

static int refuse_source(struct str text, struct error *err)
{
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' names no source", STR_FMT(text));
	return error_hint(err, "as in --source flux-system/podinfo=../podinfo");
}

/* "NAMESPACE/NAME=PATH" */
static int read_sources(struct arena *arena, const struct argument_list *list,
			struct compose_options *ret, struct error *err)
{
	struct compose_source *sources = arena_array(arena, struct compose_source, list->count);

	for (uint32_t i = 0; i < list->count; i++) {
		struct str path = list->items[i], name = str_cut(&path, '=');
		if (!path.len || str_find_char(name, '/') <= 0)
			return refuse_source(list->items[i], err);
		sources[i] = (struct compose_source){ name, path };
	}
	*ret = (struct compose_options){ .sources = sources, .source_count = list->count };
	return 0;
}

int build_cluster_options(const struct verb_context *context, const struct build_cluster_args *args,
			  struct compose_options *ret, struct error *err)
{
	if (read_sources(context->arena, &args->sources, ret, err) < 0)
		return -1;
	return verb_age_keys(context, args->age_key_file, &ret->keys, err);
}

static struct str name_of(const struct compose_part *part)
{
	return str_strip_prefix(part->label, STR("Kustomization/"));
}

/* The parts as they are told of in messages. */

const struct node *build_cluster_place(const struct verb_context *context,
				       const struct composition *composition,
				       const struct compose_part *part)
{
	const struct node *name = node_at(part->kustomization, "metadata.name");

	for (uint32_t i = 0; name && i < composition->faults.count; i++) {
		const struct compose_fault *fault = &composition->faults.items[i];
		if (fault->kustomization != part->kustomization || !fault->position)
			continue;
		struct node *at = arena_copy(context->arena, name, sizeof(*at));
		at->position = fault->position;
		return at;
	}
	return name;
}

/* Values stay as SOPS has encrypted them. */
static void warn_encrypted(struct findings *findings, const struct compose_part *part)
{
	if (part->encrypted.ptr)
		finding_add(findings, &rule_encrypted,
			    node_at(part->kustomization, "metadata.name"), "%.*s: %.*s",
			    STR_FMT(part->label), STR_FMT(part->encrypted));
}

/* What kustomize takes without a word, as of the Kustomization that builds it. */
static void warn_of_build(struct findings *findings, const struct compose_part *part)
{
	for (uint32_t i = 0; part->warnings && i < part->warnings->count; i++) {
		const struct finding *f = &part->warnings->items[i];
		finding_add(findings, f->rule, f->node, "%.*s: %.*s", STR_FMT(part->label),
			    STR_FMT(f->message));
		if (f->hint.len)
			finding_hint(findings, "%.*s", STR_FMT(f->hint));
	}
}

static void warn_of_part(struct findings *findings, const struct compose_part *part)
{
	warn_encrypted(findings, part);
	warn_of_build(findings, part);
}

bool build_cluster_warn(const struct verb_context *context, const struct composition *composition,
			struct findings *findings)
{
	bool is_whole = true;

	for (uint32_t i = 0; i < composition->parts.count; i++) {
		const struct compose_part *part = &composition->parts.items[i];
		warn_of_part(findings, part);
		if (part->state == COMPOSE_APPLIED)
			continue;
		finding_add(findings, &rule_not_applied,
			    build_cluster_place(context, composition, part),
			    "%.*s is not applied: %.*s", STR_FMT(part->label),
			    STR_FMT(part->reason));
		if (part->state == COMPOSE_FAILED || part->state == COMPOSE_WAITING)
			is_whole = false;
	}
	return is_whole;
}

static void add_objects(struct arena *arena, const struct composition *composition,
			const struct compose_part *part, struct nodes *nodes)
{
	for (uint32_t i = 0; i < part->count; i++)
		nodes_add(arena, nodes, composition->render.objects[part->first + i]);
}

static const struct rule rule_not_built = {
	STR_INIT("build/not-built"),
	SEVERITY_WARNING,
	STR_INIT("this kustomization does not build"),
};

static void warn_not_built(struct outcome *ret, const struct compose_fault *fault)
{
	finding_add(&ret->findings, &rule_not_built, NULL, "'%.*s' does not build: %.*s",
		    STR_FMT(fault->path), STR_FMT(fault->message));
	if (fault->hint.len)
		finding_hint(&ret->findings, "%.*s", STR_FMT(fault->hint));
	ret->status = ERROR_NO;
}

int build_many(const struct verb_context *context, struct str path, const struct files *files,
	       struct outcome *ret, struct error *err)
{
	struct composition *all = arena_one(context->arena, struct composition);

	if (compose_many(files, path, context->set, &ret->findings, all, err) < 0)
		return -1;
	for (uint32_t i = 0; i < all->parts.count; i++)
		add_objects(context->arena, all, &all->parts.items[i], &ret->documents);
	for (uint32_t i = 0; i < all->faults.count; i++)
		warn_not_built(ret, &all->faults.items[i]);
	ret->formats = build_formats_of(context->arena, all, NULL);
	return 0;
}

static const struct compose_part *find_part(const struct composition *composition, struct str only,
					    struct error *err)
{
	struct suggest suggest = suggest_start(only);

	for (uint32_t i = 0; i < composition->parts.count; i++) {
		const struct compose_part *part = &composition->parts.items[i];
		if (str_equal(name_of(part), only))
			return part;
		suggest_offer(&suggest, name_of(part));
	}
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "the cluster has no Kustomization '%.*s'",
		  STR_FMT(only));
	if (suggest.best.ptr)
		error_hint(err, "did you mean '%.*s'?", STR_FMT(suggest.best));
	else
		error_hint(err, "-o tree shows those that it has");
	return NULL;
}

/* Why one alone cannot be printed, with the place of the fault. */
static int refuse_failed(const struct composition *composition, const struct compose_part *part,
			 struct error *err)
{
	for (uint32_t i = 0; i < composition->faults.count; i++) {
		const struct compose_fault *fault = &composition->faults.items[i];
		if (fault->kustomization != part->kustomization)
			continue;
		error_set(err, ERROR_INPUT, fault->position, "%.*s", STR_FMT(fault->message));
		return fault->hint.len ? error_hint(err, "%.*s", STR_FMT(fault->hint)) : -1;
	}
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "%.*s: %.*s", STR_FMT(part->label),
			 STR_FMT(part->reason));
}

static int keep_one(const struct verb_context *context, const struct composition *composition,
		    struct str only, struct outcome *ret, struct error *err)
{
	const struct compose_part *part = find_part(composition, only, err);

	if (!part)
		return -1;
	if (part->state == COMPOSE_FAILED || part->state == COMPOSE_NO_SOURCE)
		return refuse_failed(composition, part, err);
	warn_of_part(&ret->findings, part);
	add_objects(context->arena, composition, part, &ret->documents);
	ret->formats = build_formats_of(context->arena, composition, part);
	return 0;
}

static void keep_all(const struct verb_context *context, const struct composition *composition,
		     struct outcome *ret)
{
	for (uint32_t i = 0; i < composition->parts.count; i++)
		if (composition->parts.items[i].state == COMPOSE_APPLIED)
			add_objects(context->arena, composition, &composition->parts.items[i],
				    &ret->documents);
	if (!build_cluster_warn(context, composition, &ret->findings))
		ret->status = ERROR_NO;
	ret->formats = build_formats_of(context->arena, composition, NULL);
}

/* Nobody is to read what was decrypted: no format, and no option shows it. */
static void mask_decrypted(struct arena *arena, struct render *render)
{
	for (uint32_t i = 0; i < render->count; i++)
		render->objects[i] = secret_sealed_masked(arena, render->objects[i]);
}

int build_cluster(const struct verb_context *context, const struct build_cluster_args *args,
		  const struct files *files, struct outcome *ret, struct error *err)
{
	struct composition *composition = arena_one(context->arena, struct composition);
	struct compose_options options;

	if (build_cluster_options(context, args, &options, err) < 0 ||
	    compose_cluster(files, args->path, &options, context->set, composition, err) < 0)
		return -1;
	if (options.keys.count)
		mask_decrypted(context->arena, &composition->render);
	if (args->only.ptr)
		return keep_one(context, composition, args->only, ret, err);
	keep_all(context, composition, ret);
	return 0;
}
