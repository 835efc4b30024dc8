/* schemas - kinds by group and version: the frozen ones, aliases of older versions, conversion */
#include "kube/schema/schemas.h"

#include "base/arena.h"
#include "base/buf.h"
#include "kube/schema/schemas_inside.h"

/* The frozen kinds and their versions. */
static const struct kind_version versions[] = {
#define V(kind, version, schema, served) { STR_INIT(version), schema, served },
#include "kube/schema/versions.inc"
#undef V
};

static const kind_id version_kinds[] = {
#define V(kind, version, schema, served) KIND_##kind,
#include "kube/schema/versions.inc"
#undef V
};

static const struct kind frozen_kinds[] = {
	[KIND_NONE] = {},
#define X(id_, group_, kind_, plural_, singular_, flags_)                                          \
	[KIND_##id_] = { .id = KIND_##id_,                                                         \
			 .flags = (flags_),                                                        \
			 .group = STR_INIT(group_),                                                \
			 .name = STR_INIT(kind_),                                                  \
			 .plural = STR_INIT(plural_),                                              \
			 .singular = STR_INIT(singular_) },
#include "kube/kinds.inc"
#undef X
};

/* Older versions that are read as a newer one of the same kind. */
static const struct {
	struct str group, version;
} aliases[] = {
	{ STR_INIT("apps"), STR_INIT("v1beta1") },
	{ STR_INIT("apps"), STR_INIT("v1beta2") },
	{ STR_INIT("autoscaling"), STR_INIT("v2beta1") },
	{ STR_INIT("autoscaling"), STR_INIT("v2beta2") },
	{ STR_INIT("autoscaling"), STR_INIT("v1") },
	{ STR_INIT("batch"), STR_INIT("v1beta1") },
	{ STR_INIT("policy"), STR_INIT("v1beta1") },
	{ STR_INIT("networking.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("discovery.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("rbac.authorization.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("storage.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("scheduling.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("apiextensions.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("source.toolkit.fluxcd.io"), STR_INIT("v1beta1") },
	{ STR_INIT("source.toolkit.fluxcd.io"), STR_INIT("v1beta2") },
	{ STR_INIT("kustomize.toolkit.fluxcd.io"), STR_INIT("v1beta1") },
	{ STR_INIT("kustomize.toolkit.fluxcd.io"), STR_INIT("v1beta2") },
	{ STR_INIT("helm.toolkit.fluxcd.io"), STR_INIT("v2beta1") },
	{ STR_INIT("helm.toolkit.fluxcd.io"), STR_INIT("v2beta2") },
	{ STR_INIT("image.toolkit.fluxcd.io"), STR_INIT("v1beta1") },
	{ STR_INIT("image.toolkit.fluxcd.io"), STR_INIT("v1beta2") },
	{ STR_INIT("image.toolkit.fluxcd.io"), STR_INIT("v1alpha1") },
	{ STR_INIT("notification.toolkit.fluxcd.io"), STR_INIT("v1beta1") },
	{ STR_INIT("notification.toolkit.fluxcd.io"), STR_INIT("v1beta2") },
	{ STR_INIT("flagger.app"), STR_INIT("v1alpha3") },
	{ STR_INIT("gateway.networking.k8s.io"), STR_INIT("v1beta1") },
	{ STR_INIT("gateway.networking.k8s.io"), STR_INIT("v1alpha2") },
	{ STR_INIT("networking.istio.io"), STR_INIT("v1alpha3") },
	{ STR_INIT("networking.istio.io"), STR_INIT("v1beta1") },
	{ STR_INIT("security.istio.io"), STR_INIT("v1beta1") },
	{ STR_INIT("external-secrets.io"), STR_INIT("v1beta1") },
	{ STR_INIT("cert-manager.io"), STR_INIT("v1alpha2") },
};

struct str schemas_slashed(struct arena *arena, struct str group, struct str name)
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_add(&buf, group);
	buf_add_char(&buf, '/');
	buf_add(&buf, name);
	return buf_str(&buf);
}

void schemas_list_kind(struct schemas *s, struct kind *kind)
{
	map_put(&s->by_name, schemas_slashed(s->arena, kind->group, kind->name), kind);
	map_put(&s->by_plural, schemas_slashed(s->arena, kind->group, kind->plural), kind);
}

struct schemas *schemas_new(struct arena *arena)
{
	struct schemas *s = arena_one(arena, struct schemas);
	struct kind *kinds = arena_copy(arena, frozen_kinds, sizeof(frozen_kinds));

	s->arena = arena;
	s->tables[0] = schema_frozen;
	schema_builder_init(&s->builder, arena, SCHEMA_OVERLAY);
	map_init(&s->by_name, arena);
	map_init(&s->by_plural, arena);
	map_init(&s->openapi, arena);
	s->meanings = arena_one(arena, struct meanings);
	map_init(&s->meanings->values, arena);
	map_init(&s->meanings->patterns, arena);
	for (uint32_t i = 0; i < ARRAY_COUNT(versions); i++) {
		struct kind *kind = &kinds[version_kinds[i]];
		if (!kind->version_count++)
			kind->versions = &versions[i];
	}
	for (uint32_t id = 0; id < ARRAY_COUNT(frozen_kinds); id++) {
		VEC_PUSH(arena, &s->kinds, &kinds[id]);
		if (id && kinds[id].version_count)
			schemas_list_kind(s, &kinds[id]);
	}
	return s;
}

/* Looking up kinds */

const struct kind *schemas_kind_any_version(const struct schemas *s, struct str group,
					    struct str kind)
{
	SCRATCH(scratch);
	return map_get(&s->by_name, schemas_slashed(scratch, group, kind));
}

static bool is_alias(struct gvk gvk)
{
	for (size_t i = 0; i < ARRAY_COUNT(aliases); i++)
		if (str_equal(aliases[i].group, gvk.group) &&
		    str_equal(aliases[i].version, gvk.version))
			return true;
	return false;
}

static const struct kind_version *version_of(const struct kind *kind, struct gvk gvk)
{
	for (uint32_t i = 0; i < kind->version_count; i++)
		if (str_equal(kind->versions[i].name, gvk.version) && kind->versions[i].served)
			return &kind->versions[i];
	bool from_tables = kind->id < KIND_TABLE_COUNT;
	return from_tables && is_alias(gvk) ? &kind->versions[0] : NULL;
}

/* Groups that moved: (old group, kind) is read as the new one. */
static struct gvk moved(struct gvk gvk)
{
	if (str_equal(gvk.group, STR("extensions")) && str_equal(gvk.version, STR("v1beta1"))) {
		bool networking = str_equal(gvk.kind, STR("Ingress")) ||
				  str_equal(gvk.kind, STR("NetworkPolicy"));
		gvk.group = networking ? STR("networking.k8s.io") : STR("apps");
	}
	return gvk;
}

const struct kind *schemas_kind(const struct schemas *s, struct gvk gvk,
				const struct kind_version **ret_version)
{
	gvk = moved(gvk);
	const struct kind *kind = schemas_kind_any_version(s, gvk.group, gvk.kind);
	const struct kind_version *version = kind ? version_of(kind, gvk) : NULL;

	if (ret_version)
		*ret_version = version;
	return version ? kind : NULL;
}

const struct kind *schemas_kind_by_id(const struct schemas *s, kind_id id)
{
	return id < s->kinds.count ? s->kinds.items[id] : NULL;
}

uint32_t schemas_kind_count(const struct schemas *s)
{
	return s->kinds.count;
}

/* Conversion */

const struct node *schemas_convert(const struct schemas *s, struct arena *arena,
				   const struct node *object)
{
	const struct kind *kind = schemas_kind(s, object_gvk(object), NULL);

	if (!kind)
		return object;
	struct str preferred = kind_api_version(arena, kind);
	if (str_equal(preferred, object_api_version(object)))
		return object;
	return node_with(arena, object, STR("apiVersion"), node_str(arena, preferred));
}

void schemas_open_gate(struct schemas *schemas, enum schemas_gate gate)
{
	schemas->gates |= gate;
}

bool schemas_has_gate(const struct schemas *schemas, enum schemas_gate gate)
{
	return schemas->gates & gate;
}
