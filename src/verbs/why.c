/* why - where a value comes from */
#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "build/chain.h"
#include "build/compose.h"
#include "build/kustomize.h"
#include "build/pick.h"
#include "build/root.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "doc/secret.h"
#include "source/remotes.h"
#include "verbs/build_cluster.h"
#include "verbs/verbs.h"

enum { VALUE_SHOWN_COLUMNS = 60 };

struct why_args {
	struct argument_list words;
	struct build_cluster_args cluster;
	struct str load_restrictor;
	enum yes_no offline;
	int64_t limit_memory_bytes;
};

static const struct argument why_arguments[] = {
	{ 0, "words", "[PATH] OBJECT FIELD", ARGUMENT_LIST, offsetof(struct why_args, words),
	  "the folder of a kustomization (default .), KIND/NAME or KIND/NAMESPACE/NAME, and a path "
	  "like spec.replicas or a JSON pointer",
	  .is_positional = true, .is_required = true },
	{ 0, "cluster", "PATH", ARGUMENT_STR, offsetof(struct why_args, cluster.path),
	  "look in all that a cluster would run: the folder that Flux begins with" },
	VERB_OFFLINE(struct why_args, offline, VERB_OFFLINE_BY_DEFAULT),
	VERB_LOAD_RESTRICTOR(struct why_args, VERB_RESTRICTS_BUILDS),
	VERB_SOURCE(struct why_args, cluster.sources),
	VERB_AGE_KEY_FILE(struct why_args, cluster.age_key_file, "with --cluster: "),
	VERB_LIMIT_MEMORY(struct why_args),
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT, .help = "text (default) or json",
	  .values = "text json" },
	{},
};

struct value {
	struct str pointer; /* JSON pointer from the field */
	struct origins_place place;
	struct str by; /* what decides it where no file does; absent: a file does */
};

/* The answer: of one value its chain; of a list or a map the values in it. */
struct answer {
	struct arena *arena;
	struct str object, field;
	const struct node *root; /* the object */
	struct path path;	 /* of the field */
	const struct node *value;
	struct chain chain;
	struct origins *origins;
	VEC(struct value) values; /* of a list or a map */
	struct render render;	  /* that it was looked for in */
	bool is_partial;	  /* a Kustomization of the cluster is missing in it */
};

/* --- as JSON --------------------------------------------------------------------------------- */

static const struct node *by_document(struct arena *arena, const struct chain_by *by)
{
	return node_make(arena, "{kind: %s, file: %?s, line: %d, column: %d, path: %?s}",
			 origin_word(by->kind), by->place.path, (int)by->place.line,
			 (int)by->place.column, by->path);
}

static const struct node *link_document(struct arena *arena, const struct chain_link *link)
{
	struct nodes by = {};

	for (uint32_t i = 0; i < link->by_count; i++)
		nodes_add(arena, &by, by_document(arena, &link->by[i]));
	return node_make(
		arena, "{value: %n, depth: %d, file: %?s, line: %d, column: %d, path: %?s, by: %n}",
		link->value, (int)link->depth, link->place.path, (int)link->place.line,
		(int)link->place.column, link->path,
		by.count ? nodes_list(arena, &by) : node_empty_list());
}

/* {"/a": {file, line, column}, "/b": null}; NULL without values. */
static const struct node *values_document(const struct answer *a)
{
	struct map_edit edit = map_edit_begin(a->arena, NULL);

	for (uint32_t i = 0; i < a->values.count; i++) {
		const struct value *v = &a->values.items[i];
		struct origins_place p = v->place;
		map_edit_set(&edit, v->pointer,
			     p.path.len ? node_make(a->arena, "{file: %s, line: %d, column: %d}",
						    p.path, (int)p.line, (int)p.column)
					: node_make(a->arena, "{by: %?s}", v->by));
	}
	return map_edit_end(&edit);
}

static const struct node *document(const struct answer *a)
{
	struct nodes links = {};

	for (uint32_t i = 0; i < a->chain.count; i++)
		nodes_add(a->arena, &links, link_document(a->arena, &a->chain.items[i]));
	return node_make(
		a->arena,
		"{apiVersion: forge.dev/v1, kind: Origin, object: %s, field: %s, value: %n, "
		"chain: %?n, origins: %?n}",
		a->object, a->field, a->value, nodes_list(a->arena, &links), values_document(a));
}

