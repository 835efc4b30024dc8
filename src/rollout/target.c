/* target - the workload that a Canary releases, whatever its kind */
#include "base/arena.h"
#include "base/hash.h"
#include "doc/json.h"
#include "doc/make.h"
#include "kube/names.h"
#include "rollout/tick.h"

#define TOOLKIT STR("toolkit.fluxcd.io")

/* Labels that may tell the pods of target and primary apart; the first one present counts. */
static const struct str selector_labels[] = { STR_INIT("app"), STR_INIT("name"),
					      STR_INIT("app.kubernetes.io/name") };

/* Anything else is taken for a Deployment, as Flagger does. */
static const struct target_kind *kind_of(struct str name)
{
	if (str_equal(name, STR("DaemonSet")))
		return &target_daemonset;
	if (str_equal(name, STR("Service")))
		return &target_service;
	return &target_deployment;
}

struct str target_not_found(struct tick *t, const struct target_kind *kind, struct str name)
{
	return tick_fault(t, "%.*s %.*s.%.*s get query error: %.*s \"%.*s\" not found",
			  STR_FMT(kind->word), STR_FMT(name), STR_FMT(t->key.namespace),
			  STR_FMT(kind->resource), STR_FMT(name));
}

static struct str read_label(struct tick *t)
{
	const struct node *labels = node_at(t->target->root, "spec.selector.matchLabels");

	for (size_t i = 0; i < ARRAY_COUNT(selector_labels); i++) {
		const struct node *value = node_get(labels, selector_labels[i]);
		if (!value)
			continue;
		t->label = selector_labels[i];
		t->label_value = node_text(value);
		t->primary_value = str_concat(t->arena, t->label_value, STR("-primary"));
		return STR_NONE;
	}
	return tick_fault(t,
			  "getSelectorLabel failed: %.*s %.*s.%.*s spec.selector.matchLabels must "
			  "contain one of [app name app.kubernetes.io/name]",
			  STR_FMT(t->kind->word), STR_FMT(t->target_name),
			  STR_FMT(t->key.namespace));
}

struct str target_read(struct tick *t)
{
	t->kind = kind_of(node_str_at(t->root, "spec.targetRef.kind"));
	t->target = tick_get(t, t->kind->id, t->target_name);
	t->primary = tick_get(t, t->kind->id, t->primary_name);
	if (!t->kind->has_services)
		return STR_NONE;
	if (!t->target)
		return target_not_found(t, t->kind, t->target_name);
	return read_label(t);
}

/* Revisions: the hash of canonical JSON. The recorded values are Go's own and differ. */

struct str target_hash(struct tick *t)
{
	struct str json = json_text(t->arena, t->kind->revision(t), JSON_SORT_KEYS | JSON_SECRETS);

	return names_hash_text(t->arena, hash32(json));
}

/* A template equal to the promoted one is no new revision: undoing starts no analysis. */
bool target_has_changed(struct tick *t)
{
	struct str now = target_hash(t);

	if (!t->was.applied.len)
		return true;
	return !str_equal(t->was.promoted, now) && !str_equal(t->was.applied, now);
}

/* Metadata of copies */

const struct node *target_owner(struct tick *t)
{
	return object_owner_reference(t->arena, t->root, /* controller= */ true);
}

const struct node *target_without_toolkit(struct tick *t, const struct node *map)
{
	const struct node *kept = NULL;

	for (uint32_t i = 0; i < node_count(map); i++) {
		struct str key = node_text(map->entries[i].key);
		if (!str_contains(key, TOOLKIT))
			kept = node_with(t->arena, kept, key, map->entries[i].value);
	}
	return kept;
}

const struct node *target_primary_labels(struct tick *t, const struct node *labels)
{
	return node_with(t->arena, target_without_toolkit(t, labels), t->label,
			 node_str(t->arena, t->primary_value));
}

/* A new id makes pods roll even when only a config changed. */
const struct node *target_pod_annotations(struct tick *t, const struct node *annotations)
{
	return node_with(t->arena, target_without_toolkit(t, annotations), STR("flagger-id"),
			 node_str(t->arena, tick_uuid(t)));
}

static const struct node *with_field(struct arena *arena, const struct node *spec, struct str name,
				     const struct node *value)
{
	return value ? node_with(arena, spec, name, value) : node_without(arena, spec, name);
}

struct str target_promote(struct tick *t, const struct promotion *promotion)
{
	const struct node *from = node_get(t->target->root, STR("spec"));
	struct configs configs;
	struct str fault = t->primary ? configs_read(t, &configs)
				      : target_not_found(t, t->kind, t->primary_name);

	if (fault.ptr)
		return tick_fault(t, "updating %.*s %.*s.%.*s template spec failed: %.*s",
				  STR_FMT(t->kind->word), STR_FMT(t->primary_name),
				  STR_FMT(t->key.namespace), STR_FMT(fault));
	configs_copy(t, &configs);
	const struct node *root = t->primary->root, *spec = node_get(root, STR("spec"));
	for (const struct str *field = promotion->fields; field->ptr; field++)
		spec = with_field(t->arena, spec, *field, node_get(from, *field));
	spec = node_with(t->arena, spec, STR("template"), promotion->template(t, &configs));
	root = node_with(t->arena, root, STR("spec"), spec);
	root = node_set(t->arena, root, "metadata.annotations", NULL);
	root = node_set(t->arena, root, "metadata.labels", target_primary_labels(t, NULL));
	tick_update(t, t->primary, root);
	return STR_NONE;
}
