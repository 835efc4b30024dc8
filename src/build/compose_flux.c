/* compose_flux - Flux Kustomizations among the objects, followed to what they build */
#include "base/arena.h"
#include "build/compose_inside.h"
#include "build/flux.h"
#include "build/flux_values.h"
#include "build/sops.h"
#include "doc/map_edit.h"

/* Variables of postBuild */

static const struct node *find_data(struct follow *f, const struct node *ref, struct str namespace)
{
	static const struct str sealed = STR_INIT("SealedSecret");
	struct str kind = node_str_at(ref, "kind");
	bool is_secret = str_equal(kind, STR("Secret"));
	const struct node *found = NULL;

	for (int i = 0; i < 1 + is_secret && !found; i++)
		found = map_get(&f->by_label,
				str_printf(f->c->arena, "%.*s/%.*s/%.*s",
					   STR_FMT(i ? sealed : kind), STR_FMT(namespace),
					   STR_FMT(node_str_at(ref, "name"))));
	return found;
}

/* *ret_missing: which of its sources is not here. */
static const struct node *variables_of(struct follow *f, const struct node *kustomization,
				       struct str *ret_missing)
{
	const struct node *from = node_at(kustomization, "spec.postBuild.substituteFrom");
	const struct node *all = node_empty_map();

	for (uint32_t i = 0; i < node_item_count(from); i++) {
		const struct node *ref = node_item(from, i);
		const struct node *o = find_data(f, ref, object_namespace(kustomization));
		if (!o && !ret_missing->ptr)
			*ret_missing = flux_missing_values(f->c->arena, ref);
		all = flux_add_values(f->c->arena, all, o);
	}
	return map_edit_merged(f->c->arena, all,
			       node_at(kustomization, "spec.postBuild.substitute"));
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

/* Flux refuses what it would have to decrypt, where it is not told how to. */
static int refuse_encrypted(struct follow *f, const struct node *kustomization,
			    const struct render *render, struct flux_fault *fault,
			    struct error *err)
{
	for (uint32_t i = 0; i < render->count; i++) {
		const struct node *object = render->objects[i];
		if (!sops_hides(object) || node_at(kustomization, "spec.decryption"))
			continue;
		fault->reason = FLUX_RECONCILIATION_FAILED;
		fault->message = str_printf(f->c->arena,
					    "%.*s is SOPS encrypted, configuring decryption is "
					    "required for this secret to be reconciled",
					    STR_FMT(object_label_text(f->c->arena, object)));
		return error_set(err, ERROR_INPUT, object->position, "%.*s",
				 STR_FMT(fault->message));
	}
	return 0;
}

static struct findings *new_findings(struct arena *arena)
{
	struct findings *findings = arena_one(arena, struct findings);

	findings_init(findings, arena);
	return findings;
}

int compose_build(struct follow *f, const struct node *kustomization, const struct files *files,
		  struct render *ret)
{
	struct flux_fault fault = {};
	const struct node *provider = node_at(kustomization, "spec.decryption.provider");
	struct str missing = STR_NONE;
	struct error err = {};
	struct flux_input input = { .files = files,
				    .kustomization = kustomization,
				    .variables = variables_of(f, kustomization, &missing) };