/* --- for people ------------------------------------------------------------------------------ */

static struct str shown_value(struct arena *arena, const struct node *n)
{
	struct str text =
		node_is_scalar(n) && !node_is_null(n) ? node_shown(n) : json_text(arena, n, 0);

	struct str cut = utf8_cut(text, VALUE_SHOWN_COLUMNS);

	if (cut.len == text.len)
		return text;
	return str_printf(arena, "%.*s… (%zu bytes)", STR_FMT(cut), text.len);
}

static void write_place(struct ink *out, struct origins_place place, struct str path)
{
	if (!place.path.len) {
		ink_printf(out, "in no file");
		return;
	}
	ink_paint(out, INK_CYAN, "%.*s:%u:%u", STR_FMT(place.path), place.line, place.column);
	if (path.len)
		ink_printf(out, " %.*s", STR_FMT(path));
}

static void write_link(struct ink *out, const struct answer *a, const struct chain_link *link)
{
	int indent = 2 + 4 * (int)link->depth;

	ink_printf(out, "%*s", indent, "");
	ink_paint(out, INK_BOLD, "%.*s", STR_FMT(shown_value(a->arena, link->value)));
	ink_printf(out, "  ");
	write_place(out, link->place, link->path);
	ink_printf(out, "\n");
	for (uint32_t i = 0; i < link->by_count; i++) {
		const struct chain_by *by = &link->by[i];
		ink_printf(out, "%*s", indent + 4, "");
		ink_paint(out, INK_DIM, "%s", i ? "of" : "by");
		ink_printf(out, " %.*s", STR_FMT(origin_word(by->kind)));
		/* A word alone says what decides a value that no file does. */
		if (by->place.path.len) {
			ink_printf(out, " ");
			write_place(out, by->place, by->path);
		}
		ink_printf(out, "\n");
	}
}

static void write_value(struct ink *out, const struct value *value)
{
	ink_printf(out, "  %.*s  ", STR_FMT(value->pointer));
	write_place(out, value->place, STR_NONE);
	if (value->by.len)
		ink_printf(out, ", by %.*s", STR_FMT(value->by));
	ink_printf(out, "\n");
}

static void why_text(const struct outcome *outcome, struct ink *out)
{
	const struct answer *a = outcome->data;

	ink_printf(out, "%.*s ", STR_FMT(a->object));
	ink_paint(out, INK_BOLD, "%.*s", STR_FMT(a->field));
	ink_printf(out, "\n");
	for (uint32_t i = 0; i < a->chain.count; i++)
		write_link(out, a, &a->chain.items[i]);
	for (uint32_t i = 0; i < a->values.count; i++)
		write_value(out, &a->values.items[i]);
}

/* --- the verb -------------------------------------------------------------------------------- */

static int render_cluster(const struct verb_context *context, struct files *files,
			  const struct why_args *a, struct outcome *ret_warnings,
			  struct answer *ret, struct error *err)
{
	struct compose_options options;
	struct composition cluster;

	if (build_cluster_options(context, &a->cluster, &options, err) < 0 ||
	    compose_cluster(files, a->cluster.path, &options, context->set, &cluster, err) < 0)
		return -1;
	if (!build_cluster_warn(context, &cluster, &ret_warnings->findings))
		ret->is_partial = true;
	ret->render = cluster.render;
	return 0;
}

static int render_directory(const struct verb_context *context, struct files *files,
			    struct str path, struct outcome *ret_warnings, struct answer *ret,
			    struct error *err)
{
	struct kustomize_options options = { .load_restrictions_none = files->leaves_root,
					     .warnings = &ret_warnings->findings };

	files_remember(files, context->arena);
	files->root = root_repository(files, context->arena, path);
	return kustomize_build(files, path, &options, context->set, &ret->render, err);
}

/* The last instruction of a value that no file has. */
static struct str decided_by(const struct answer *a, struct str pointer)
{
	struct path below, path = { .count = a->path.count };
	struct error ignored;

