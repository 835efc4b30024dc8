/* rehearsal - a release run in an embedded cluster, in virtual time */
#include "rehearse/rehearsal.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/shell.h"
#include "cluster/controllers.h"
#include "deliver/deliver.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "rehearse/assume.h"
#include "rehearse/assumed_claims.h"
#include "rehearse/cluster_root.h"
#include "rehearse/faults.h"
#include "rehearse/playing.h"
#include "rehearse/rehearsal_inside.h"
#include "rehearse/revision_state.h"
#include "rehearse/revisions.h"
#include "rehearse/scenario/check.h"
#include "rehearse/settle.h"
#include "rehearse/sizing.h"
#include "rollout/rollout.h"

enum { METRICS_RETENTION_MS = 6 * 3600 * 1000 };

/* The platform */

static void create(struct rehearsal *r, const struct node *object)
{
	struct api_answer answer;

	platform_apply(r->platform, object, STR("flux"), r->arena, &answer);
	if (!api_ok(&answer))
		BUG("the root of the repository is refused: %.*s", STR_FMT(answer.message));
}

/* What `flux bootstrap` leaves behind; the repository's own flux-system replaces it when it has
 * one. */
static void bootstrap(struct rehearsal *r)
{
	struct str below = str_strip_prefix(str_from(r->root, r->base.len), STR("/"));
	struct str path = str_concat(r->arena, STR("./"), below);

	create(r, node_make(r->arena,
			    "{apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}"));
	create(r, node_make(r->arena,
			    "{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, "
			    "metadata: {name: flux-system, namespace: flux-system}, spec: {"
			    "interval: 1m, ref: {branch: %s}, url: %c}}",
			    r->repository.branch, "https://localhost/repository.git"));
	create(r,
	       node_make(r->arena,
			 "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, "
			 "metadata: {name: flux-system, namespace: flux-system}, spec: {"
			 "interval: 10m, path: %s, prune: true, sourceRef: {kind: GitRepository, "
			 "name: flux-system}}}",
			 path));
}

static const struct reconciler *const own_reconcilers[] = { &istiod_reconciler,
							    &assumed_claims_reconciler, NULL };
static const struct reconciler *const *const controllers[] = {
	deliver_reconcilers, assumed_reconcilers, rollout_reconcilers, own_reconcilers, NULL
};

/* A HelmRelease that puts what nobody here knows into a namespace. */
static bool has_release(const struct rehearsal *r, struct str namespace)
{
	SCRATCH(scratch);
	struct objects all = cache_list(r->results.cluster, scratch, KIND_HELMRELEASE, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++) {
		struct str target = node_str_at(all.items[i]->root, "spec.targetNamespace");
		if (str_equal(target.len ? target : all.items[i]->key.namespace, namespace))
			return true;
	}
	return false;
}

/* Others than the repository may make what is in a namespace: it has no such Namespace, or a chart
 * goes there. */
static bool is_foreign(void *context, struct str namespace)
{
	const struct rehearsal *r = context;

	return !repository_find(&r->repository, STR("Namespace"),
				(struct key){ STR_NONE, namespace }) ||
	       has_release(r, namespace);
}

/* A schema that only Forge brings is no reason to refuse what runs. */
static bool take_back_schema(void *context, const struct api_request *request,
			     const struct api_answer *answer)
{
	struct rehearsal *r = context;
	bool is_about_schema = answer->code == 422 || answer->code == 500 || answer->code == 400;

	if (r->states.count || !is_about_schema || !request->body)
		return false;
	return assume_gate(r->platform->schemas, request->body, answer->message, &r->assumed) ||
	       assume_without_schema(r->platform->schemas, object_gvk(request->body), &r->assumed);
}

