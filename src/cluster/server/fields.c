/* fields - the parts of an object that only the API server writes */
#include "cluster/server/fields.h"

#include "base/arena.h"
#include "doc/make.h"
#include "kube/object.h"

/* Metadata that only the server sets. */
static bool is_server_field(struct str field)
{
	static const struct str fields[] = {
		STR_INIT("uid"),
		STR_INIT("resourceVersion"),
		STR_INIT("creationTimestamp"),
		STR_INIT("generation"),
		STR_INIT("managedFields"),
		STR_INIT("selfLink"),
		STR_INIT("deletionTimestamp"),
		STR_INIT("deletionGracePeriodSeconds"),
	};

	for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
		if (str_equal(field, fields[i]))
			return true;
	return false;
}

/* What the client said of the new object, and what the server adds. */
static const struct node *new_metadata(struct write *w, struct str uid, struct str now)
{
	struct arena *arena = w->arena;
	const struct node *given = node_get(w->object, STR("metadata"));
	const struct node *stamps = node_make(
		arena, "{namespace: %?s, uid: %s, creationTimestamp: %s, generation: %?n}",
		w->key.namespace.len ? w->key.namespace : STR_NONE, uid, now,
		w->kind->flags & KIND_FLAG_GENERATION ? node_int(arena, 1) : NULL);
	struct entry *entries = arena_array(arena, struct entry,
					    node_entry_count(given) + node_entry_count(stamps));
	uint32_t count = 0;

	for (uint32_t i = 0; i < node_entry_count(given); i++) {
		struct str field = node_text(node_entry(given, i)->key);
		if (!is_server_field(field) && !str_equal(field, STR("namespace")))
			entries[count++] = *node_entry(given, i);
	}
	for (uint32_t i = 0; i < node_entry_count(stamps); i++)
		entries[count++] = *node_entry(stamps, i);
	return node_map_of(arena, entries, count);
}

void server_fields_stamp(struct write *w, struct str uid, struct str now)
{
	w->object = node_with(w->arena, w->object, STR("metadata"), new_metadata(w, uid, now));
	/* A kubelet registers its node with a status. */
	if ((w->kind->flags & KIND_FLAG_STATUS) && w->kind->id != KIND_NODE)
		w->object = node_without(w->arena, w->object, STR("status"));
}

/* Metadata that only the server sets, as it stands in the stored object. */
static const struct node *keep_server_fields(struct arena *arena, const struct node *object,
					     const struct node *old)
{
	static const struct trusted_path fields[] = {
		TRUSTED_PATH_INIT("metadata.name"),
		TRUSTED_PATH_INIT("metadata.namespace"),
		TRUSTED_PATH_INIT("metadata.uid"),
		TRUSTED_PATH_INIT("metadata.resourceVersion"),
		TRUSTED_PATH_INIT("metadata.generation"),
		TRUSTED_PATH_INIT("metadata.creationTimestamp"),
		TRUSTED_PATH_INIT("metadata.deletionTimestamp"),
		TRUSTED_PATH_INIT("metadata.deletionGracePeriodSeconds"),
	};

	if (node_get(object, STR("metadata")) == node_get(old, STR("metadata")))
		return object;
	for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
		object = node_put(arena, object, fields[i], node_find(old, fields[i]));
	return node_set(arena, object, "metadata.managedFields", NULL);
}

const struct node *server_fields_keep(const struct write *w)
{
	const struct node *old = w->old->root, *status = node_get(w->object, STR("status"));

	if (str_equal(w->request->subresource, STR("status")))
		return node_set(w->arena, old, "status", status);
	const struct node *object = keep_server_fields(w->arena, w->object, old);
	if (w->kind->flags & KIND_FLAG_STATUS)
		return node_set(w->arena, object, "status", node_get(old, STR("status")));
	return object;
}

static bool is_same_but(const struct node *a, const struct node *b, struct str skipped)
{
	for (uint32_t i = 0; i < node_entry_count(a); i++) {
		struct str key = node_text(node_entry(a, i)->key);
		if (str_equal(key, STR("metadata")) || str_equal(key, skipped))
			continue;
		if (!node_equal(node_entry(a, i)->value, node_get(b, key)))
			return false;
	}
	return true;
}

bool server_fields_raise_generation(const struct write *w)
{
	const struct node *old = w->old->root, *object = w->object;

	if (!(w->kind->flags & KIND_FLAG_GENERATION))
		return false;
	struct str skipped = w->kind->flags & KIND_FLAG_STATUS ? STR("status") : STR_NONE;
	if (!is_same_but(old, object, skipped) || !is_same_but(object, old, skipped))
		return true;
	/* A Deployment's annotations count, too, but for the controller's own. */
	const struct node *a = object_annotations(old), *b = object_annotations(object);
	struct str own = STR("deployment.kubernetes.io/revision");
	if (w->kind->id != KIND_DEPLOYMENT)
		return false;
	a = a ? node_without(w->arena, a, own) : node_empty_map();
	b = b ? node_without(w->arena, b, own) : node_empty_map();
	return !node_equal(a, b);
}
