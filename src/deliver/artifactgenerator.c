/* artifactgenerator - ExternalArtifacts made of parts of other sources */
#include "base/arena.h"
#include "deliver/deliver.h"
#include "doc/make.h"
#include "kube/flux_reason.h"
#include "kube/health.h"

enum { RETRY_MS = 30000 };

struct generation {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *generator;
};

static void write_ready(const struct generation *g, bool ready, enum flux_reason reason,
			struct str message)
{
	struct condition c = { .type = STR("Ready"),
			       .status = ready ? STR("True") : STR("False"),
			       .reason = flux_reason_text(reason),
			       .message = message,
			       .observed_generation = g->generator->facts.generation };
	const struct node *status = node_get(g->generator->root, STR("status"));
	const struct node *list =
		condition_set(g->arena, node_get(status, STR("conditions")), &c, view_now(g->view));

	plan_status(g->plan, g->generator, node_with(g->arena, status, STR("conditions"), list));
}

/* Sources */

static const struct object *source_at(const struct generation *g, const struct node *source)
{
	struct str namespace = node_str_at(source, "namespace");
	struct key key = { namespace.len ? namespace : g->generator->key.namespace,
			   node_str_at(source, "name") };
	kind_id kind = flux_source_kind(node_str_at(source, "kind"));

	return kind ? view_get(g->view, kind, key) : NULL;
}

static bool has_sources(const struct generation *g)
{
	const struct node *list = node_at(g->generator->root, "spec.sources");

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *source = node_item(list, i);
		const struct object *o = source_at(g, source);
		if (o && node_str_at(o->root, "status.artifact.revision").len)
			continue;
		write_ready(g, false, FLUX_SOURCE_FETCH_FAILED,
			    str_printf(g->arena, "source '%.*s/%.*s' is not ready",
				       STR_FMT(node_str_at(source, "kind")),
				       STR_FMT(node_str_at(source, "name"))));
		plan_requeue(g->plan, RETRY_MS);
		return false;
	}
	return true;
}

/* "@alias" → the revision of that source; absent without one. */
static struct str revision_of(const struct generation *g, struct str alias)
{
	const struct node *list = node_at(g->generator->root, "spec.sources");
	struct str wanted = str_strip_prefix(alias, STR("@"));

	for (uint32_t i = 0; alias.len && i < node_item_count(list); i++) {
		const struct object *o = source_at(g, node_item(list, i));
		if (o && str_equal(node_str_at(node_item(list, i), "alias"), wanted))
			return node_str_at(o->root, "status.artifact.revision");
	}
	return STR_NONE;
}

/* Artifacts */

/* False: an answer is missing still. */
static bool has_answers(const struct generation *g, const struct node *artifacts)
{
	bool all = true;

	for (uint32_t i = 0; i < node_item_count(artifacts); i++) {
		if (view_answer(g->view, STR("artifact"), i))
			continue;
		plan_request(g->plan, STR("generate"), STR("artifact"), i,
			     node_make(g->arena, "{generator: %n, artifact: %n}",
				       g->generator->root, node_item(artifacts, i)));
		all = false;
	}
	return all;
}

/* The artifacts before one that cannot be made are kept up to date, those after it are not. */
static bool is_made(const struct generation *g, const struct node *artifact,
		    const struct answer *answer)
{
	struct str alias = node_str_at(artifact, "revision"), message = STR_NONE;

	if (answer->code >= 300)
		message = str_printf(g->arena, "%.*s build failed: %.*s",
				     STR_FMT(node_str_at(artifact, "name")), STR_FMT(answer->text));
	else if (alias.len && !revision_of(g, alias).ptr)
		message =
			str_printf(g->arena, "revision %.*s not found in sources", STR_FMT(alias));
	if (!message.ptr)
		return true;
	write_ready(g, false, FLUX_BUILD_FAILED, message);
	plan_event(g->plan, g->generator, /* warning= */ true, flux_reason_text(FLUX_BUILD_FAILED),
		   "%.*s", STR_FMT(message));
	return false;
}

static struct str artifact_revision(const struct generation *g, const struct node *artifact,
				    const struct answer *answer)
{
	struct str own = revision_of(g, node_str_at(artifact, "revision"));

	if (node_bool_at(answer->node, "assumed", false))
		return STR("assumed");
	return own.len ? own
		       : str_concat(g->arena, STR("latest@"), node_str_at(answer->node, "digest"));
}

