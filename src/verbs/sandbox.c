/* sandbox - the embedded cluster: apply files to it and show what then exists */
#include "base/budget.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "kube/secret.h"
#include "platform/platform.h"
#include "verbs/verbs.h"
#include "world/world.h"

enum {
	QUIET_MS = 60000, /* without a change: settled */
	STEP_MS = 20,	  /* between two documents, as a client takes to send the next one */
};

struct sandbox_args {
	struct argument_list files;
	int64_t nodes;
	int64_t seed;
	int64_t limit_memory_bytes;
};

static const struct argument sandbox_arguments[] = {
	{ 0, "files", "FILE", ARGUMENT_LIST, offsetof(struct sandbox_args, files),
	  "files of objects; NAME.delete.yaml names objects to delete", .is_positional = true,
	  .is_required = true },
	{ 0, "nodes", "N", ARGUMENT_INT, offsetof(struct sandbox_args, nodes),
	  "nodes of the cluster, 32 CPU and 256Gi each, in three zones (default 3)",
	  .fallback = "3", .maximum = PLATFORM_NODES_MAX },
	{ 0, "seed", "N", ARGUMENT_INT, offsetof(struct sandbox_args, seed),
	  "seed of all that is left to chance (default 1)", .fallback = "1" },
	VERB_LIMIT_MEMORY(struct sandbox_args),
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT, .help = "yaml (default) or json",
	  .values = "yaml json" },
	{},
};

/* A run: the cluster, and what was refused in the step under way. */
struct run {
	const struct verb_context *context;
	struct platform *platform;
	struct nodes refused;
};

static void note_refusal(struct run *run, const struct node *object,
			 const struct api_answer *answer)
{
	struct arena *arena = run->context->arena;
	struct str reason = answer->reason.len ? answer->reason : STR_NONE;

	nodes_add(arena, &run->refused,
		  node_make(arena, "{kind: %?s, name: %?s, code: %d, reason: %?s, message: %s}",
			    object_kind(object), object_name(object), answer->code, reason,
			    answer->message));
}

static enum api_propagation propagation_of(const struct node *object)
{
	struct str word = object_annotation(object, STR("forge.dev/propagation"));

	if (str_equal(word, STR("Orphan")))
		return API_PROPAGATION_ORPHAN;
	if (str_equal(word, STR("Foreground")))
		return API_PROPAGATION_FOREGROUND;
	return API_PROPAGATION_BACKGROUND;
}

static void send(struct run *run, const struct node *object, bool is_delete)
{
	struct api_request request = { .verb = is_delete ? API_DELETE : API_APPLY,
				       .body = object,
				       .key = object_key(object),
				       .arena = run->context->arena,
				       .manager = STR("forge"),
				       .propagation = propagation_of(object),
				       .grace_s = -1,
				       .force = true };
	struct api_answer answer;
	struct error err;

	if (api_wait(run->platform->api, &request, &answer, &err) < 0)
		BUG("the embedded api does not answer: %s", err.text);
	if (!api_ok(&answer))
		note_refusal(run, object, &answer);
	object_unref(answer.object);
}

static int send_object(struct run *run, const struct node *object, bool is_delete,
		       struct error *err)
{
	if (!node_is_map(object))
		return error_set(err, ERROR_INPUT, object->position,
				 "a Kubernetes object must be a map");
	if (yaml_decode(run->context->arena, object, &object, err) < 0)
		return -1;
	object = secret_marked(run->context->arena, object);
	secret_hide(run->context->set, object);
	send(run, object, is_delete);
	return world_run_for(run->platform->world, STEP_MS, err);
}

/* Lists stand for their items, as kubectl takes them. */
static int send_document(struct run *run, const struct node *root, bool is_delete,
			 struct error *err)
{
	const struct node *items = node_get(root, STR("items"));

	if (!str_ends(object_kind(root), STR("List")) || !node_is_list(items))
		return send_object(run, root, is_delete, err);
	for (uint32_t i = 0; i < node_item_count(items); i++)
		if (send_object(run, node_item(items, i), is_delete, err) < 0)
			return -1;
	return 0;
}