/* What the first revision needs of others is there, for it runs. */
static void keep_assumptions(struct rehearsal *r)
{
	uint32_t count = 0;
	struct str *assumed = mesh_assumed(r->platform->mesh, r->arena, &count);

	mesh_stop_assuming(r->platform->mesh);
	for (uint32_t i = 0; i < count; i++)
		assumed_add(&r->assumed, assumed[i]);
}

void rehearsal_open(struct rehearsal *r, const struct reconciler *const *const *lists,
		    int node_count, struct node_size node_size)
{
	const struct scenario *s = r->options->scenario;
	struct playing *playing = playing_new(r->arena, s, &r->record);
	const struct platform_handler handlers[] = {
		{ "fetch", repository_fetch, &r->repository },
		{ "build", repository_build, &r->repository },
		{ "generate", repository_generate, &r->repository },
		{ "webhook", playing_webhook, playing },
		{ "query", playing_query, playing },
		{ scenario_tells_usage(s) ? "podMetrics" : NULL, playing_pod_metrics, playing },
		{},
	};

	r->playing = playing;
	r->platform = platform_new(
		&(struct platform_parts){ .seed = r->options->seed,
					  .node_count = node_count,
					  .node_size = node_size,
					  .zone_count = (int)s->zone_count,
					  .controllers = lists,
					  .handlers = handlers,
					  .mesh = true,
					  .behaviour = playing_behave,
					  .behaviour_context = playing,
					  .metrics_retention_ms = METRICS_RETENTION_MS });
	r->results.cluster = runner_cache(r->platform->runner);
	repository_begin(&r->repository, r->platform->world, r->results.cluster);
	r->repository.plain = r->is_plain ? r->platform->schemas : NULL;
	record_init(&r->record, r->arena, r->platform->world);
	record_attach(&r->record, r->platform->api, r->platform->runner);
	embedded_on_refused(r->platform->embedded, take_back_schema, r);
	mesh_start_assuming(r->platform->mesh, is_foreign, r);
	playing_begin(playing, r->platform);
	r->results.faults = playing_faults(playing);
	invariants_attach(&r->invariants,
			  &(struct invariants_options){ .arena = r->arena,
							.world = r->platform->world,
							.embedded = r->platform->embedded,
							.cluster = r->results.cluster,
							.repository = &r->repository,
							.scenario = s,
							.record = &r->record,
							.root = r->root });
}

static void open_platform(struct rehearsal *r)
{
	int64_t wanted = r->options->scenario->node_count;
	int node_count = wanted ? (int)wanted : 3;

	rehearsal_open(r, controllers, node_count, sizing_nodes(r, node_count));
}

/* Shipping */

static int change_by_others(struct rehearsal *r, const struct scenario_other *other,
			    struct error *err)
{
	bool is_delete = other->delete.ptr != NULL;
	struct documents documents;

	if (yaml_read(r->set, STR("scenario (others)"), is_delete ? other->delete : other->change,
		      DIALECT_GO_V3, &documents, err) < 0)
		return -1;
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct node *object = documents.items[i].root;
		if (!object)
			continue;
		if (yaml_decode(r->arena, object, &object, err) < 0)
			return -1;
		struct api_request request = { .verb = is_delete ? API_DELETE : API_APPLY,
					       .body = object,
					       .arena = r->arena,
					       .key = object_key(object),
					       .manager = other->manager,
					       .propagation = API_PROPAGATION_BACKGROUND,
					       .grace_s = -1,
					       .force = true };
		struct api_answer answer;
		if (api_wait(r->platform->api, &request, &answer, err) < 0)
			return -1;
		object_unref(answer.object);
		if (!api_ok(&answer))
			return error_set(err, ERROR_INPUT, object->position,
					 "the cluster refuses what others do: %.*s",
					 STR_FMT(answer.message));
	}
	return 0;
}

static int others_first(struct rehearsal *r, const struct revision *revision, struct error *err)
{
	const struct scenario *s = r->options->scenario;

	for (uint32_t i = 0; i < s->others.count; i++) {
		const struct scenario_other *other = &s->others.items[i];
		if (str_starts(revision->hash, other->before) &&
		    change_by_others(r, other, err) < 0)
			return -1;
	}
	return 0;
}