	/* A check has a rule of its own for them: flux/substitute-from. */
	if (f->c->cluster)
		input.missing = missing;
	if (f->c->sops)
		sops_begin(f->c->sops, provider ? provider->position : 0);
	input.sops = f->c->sops;
	f->warnings = input.warnings = new_findings(f->c->arena);
	input.crds = &f->crds;
	if (flux_build(&input, f->c->set, ret, &fault, &err) < 0 ||
	    (f->c->cluster && refuse_encrypted(f, kustomization, ret, &fault, &err) < 0)) {
		add_fault(f, kustomization, &fault, &err);
		return -1;
	}
	f->encrypted = f->c->sops ? sops_closed(f->c->sops) : STR_NONE;
	return 0;
}

/* What no key has opened must not look like a fault of the repository. */
static void assume_decrypted(struct follow *f, const struct node *kustomization,
			     struct render *render)
{
	if (!f->c->assumes_decrypted || !node_at(kustomization, "spec.decryption"))
		return;
	for (uint32_t i = 0; i < render->count; i++)
		render->objects[i] = sops_assume(f->c->arena, render->objects[i]);
}

static void build_part(struct follow *f, struct compose_part *part, const struct files *files)
{
	struct render render;

	if (compose_build(f, part->kustomization, files, &render) < 0) {
		part->state = COMPOSE_FAILED;
		part->reason =
			f->composition->faults.items[f->composition->faults.count - 1].message;
		return;
	}
	assume_decrypted(f, part->kustomization, &render);
	for (uint32_t i = 0; i < render.count; i++) {
		VEC_PUSH(f->c->arena, &f->objects->items, render.objects[i]);
		/* What is not applied here makes nothing that others are made from. */
		if (part->state == COMPOSE_APPLIED ||
		    (!f->c->cluster && part->state != COMPOSE_ELSEWHERE))
			compose_order_meet(f, render.objects[i]);
	}
	part->count = render.count;
	part->encrypted = f->encrypted;
	part->warnings = f->warnings;
}

/* What Flux does with it when it is built. */
static void judge(struct follow *f, const struct followed *x, struct compose_part *part)
{
	struct str waits = compose_order_waits(f, x);

	if (waits.ptr) {
		part->state = COMPOSE_WAITING;
		part->reason = waits;
	} else if (node_bool_at(x->kustomization, "spec.suspend", false)) {
		part->state = COMPOSE_SUSPENDED;
		part->reason = STR("it is suspended");
	} else if (node_at(x->kustomization, "spec.kubeConfig")) {
		part->state = COMPOSE_ELSEWHERE;
		part->reason = STR("it is applied to a remote cluster");
	}
}

/* What becomes of a part whose source is not here. */
static void note_gap(struct follow *f, struct compose_part *part)
{
	const struct source_gap *gap = &f->gap;
	struct str name = part->source;

	str_cut(&name, '/');
	part->state = gap->is_fault ? COMPOSE_FAILED : COMPOSE_NO_SOURCE;
	part->reason = gap->reason;
	if (gap->is_fault) {
		struct flux_fault fault = { FLUX_ARTIFACT_FAILED, gap->reason };
		struct error err = { .position = gap->position };
		add_fault(f, part->kustomization, &fault, &err);
		return;
	}
	part->reason = str_printf(f->c->arena,
				  "%.*s is not here%s%.*s: --source %.*s=PATH names its folder",
				  STR_FMT(part->source), gap->reason.ptr ? ", " : "",
				  STR_FMT(gap->reason), STR_FMT(name));
}

static void follow_one(struct follow *f, struct followed *x)
{
	struct compose_part part = { .kustomization = x->kustomization,
				     .label = x->label,
				     .first = f->objects->items.count };
	const struct files *files = compose_source(f, x->kustomization, &part.source);

	judge(f, x, &part);
	if (files) {
		part.directory = compose_directory(f, files, x->kustomization);
		build_part(f, &part, files);
	} else if (part.state == COMPOSE_APPLIED) {
		note_gap(f, &part);
	}
	x->state = part.state;
	VEC_PUSH(f->c->arena, &f->composition->parts, part);
}

/* What the first part is: the Kustomization that builds the path itself. */
static bool is_entry(const struct follow *f, const struct followed *x)
{
	const struct compose_part *entry = &f->composition->parts.items[0];
	struct str directory = compose_directory(f, &f->c->files, x->kustomization);

	if (entry->kustomization)
		return str_equal(x->label, entry->label);
	return directory.ptr && entry->directory.ptr && str_equal(directory, entry->directory);
}

void compose_follow_init(struct follow *f, struct composer *c, struct composition *composition,
			 struct object_list *objects)
{
	*f = (struct follow){ .c = c, .composition = composition, .objects = objects };
	map_init(&f->by_label, c->arena);
	map_init(&f->sources, c->arena);
	map_init(&f->artifacts, c->arena);
	map_init(&f->trees, c->arena);
	map_init(&f->followed, c->arena);
	map_init(&f->waiting, c->arena);
}

int compose_follow(struct follow *f)
{
	struct followed *x;

	/* The list grows while it is walked: Kustomizations bring Kustomizations. */
	for (uint32_t i = 0, count = f->objects->items.count; i < count; i++)
		compose_order_meet(f, f->objects->items.items[i]);
	while ((x = compose_order_next(f))) {
		if (f->composition->parts.count >= COMPOSE_PARTS_MAX)
			return error_set(f->c->err, ERROR_INPUT, ERROR_NO_POSITION,
					 "more than %d Kustomizations in one cluster",
					 COMPOSE_PARTS_MAX);
		if (!is_entry(f, x))
			follow_one(f, x);
		compose_order_done(f, x);
	}
	return 0;
}
