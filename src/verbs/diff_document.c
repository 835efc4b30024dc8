/* diff_document - differences of objects as a document: docs/diff.md lists its fields */
#include "base/arena.h"
#include "base/file_path.h"
#include "doc/make.h"
#include "doc/nodes.h"
#include "doc/origin.h"
#include "doc/redact.h"
#include "kube/object.h"
#include "verbs/diff_report.h"
#include "world/files.h"

struct writer {
	struct arena *arena;
	const struct diff_document_options *options;
};

static const struct node *identity_node(const struct writer *w, const struct node *object)
{
	const struct node *namespace = node_at(object, "metadata.namespace");

	return node_make(w->arena, "{apiVersion: %?n, kind: %?n, namespace: %?n, name: %?n}",
			 node_get_lit(object, "apiVersion"), node_get_lit(object, "kind"),
			 node_is_null(namespace) ? NULL : namespace,
			 node_at(object, "metadata.name"));
}

static bool has_same_identity(const struct node *a, const struct node *b)
{
	return key_equal(object_key(a), object_key(b)) &&
	       str_equal(object_api_version(a), object_api_version(b));
}

static struct str shown_path(const struct writer *w, struct str path)
{
	return file_path_seen_from(w->arena, w->options->base, path);
}

/* The chain of a value, newest first; NULL when nobody asked, or no file has it. */
static const struct node *origin_node(const struct writer *w, const struct node *value)
{
	struct origin_place places[DIFF_CHAIN_MAX];
	struct nodes list = {};
	uint32_t count = value && w->options->has_origins
				 ? origin_chain(w->options->set, value, places, DIFF_CHAIN_MAX)
				 : 0;

	for (uint32_t i = 0; i < count; i++) {
		struct set_spot p = places[i].place;
		if (p.path.len)
			nodes_add(w->arena, &list,
				  node_make(w->arena, "{step: %s, file: %s, line: %l, column: %l}",
					    origin_word(places[i].kind), shown_path(w, p.path),
					    (int64_t)p.line, (int64_t)p.column));
	}
	return nodes_list(w->arena, &list);
}

static const struct node *fields_node(const struct writer *w, const struct differences *fields)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < fields->count; i++) {
		const struct difference *d = &fields->items[i];
		if (d->is_order)
			continue;
		nodes_add(w->arena, &list,
			  node_make(w->arena,
				    "{field: %s, path: %?s, oldPath: %?s, old: %?n, new: %?n, "
				    "oldOrigin: %?n, origin: %?n}",
				    d->path, d->after_pointer, d->before_pointer, d->before,
				    d->after, origin_node(w, d->before), origin_node(w, d->after)));
	}
	return nodes_list(w->arena, &list);
}

static const struct node *reordered_node(const struct writer *w, const struct differences *fields)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < fields->count; i++)
		if (fields->items[i].is_order)
			nodes_add(w->arena, &list, node_str(w->arena, fields->items[i].path));
	return nodes_list(w->arena, &list);
}

static const struct node *immutable_node(const struct writer *w, const struct object_difference *d)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < d->immutable_count; i++)
		nodes_add(w->arena, &list, node_str(w->arena, d->immutable[i]));
	return nodes_list(w->arena, &list);
}

static const struct node *when(bool condition)
{
	return condition ? node_bool_of(true) : NULL;
}

static const struct node *prune_node(const struct object_difference *d)
{
	if (d->prune == DIFFERENCE_PRUNE_UNKNOWN)
		return NULL;
	return node_bool_of(d->prune == DIFFERENCE_PRUNED);
}

static const struct node *change_node(const struct writer *w, const struct object_difference *d)
{
	const struct placed_object *shown = d->after ? d->after : d->before;
	bool is_other =
		d->before && d->after && !has_same_identity(d->before->object, d->after->object);
	const struct node *fields = fields_node(w, &d->fields);

	return node_make(
		w->arena,
		"{change: %s, object: %n, oldObject: %?n, folder: %?s, part: %?s, movedFrom: %?s, "
		"renamed: %?n, pruned: %?n, recreated: %?n, immutable: %?n, "
		"reordered: %?n, origin: %?n, fields: %?n}",
		difference_word(d->kind), identity_node(w, shown->object),
		is_other ? identity_node(w, d->before->object) : NULL, shown->folder, shown->part,
		d->is_moved ? diff_place(w->arena, d->before->part, d->before->folder) : STR_NONE,
		when(d->is_renamed), prune_node(d), when(d->immutable_count > 0),
		immutable_node(w, d), reordered_node(w, &d->fields), origin_node(w, shown->object),
		fields || d->kind != DIFFERENCE_CHANGED ? fields : node_empty_list());
}

const struct node *diff_document(struct arena *arena, const struct object_differences *differences,
				 const struct diff_document_options *options)
{
	struct writer w = { arena, options };
	struct nodes changes = {};
	int64_t counts[DIFFERENCE_REMOVED + 1] = {};

	for (uint32_t i = 0; i < differences->items.count; i++) {
		const struct object_difference *d = &differences->items.items[i];
		counts[d->kind]++;
		nodes_add(arena, &changes, change_node(&w, d));
	}
	const struct node *list = nodes_list(arena, &changes);
	const struct node *left_out =
		options->left_out ? nodes_list(arena, options->left_out) : NULL;
	const struct node *document =
		node_make(arena,
			  "{apiVersion: forge.dev/v1, kind: Differences, changes: %n, notCompared: "
			  "%?n, totals: {added: %l, changed: %l, removed: %l}}",
			  list ? list : node_empty_list(), left_out, counts[DIFFERENCE_ADDED],
			  counts[DIFFERENCE_CHANGED], counts[DIFFERENCE_REMOVED]);
	return redact_tree(docset_redactor(options->set), arena, document);
}