/* As after a push, when a webhook tells of it. */
static void fetch_again(struct rehearsal *r)
{
	struct objects all = cache_list(runner_cache(r->platform->runner), r->arena,
					KIND_GITREPOSITORY, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++)
		if (repository_is_ours(&r->repository, all.items[i]->key, all.items[i]->root))
			runner_enqueue(r->platform->runner, "source-controller", all.items[i]->key);
}

/* Puts a revision into the repository and waits until the cluster has come to rest. */
static int ship(struct rehearsal *r, const struct revision *revision, bool *ret_unsettled,
		struct error *err)
{
	bool first = !r->repository.current;

	r->repository.current = r->results.current = revision;
	if (first)
		bootstrap(r);
	else
		fetch_again(r);
	if (settle(r, ret_unsettled, err) < 0)
		return -1;
	invariants_at_rest(&r->invariants, *ret_unsettled);
	return 0;
}

static int ship_next(struct rehearsal *r, uint32_t index, struct error *err)
{
	struct revision_state state = { .revision = &r->revisions[index] };

	if (others_first(r, state.revision, err) < 0)
		return -1;
	r->record.revision = index;
	state.shipped_ms = world_now_ms(r->platform->world);
	playing_shipping(r->playing, index, /* is_last= */ index + 1 == r->revision_count);
	if (ship(r, state.revision, &state.unsettled, err) < 0)
		return -1;
	state.settled_ms = world_now_ms(r->platform->world);
	revision_state_take(r, &state);
	VEC_PUSH(r->arena, &r->states, state);
	if (index == 0) {
		keep_assumptions(r);
		rollback_keep(r);
	}
	return 0;
}

/* What happens now is no part of the release: the record has ended. */
static int ship_first_again(struct rehearsal *r, struct error *err)
{
	bool unsettled;

	if (r->options->no_rollback || r->revision_count == 1)
		return 0;
	r->record.ended = true;
	if (ship(r, &r->revisions[0], &unsettled, err) < 0)
		return -1;
	rollback_compare(r);
	return 0;
}

/* A release of nothing is no success: the folder is the wrong one. */
static int check_applied(const struct rehearsal *r, struct error *err)
{
	for (uint32_t i = 0; i < r->states.count; i++) {
		const struct revision_state *s = &r->states.items[i];
		for (uint32_t k = 0; k < s->kustomizations.count; k++)
			if (!s->kustomizations.items[k].applied ||
			    node_item_count(s->kustomizations.items[k].inventory))
				return 0;
	}
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' holds nothing to apply",
		  STR_FMT(r->root.len ? r->root : STR(".")));
	return error_hint(err, "name a folder with manifests, a kustomization or 'clusters'");
}

static void assume(void *context, struct str what)
{
	assumed_add(context, what);
}

static int read_repository(struct rehearsal *r, struct error *err)
{
	struct str branch = STR_NONE;

	if (git_open(&r->git, r->options->world, r->arena, r->options->path, err) < 0 ||
	    git_branch(&r->git, r->arena, &branch, err) < 0 || revisions_read(r, err) < 0 ||
	    cluster_root_find(r, err) < 0)
		return -1;
	repository_init(&r->repository,
			&(struct repository_options){ .arena = r->arena,
						      .set = r->set,
						      .branch = branch.len ? branch : STR("main"),
						      .folder = r->base,
						      .keys = &r->options->keys,
						      .assume = assume,
						      .context = &r->assumed });
	return 0;
}

/* Commits by their hashes: names move. */
struct str rehearsal_replay(const struct rehearsal *r)
{
	const struct rehearsal_options *o = r->options;
	const struct revision *last = &r->revisions[r->revision_count - 1];
	struct buf buf;