	if (path_parse(a->arena, pointer, &below, &ignored) < 0)
		return STR_NONE;
	path.steps = arena_array(a->arena, struct path_step, path.count + below.count);
	for (uint32_t i = 0; i < path.count; i++)
		path.steps[i] = a->path.steps[i];
	for (uint32_t i = 0; i < below.count; i++)
		path.steps[path.count++] = below.steps[i];
	struct chain chain = chain_of(a->origins, a->root, &path);
	return chain.count && chain.items[0].by_count ? origin_word(chain.items[0].by[0].kind)
						      : STR_NONE;
}

static void add_value(void *context, struct str pointer, uint32_t position)
{
	struct answer *a = context;
	struct value value = { str_copy(a->arena, pointer), origins_place(a->origins, position) };

	if (!value.place.path.len)
		value.by = decided_by(a, value.pointer);

	VEC_PUSH(a->arena, &a->values, value);
}

static const struct node *find_object(struct answer *a, struct str name, struct error *err)
{
	const struct node *object = pick_object(&a->render, name, err);

	if (!object && a->is_partial)
		error_hint(err, "a Kustomization of the cluster is not applied, and it may be "
				"there: forge build --cluster with -o tree says why");
	return object;
}

static int answer_one(const struct verb_context *context, struct str object_name,
		      struct answer *ret, struct error *err)
{
	struct str folder;

	const struct node *object = find_object(ret, object_name, err);
	if (!object || pick_field(&ret->render, object, ret->field, &ret->path, err) < 0 ||
	    file_realpath(context->world, context->arena, STR("."), &folder, err) < 0)
		return -1;
	ret->origins = arena_one(context->arena, struct origins);
	origins_init(ret->origins, context->arena, context->set, folder);
	ret->root = object;
	ret->object = object_label_text(context->arena, object);
	ret->field = path_format(context->arena, &ret->path);
	ret->value = path_find(object, &ret->path);
	if (node_is_scalar(ret->value))
		ret->chain = chain_of(ret->origins, object, &ret->path);
	else
		origins_each(ret->value, add_value, ret);
	return 0;
}

static int why_run(const struct verb_context *context, const void *args, struct outcome *ret,
		   struct error *err)
{
	const struct why_args *a = args;
	const struct argument_list *words = &a->words;
	struct answer *answer = arena_one(context->arena, struct answer);
	struct files files = {
		.world = context->world,
		.leaves_root = verb_leaves_root(a->load_restrictor),
		.remotes = verb_remotes(context, a->offline),
	};
	bool has_path = words->count == 3 && !a->cluster.path.ptr;

	if (words->count != 2 && !has_path) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			  "an object and a field are needed, and perhaps a path before them");
		return error_hint(err, "write forge why apps/production Deployment/web "
				       "spec.replicas");
	}
	struct str path = has_path ? words->items[0] : STR(".");
	answer->arena = context->arena;
	answer->field = words->items[words->count - 1];
	int result = a->cluster.path.ptr
			     ? render_cluster(context, &files, a, ret, answer, err)
			     : render_directory(context, &files, path, ret, answer, err);
	remotes_close(files.remotes);
	if (result < 0)
		return -1;
	if (answer_one(context, words->items[words->count - 2], answer, err) < 0)
		return -1;
	nodes_add(context->arena, &ret->documents, document(answer));
	ret->json_flags = JSON_INDENT;
	ret->text = why_text;
	ret->data = answer;
	return 0;
}

const struct verb verb_why = {
	.name = "why",
	.group = VERB_REPOSITORY,
	.summary = "show where a value comes from",
	.about = "Prints a value of what would be applied, and what it was before, newest first: "
		 "where each was written, and the patch, transformer, generator, replacement or "
		 "substitution that brought it. Of a list or a map the places of all values in it.",
	.examples = "forge why apps/production Deployment/web spec.replicas\n"
		    "forge why Deployment/web 'spec.template.spec.containers[name=web].image'\n"
		    "forge why --cluster clusters/production ConfigMap/shop/web data\t"
		    "through the Kustomizations of Flux",
	.arguments = why_arguments,
	.size = sizeof(struct why_args),
	.steps_max = VERB_READ_STEPS_MAX,
	.read_only = true,
	.run = why_run,
};
