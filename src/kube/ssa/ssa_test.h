/*
 * ssa_test - one object that is applied to and updated, for the tests of server-side apply
 *
 * Layer: kube/ssa, for its unit tests.
 *
 *	struct trial c = trial_start(arena);
 *	trial_apply(&c, "a", DEPLOYMENT "spec: {replicas: 2}\n");
 *	CHECK_TEXT(trial_fields(&c, 0), "{\"f:spec\":{\"f:replicas\":{}}}");
 */
#ifndef FORGE_KUBE_SSA_SSA_TEST_H
#define FORGE_KUBE_SSA_SSA_TEST_H

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "kube/ssa/ssa.h"

/* The object as a store would keep it. */
struct trial {
	struct arena *arena;
	struct schemas *schemas;
	const struct node *object;
	const struct node *managed;
	int64_t minute;
	struct ssa_result result;
	struct error err;
};

static inline const struct node *trial_parse(struct trial *c, const char *yaml)
{
	const struct node *n = yaml_read_one(docset_new(c->arena), STR("test"), str_from_cstr(yaml),
					     DIALECT_GO_V3, &c->err);
	if (!n)
		BUG("%s", c->err.text);
	return n;
}

static inline struct trial trial_start(struct arena *arena)
{
	return (struct trial){ .arena = arena, .schemas = schemas_new(arena) };
}

static inline struct schema trial_schema(struct trial *c, const struct node *object)
{
	const struct kind_version *version = NULL;
	const struct kind *kind = schemas_kind(c->schemas, object_gvk(object), &version);
	return schema_root(c->schemas, kind, version);
}

static inline struct ssa_writer trial_writer(struct trial *c, const char *manager, bool force)
{
	return (struct ssa_writer){ .manager = str_from_cstr(manager),
				    .time = str_printf(c->arena, "2026-01-01T00:%02d:00Z",
						       (int)c->minute++),
				    .force = force };
}

static inline struct ssa_stored trial_stored(struct trial *c, const struct node *written)
{
	return (struct ssa_stored){ trial_schema(c, written), c->object, c->managed };
}

/* Returns what went wrong: the error, the conflict, or nothing. */
static inline struct str trial_apply_with(struct trial *c, const struct ssa_writer *w,
					  const char *yaml)
{
	const struct node *applied = trial_parse(c, yaml);

	struct ssa_stored now = trial_stored(c, applied);
	if (ssa_apply(c->arena, &now, applied, w, &c->result, &c->err) < 0)
		return str_from_cstr(c->err.text);
	if (c->result.conflicts.count)
		return ssa_conflicts_text(c->arena, &c->result.conflicts);
	c->object = c->result.object;
	c->managed = c->result.managed;
	return STR("");
}

static inline struct str trial_apply(struct trial *c, const char *manager, const char *yaml)
{
	struct ssa_writer w = trial_writer(c, manager, false);
	return trial_apply_with(c, &w, yaml);
}

static inline struct str trial_force(struct trial *c, const char *manager, const char *yaml)
{
	struct ssa_writer w = trial_writer(c, manager, true);
	return trial_apply_with(c, &w, yaml);
}

static inline void trial_update(struct trial *c, const char *manager, const char *yaml)
{
	struct ssa_writer w = trial_writer(c, manager, false);
	const struct node *after = trial_parse(c, yaml);

	struct ssa_stored now = trial_stored(c, after);
	w.tracks_new = true;
	c->managed = ssa_update(c->arena, &now, after, &w);
	c->object = after;
}

static inline struct str trial_object_text(struct trial *c)
{
	return json_text(c->arena, c->object, 0);
}

/* The fields of the n-th entry. */
static inline struct str trial_fields(struct trial *c, uint32_t index)
{
	return json_text(c->arena, node_get(node_item(c->managed, index), STR("fieldsV1")), 0);
}

static inline struct str trial_entry_text(struct trial *c, uint32_t index)
{
	return json_text(c->arena, node_item(c->managed, index), 0);
}

#define DEPLOYMENT "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: x}\n"
#define CONFIGMAP  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"

#endif