	buf_init(&buf, r->arena);
	buf_printf(&buf, "forge rehearse %.*s", STR_FMT(shell_word(r->arena, o->path)));
	if (r->root.len)
		buf_printf(&buf, " --cluster %.*s", STR_FMT(shell_word(r->arena, r->root)));
	buf_printf(&buf, " --from %.*s", STR_FMT(r->revisions[0].hash));
	for (uint32_t i = 1; i + 1 < r->revision_count && i <= o->then_count; i++)
		buf_printf(&buf, " --then %.*s", STR_FMT(r->revisions[i].hash));
	if (!r->is_working_tree)
		buf_printf(&buf, " --to %.*s", STR_FMT(last->hash));
	for (uint32_t i = 0; i < o->scenario_path_count; i++)
		buf_printf(&buf, " --scenario %.*s",
			   STR_FMT(shell_word(r->arena, o->scenario_paths[i])));
	if (o->age_key_file.ptr)
		buf_printf(&buf, " --age-key-file %.*s",
			   STR_FMT(shell_word(r->arena, o->age_key_file)));
	buf_printf(&buf, " --seed %llu%s", (unsigned long long)o->seed,
		   o->no_rollback ? " --no-rollback" : "");
	return buf_str(&buf);
}

void rehearsal_init(struct rehearsal *r, const struct rehearsal_options *options)
{
	*r = (struct rehearsal){
		.arena = options->arena,
		.set = options->set,
		.options = options,
		.assumed = { .arena = options->arena },
		.results = { .set = options->set,
			     .repository = &r->repository,
			     .states = &r->states,
			     .record = &r->record,
			     .invariants = &r->invariants,
			     .rollback = &r->rollback,
			     .changes = &r->changes,
			     .measures = &r->measures,
			     .users = &r->users,
			     .assumed = &r->assumed,
			     .expects_outcome = options->scenario->expect_outcome.ptr != NULL,
			     .seed = options->seed },
	};
}

struct rehearsal *rehearsal_new(const struct rehearsal_options *options)
{
	struct rehearsal *r = arena_one(options->arena, struct rehearsal);

	rehearsal_init(r, options);
	return r;
}

static int run_all(struct rehearsal *r, const struct rehearsal_results **ret_results,
		   struct error *err)
{
	if (read_repository(r, err) < 0)
		return -1;
	open_platform(r);
	for (uint32_t i = 0; i < r->revision_count; i++) {
		assume_kinds(r->platform->schemas, r->set, &r->revisions[i], &r->assumed);
		if (ship_next(r, i, err) < 0)
			return -1;
	}
	if (check_applied(r, err) < 0 || scenario_check(r->options->scenario, &r->results, err) < 0)
		return -1;
	changes_find(&r->results, r->platform->api, r->arena, &r->changes);
	users_take(&r->results, r->options->scenario, r->platform->mesh, r->arena, &r->users);
	measures_take(&r->results, r->options->scenario, r->platform->mesh, r->arena, &r->measures);
	faults_end(playing_faults(r->playing));
	if (ship_first_again(r, err) < 0)
		return -1;
	r->results.virtual_ms = world_now_ms(r->platform->world) - SIMULATED_EPOCH_MS;
	r->results.hash = embedded_hash(r->platform->embedded);
	r->results.replay = rehearsal_replay(r);
	*ret_results = &r->results;
	return 0;
}

/* Builds read files of the repository until the last one is done. */
int rehearsal_run(struct rehearsal *r, const struct rehearsal_results **ret_results,
		  struct error *err)
{
	int result = run_all(r, ret_results, err);

	revisions_close(r);
	git_close(&r->git);
	return result;
}

void rehearsal_release(struct rehearsal *r)
{
	rollback_release(r);
	if (r->platform)
		platform_free(r->platform);
	r->platform = NULL;
}

void rehearsal_free(struct rehearsal *r)
{
	if (r)
		rehearsal_release(r);
}
