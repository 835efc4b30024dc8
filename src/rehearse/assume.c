/* assume - kinds whose CRD may come from an assumed Helm chart or source */
#include "rehearse/assume.h"

#include "base/arena.h"
#include "deliver/repository.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "kube/schema/schemas.h"
#include "rehearse/assumed.h"

static bool is_yaml(struct str path)
{
	return str_ends(path, STR(".yaml")) || str_ends(path, STR(".yml"));
}

static bool brings_unknown_kinds(const struct node *object)
{
	static const struct str kinds[] = { STR_INIT("HelmRelease"), STR_INIT("OCIRepository"),
					    STR_INIT("Bucket"), STR_INIT("HelmRepository") };
	struct str kind = object_kind(object);

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (str_equal(kinds[i], kind))
			return true;
	return false;
}

/* Kinds of tools that are never objects of the cluster. */
static bool is_local(struct gvk gvk)
{
	return !gvk.group.len || !gvk.kind.len ||
	       str_equal(gvk.group, STR("kustomize.config.k8s.io")) ||
	       str_equal(gvk.group, STR("forge.dev")) || str_ends(gvk.kind, STR("List"));
}

/* By the custom of naming them: ClusterPolicy, ClusterIssuer, GatewayClass. */
static const char *likely_scope(struct str kind)
{
	bool cluster = str_starts(kind, STR("Cluster")) || str_ends(kind, STR("Class"));
	return cluster ? "Cluster" : "Namespaced";
}

static void add_open_kind(struct schemas *schemas, struct gvk gvk, const char *scope,
			  struct str plural, struct arena *arena)
{
	const struct node *definition = node_make(
		arena,
		"{spec: {group: %s, scope: %c, names: {kind: %s, plural: %s}, versions: ["
		"{name: %s, served: true, storage: true, schema: {openAPIV3Schema: {type: object, "
		"x-kubernetes-preserve-unknown-fields: true}}}]}}",
		gvk.group, scope, gvk.kind, plural, gvk.version);
	struct error err;

	if (schemas_add_crd(schemas, definition, &err) < 0)
		BUG("an assumed kind does not compile: %s", err.text);
}

static bool is_played(kind_id kind)
{
	static const kind_id played[] = { KIND_KUSTOMIZATION, KIND_GITREPOSITORY, KIND_CANARY,
					  KIND_VIRTUALSERVICE, KIND_DESTINATIONRULE };

	for (size_t i = 0; i < ARRAY_COUNT(played); i++)
		if (played[i] == kind)
			return true;
	return false;
}

bool assume_without_schema(struct schemas *schemas, struct gvk gvk, struct assumed *assumed)
{
	const struct kind *kind = schemas_kind(schemas, gvk, NULL);

	if (!kind || !(kind->flags & KIND_FLAG_ASSUMED) || is_played(kind->id))
		return false;
	bool is_namespaced = kind->flags & KIND_FLAG_NAMESPACED;
	add_open_kind(schemas, gvk, is_namespaced ? "Namespaced" : "Cluster", kind->plural,
		      assumed->arena);
	assumed_add(assumed,
		    str_printf(assumed->arena,
			       "kind %.*s of %.*s/%.*s: the schema that is known here "
			       "refuses what the first revision has",
			       STR_FMT(gvk.kind), STR_FMT(gvk.group), STR_FMT(gvk.version)));
	return true;
}

bool assume_gate(struct schemas *schemas, const struct node *object, struct str refusal,
		 struct assumed *assumed)
{
	static const struct {
		struct str kind, refusal;
		enum schemas_gate gate;
		const char *name;
	} gates[] = {
		{ STR_INIT("HorizontalPodAutoscaler"),
		  STR_INIT("spec.minReplicas: Invalid value: 0"), SCHEMAS_HPA_SCALE_TO_ZERO,
		  "HPAScaleToZero" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(gates); i++) {
		if (!str_equal(gates[i].kind, object_kind(object)) ||
		    !str_contains(refusal, gates[i].refusal) ||
		    schemas_has_gate(schemas, gates[i].gate))
			continue;
		schemas_open_gate(schemas, gates[i].gate);
		assumed_add(assumed,
			    str_printf(assumed->arena, "feature gate %s is on", gates[i].name));
		return true;
	}
	return false;
}

static void assume_kind(struct schemas *schemas, const struct node *object, struct assumed *assumed)
{
	struct arena *arena = assumed->arena;
	struct gvk gvk = object_gvk(object);

	if (is_local(gvk) || schemas_kind(schemas, gvk, NULL))
		return;
	struct str plural = str_concat(arena, str_lower(arena, gvk.kind), STR("s"));
	add_open_kind(schemas, gvk, likely_scope(gvk.kind), plural, arena);
	assumed_add(assumed, str_printf(arena, "kind %.*s of %.*s", STR_FMT(gvk.kind),
					STR_FMT(object_api_version(object))));
}

void assume_kinds(struct schemas *schemas, struct docset *set, const struct revision *revision,
		  struct assumed *assumed)
{
	VEC(const struct node *) objects = {};
	bool assumes = false;

	for (uint32_t f = 0; f < revision->files.files.count; f++) {
		const struct snapshot_file *file = revision->files.files.items[f];
		struct documents documents;
		struct str text;
		struct error err;
		if (file->is_link || !is_yaml(file->path) || snapshot_read(file, &text, &err) < 0 ||
		    yaml_read(set, file->path, text, DIALECT_GO_V3, &documents, &err) < 0)
			continue;
		for (uint32_t d = 0; d < documents.count; d++) {
			const struct node *o = documents.items[d].root;
			if (!object_kind(o).len || !object_name(o).len)
				continue;
			assumes = assumes || brings_unknown_kinds(o);
			VEC_PUSH(assumed->arena, &objects, o);
		}
	}
	for (uint32_t i = 0; assumes && i < objects.count; i++)
		assume_kind(schemas, objects.items[i], assumed);
}
