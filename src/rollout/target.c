/* target - the workload that a Canary releases, whatever its kind */
#include "base/arena.h"
#include "base/hash.h"
#include "doc/json.h"
#include "doc/make.h"
#include "kube/names.h"
#include "rollout/tick.h"

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