static int send_file(struct run *run, struct str path, struct error *err)
{
	struct documents documents;
	struct str text;
	bool is_delete = str_ends(path, STR(".delete.yaml"));

	budget_subject(path);
	if (verb_read_file(run->context, path, &text, err) < 0 ||
	    yaml_read(run->context->set, path, text, DIALECT_GO_V3, &documents, err) < 0)
		return -1;
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct node *root = documents.items[i].root;
		if (root && send_document(run, root, is_delete, err) < 0)
			return -1;
	}
	return 0;
}

/* All objects of all namespaces as they stand now. */
static const struct node *state(struct run *run)
{
	struct arena *arena = run->context->arena;
	const struct cache *cache = embedded_cache(run->platform->embedded);
	struct nodes items = {};

	for (kind_id kind = 1; kind < cache_kind_limit(cache); kind++) {
		struct objects all = cache_list(cache, arena, kind, STR_NONE);
		for (uint32_t i = 0; i < all.count; i++)
			nodes_add(arena, &items,
				  node_copy(arena, object_shown(arena, all.items[i]),
					    /* bare= */ true));
	}
	return node_make(arena, "{kind: List, items: %n, refused: %n}",
			 node_list_of(arena, items.items, items.count),
			 node_list_of(arena, run->refused.items, run->refused.count));
}

/* "01-create" of "cases/x/01-create.yaml" */
static struct str step_name(struct str path)
{
	struct str name = str_from(path, (size_t)(str_find_last_char(path, '/') + 1));
	return str_strip_suffix(name, STR(".yaml"));
}

/* Two files may have one name: steps are told apart by a number, "web" and then "web (2)". */
static struct str new_step_name(struct arena *arena, const struct node *after, struct str path)
{
	struct str name = step_name(path), numbered = name;

	for (int i = 2; node_get(after, numbered); i++)
		numbered = str_printf(arena, "%.*s (%d)", STR_FMT(name), i);
	return numbered;
}

static int run_files(struct run *run, const struct argument_list *files, const struct node **ret,
		     struct error *err)
{
	const struct node *after = node_empty_map();

	for (uint32_t i = 0; i < files->count; i++) {
		run->refused = (struct nodes){};
		if (verb_check_cancelled(run->context, err) < 0 ||
		    send_file(run, files->items[i], err) < 0 ||
		    platform_settle(run->platform, QUIET_MS, err) < 0)
			return -1;
		struct str step = new_step_name(run->context->arena, after, files->items[i]);
		after = node_with(run->context->arena, after, step, state(run));
	}
	*ret = node_make(run->context->arena, "{after: %n}", after);
	return 0;
}

static int sandbox_run(const struct verb_context *context, const void *args, struct outcome *ret,
		       struct error *err)
{
	const struct sandbox_args *a = args;
	struct run run = { .context = context };
	const struct node *document;

	run.platform = platform_new(&(struct platform_parts){
		.seed = (uint64_t)a->seed, .node_count = (int)a->nodes, .played = true });
	int result = run_files(&run, &a->files, &document, err);
	platform_free(run.platform);
	if (result < 0)
		return -1;
	nodes_add(context->arena, &ret->documents, document);
	ret->json_flags = JSON_INDENT | JSON_SORT_KEYS;
	ret->secrets = OUTCOME_SECRETS_PLAIN_IN_JSON;
	return 0;
}

static const struct verb sandbox_run_verb = {
	.name = "run",
	.group = VERB_CLUSTER,
	.summary = "apply files in order to an embedded cluster and print what then exists",
	.about = "Each document of a file is applied server-side; a file named NAME.delete.yaml "
		 "names objects to delete. After each file the cluster settles in virtual time. "
		 "What the API server refuses is listed with its answer, and is no failure.",
	.examples =
		"forge sandbox run deployment.yaml\tall objects once it has settled\n"
		"forge sandbox run 01-web.yaml 02-web.delete.yaml -o json\tone list for each file",
	.arguments = sandbox_arguments,
	.size = sizeof(struct sandbox_args),
	.steps_max = VERB_RUN_STEPS_MAX,
	.read_only = true,
	.long_running = true,
	.run = sandbox_run,
};

static const struct verb *const sandbox_verbs[] = { &sandbox_run_verb, NULL };

const struct verb verb_sandbox = {
	.name = "sandbox",
	.group = VERB_CLUSTER,
	.summary = "the embedded cluster",
	.verbs = sandbox_verbs,
};