static void create(const struct generation *g, struct key key)
{
	plan_create(g->plan,
		    node_make(g->arena,
			      "{apiVersion: source.toolkit.fluxcd.io/v1, kind: ExternalArtifact, "
			      "metadata: {name: %s, namespace: %s, ownerReferences: [%n]}, spec: "
			      "{sourceRef: {apiVersion: %s, kind: ArtifactGenerator, name: %s, "
			      "namespace: %s}}}",
			      key.name, key.namespace,
			      object_owner_reference(g->arena, g->generator->root,
						     /* controller= */ true),
			      object_api_version(g->generator->root), g->generator->key.name,
			      g->generator->key.namespace));
}

static void write_artifact(const struct generation *g, const struct object *external,
			   const struct node *artifact, const struct answer *answer)
{
	struct str revision = artifact_revision(g, artifact, answer);
	struct str digest = node_str_at(answer->node, "digest");
	const struct node *old = node_at(external->root, "status.artifact");
	struct condition ready = { .type = STR("Ready"),
				   .status = STR("True"),
				   .reason = flux_reason_text(FLUX_SUCCEEDED),
				   .message = STR("Artifact is ready"),
				   .observed_generation = external->facts.generation };
	bool same = str_equal(node_str_at(old, "revision"), revision) &&
		    str_equal(node_str_at(old, "digest"), digest);
	const struct node *now = node_make(
		g->arena,
		"{revision: %s, digest: %?s, lastUpdateTime: %s, path: %s, size: %l, url: %s}",
		revision, digest, view_now(g->view), revision, node_int_at(answer->node, "size", 0),
		revision);

	plan_status(g->plan, external,
		    node_make(g->arena, "{artifact: %n, conditions: %n}", same ? old : now,
			      condition_set(g->arena, node_at(external->root, "status.conditions"),
					    &ready, view_now(g->view))));
}

/* Deletes ExternalArtifacts that the spec no longer names. */
static void remove_others(const struct generation *g, const struct node *artifacts)
{
	struct objects owned = view_owned(g->view, KIND_EXTERNALARTIFACT, g->generator);

	for (uint32_t i = 0; i < owned.count; i++) {
		bool wanted = false;
		for (uint32_t a = 0; a < node_item_count(artifacts) && !wanted; a++)
			wanted = str_equal(node_str_at(node_item(artifacts, a), "name"),
					   owned.items[i]->key.name);
		if (!wanted && !owned.items[i]->facts.deletion_s)
			plan_delete(g->plan, owned.items[i]);
	}
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct generation g = { .view = view, .plan = plan, .arena = plan->arena };

	(void)err;
	g.generator = view_get(view, KIND_ARTIFACTGENERATOR, key);
	if (!g.generator || g.generator->facts.deletion_s)
		return 0;
	if (str_equal_nocase(object_annotation(g.generator->root,
					       STR("source.extensions.fluxcd.io/reconcile")),
			     STR("disabled")))
		return 0;
	const struct node *artifacts = node_at(g.generator->root, "spec.artifacts");
	if (!has_sources(&g) || !has_answers(&g, artifacts))
		return 0;
	for (uint32_t i = 0; i < node_item_count(artifacts); i++) {
		const struct node *artifact = node_item(artifacts, i);
		struct key own = { key.namespace, node_str_at(artifact, "name") };
		const struct object *external = view_get(view, KIND_EXTERNALARTIFACT, own);
		const struct answer *answer = view_answer(view, STR("artifact"), i);
		if (!is_made(&g, artifact, answer))
			return 0;
		if (external)
			write_artifact(&g, external, artifact, answer);
		else
			create(&g, own);
	}
	remove_others(&g, artifacts);
	write_ready(&g, true, FLUX_SUCCEEDED,
		    str_printf(g.arena, "reconciliation succeeded, generated %u artifact(s)",
			       node_item_count(artifacts)));
	return 0;
}

/* Any source → all of them: there are few. */
static void map_source(const struct view *view, const struct object *before,
		       const struct object *after, struct keys *keys)
{
	struct objects all = view_list(view, KIND_ARTIFACTGENERATOR, STR_NONE);

	(void)before;
	(void)after;
	for (uint32_t i = 0; i < all.count; i++)
		keys_add(keys, all.items[i]->key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_ARTIFACTGENERATOR, map_self },	   { KIND_GITREPOSITORY, map_source },
	{ KIND_OCIREPOSITORY, map_source },	   { KIND_BUCKET, map_source },
	{ KIND_EXTERNALARTIFACT, map_controller }, {},
};

const struct reconciler artifactgenerator_reconciler = {
	.name = "source-watcher",
	.reconcile = reconcile,
	.watches = watches,
};
