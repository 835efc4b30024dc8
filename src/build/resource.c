/* resource - objects of a build with their current and earlier ids */
#include "build/resource.h"

#include "base/arena.h"
#include "base/budget.h"
#include "doc/make.h"
#include "doc/scalar.h"

/* Kinds that 5.7.1 knows as cluster-scoped: the schema of Kubernetes 1.21 and a list. */
static const struct {
	struct str group, kind;
} cluster_kinds[] = {
	{ STR_INIT("admissionregistration.k8s.io"), STR_INIT("MutatingWebhookConfiguration") },
	{ STR_INIT("admissionregistration.k8s.io"), STR_INIT("ValidatingWebhookConfiguration") },
	{ STR_INIT("apiextensions.k8s.io"), STR_INIT("CustomResourceDefinition") },
	{ STR_INIT("apiregistration.k8s.io"), STR_INIT("APIService") },
	{ STR_INIT("certificates.k8s.io"), STR_INIT("CertificateSigningRequest") },
	{ STR_INIT("flowcontrol.apiserver.k8s.io"), STR_INIT("FlowSchema") },
	{ STR_INIT("flowcontrol.apiserver.k8s.io"), STR_INIT("PriorityLevelConfiguration") },
	{ STR_INIT("networking.k8s.io"), STR_INIT("IngressClass") },
	{ STR_INIT("node.k8s.io"), STR_INIT("RuntimeClass") },
	{ STR_INIT("policy"), STR_INIT("PodSecurityPolicy") },
	{ STR_INIT("rbac.authorization.k8s.io"), STR_INIT("ClusterRole") },
	{ STR_INIT("rbac.authorization.k8s.io"), STR_INIT("ClusterRoleBinding") },
	{ STR_INIT("scheduling.k8s.io"), STR_INIT("PriorityClass") },
	{ STR_INIT("storage.k8s.io"), STR_INIT("CSIDriver") },
	{ STR_INIT("storage.k8s.io"), STR_INIT("CSINode") },
	{ STR_INIT("storage.k8s.io"), STR_INIT("StorageClass") },
	{ STR_INIT("storage.k8s.io"), STR_INIT("VolumeAttachment") },
	{ STR_INIT(""), STR_INIT("ComponentStatus") },
	{ STR_INIT(""), STR_INIT("Namespace") },
	{ STR_INIT(""), STR_INIT("Node") },
	{ STR_INIT(""), STR_INIT("PersistentVolume") },
};

struct str resource_kind_text(struct arena *arena, struct gvk gvk)
{
	return STR_CAT(arena, gvk.group, STR("/"), gvk.version, STR("/"), gvk.kind);
}

static bool is_of_user(const struct map *of_user, struct gvk gvk)
{
	if (!of_user || !map_size(of_user))
		return false;
	SCRATCH(scratch);
	return map_get(of_user, resource_kind_text(scratch, gvk));
}

bool resource_is_cluster_kind(const struct map *of_user, struct gvk gvk)
{
	for (size_t i = 0; i < ARRAY_COUNT(cluster_kinds); i++)
		if (str_equal(cluster_kinds[i].kind, gvk.kind) &&
		    str_equal(cluster_kinds[i].group, gvk.group))
			return true;
	return is_of_user(of_user, gvk);
}

bool resource_is_cluster_scoped(const struct resource *r)
{
	return resource_is_cluster_kind(r->cluster_kinds, r->gvk);
}

static void read_identity(struct resource *r)
{
	r->gvk = object_gvk(r->node);
	r->name = object_name(r->node);
	r->namespace = object_namespace(r->node);
}

struct resource *resource_new(struct arena *arena, const struct node *node)
{
	struct resource *r = arena_one(arena, struct resource);

	r->node = node;
	read_identity(r);
	return r;
}

static bool is_same_id(const struct previous_id *a, const struct previous_id *b)
{
	return str_equal(a->namespace, b->namespace) && str_equal(a->name, b->name) &&
	       str_equal(a->kind, b->kind);
}

void resource_remember(struct arena *arena, struct resource *r)
{
	struct previous_id id = { r->namespace, r->name, r->gvk.kind };

	if (r->previous.count && is_same_id(&r->previous.items[r->previous.count - 1], &id))
		return;
	VEC_PUSH(arena, &r->previous, id);
}

void resource_record(struct arena *arena, struct resource *r, struct transformation *made)
{
	const struct node *annotations = object_annotations(r->node);

	if (r->origin.file.len)
		VEC_PUSH(arena, &r->transformations, made);
	else
		r->origin = (struct resource_origin){ .file = made->file, .maker = made };
	/* kustomize notes it in an annotation, and so makes new nodes of all annotations. */
	if (r->shared.values.count && node_entry_count(annotations))
		r->node = node_set(arena, r->node, "metadata.annotations",
				   node_copy(arena, annotations, /* bare= */ false));
}

void resource_set(struct arena *arena, struct resource *r, const struct node *node)
{
	r->node = shared_settle(arena, &r->shared, r->node, node);
	read_identity(r);
}

struct previous_id resource_original(const struct resource *r)
{
	if (r->previous.count)
		return r->previous.items[0];
	return (struct previous_id){ r->namespace, r->name, r->gvk.kind };
}

struct str resource_effective_namespace(const struct map *of_user, struct gvk gvk,
					struct str namespace)
{
	if (resource_is_cluster_kind(of_user, gvk))
		return STR("_non_namespaceable_");
	return namespace.len ? namespace : STR("default");
}

static bool same_namespace(const struct resource *r, struct gvk gvk, struct str a, struct str b)
{
	return str_equal(resource_effective_namespace(r->cluster_kinds, gvk, a),
			 resource_effective_namespace(r->cluster_kinds, gvk, b));
}

bool resource_same_namespace(const struct resource *r, struct str a, struct str b)
{
	return same_namespace(r, r->gvk, a, b);
}

bool resource_has_id(const struct resource *r, struct gvk gvk, struct str name,
		     struct str namespace)
{
	budget_spend(1 + r->previous.count / BUDGET_STEP_MEMBERS);
	if (!str_equal(r->gvk.group, gvk.group) || !str_equal(r->gvk.version, gvk.version))
		return false;
	if (str_equal(r->gvk.kind, gvk.kind) && str_equal(r->name, name) &&
	    same_namespace(r, gvk, r->namespace, namespace))
		return true;
	for (uint32_t i = 0; i < r->previous.count; i++) {
		const struct previous_id *p = &r->previous.items[i];
		if (str_equal(p->kind, gvk.kind) && str_equal(p->name, name) &&
		    same_namespace(r, gvk, p->namespace, namespace))
			return true;
	}
	return false;
}

static struct str or_none(struct str s, const char *none)
{
	return s.len ? s : str_from_cstr(none);
}

struct str resource_id_text(struct arena *arena, struct gvk gvk, struct str name,
			    struct str namespace)
{
	return STR_CAT(arena, or_none(gvk.kind, "[noKind]"), STR("."),
		       or_none(gvk.version, "[noVer]"), STR("."), or_none(gvk.group, "[noGrp]"),
		       STR("/"), or_none(name, "[noName]"), STR("."), or_none(namespace, "[noNs]"));
}

struct str resource_text(struct arena *arena, const struct resource *r)
{
	return resource_id_text(arena, r->gvk, r->name, r->namespace);
}

struct str resource_effective_text(struct arena *arena, const struct resource *r)
{
	return resource_id_text(
		arena, r->gvk, r->name,
		resource_effective_namespace(r->cluster_kinds, r->gvk, r->namespace));
}

struct str resource_internal(const struct resource *r, const char *name)
{
	SCRATCH(scratch);
	return object_annotation(r->node,
				 str_printf(scratch, "internal.config.kubernetes.io/%s", name));
}

const struct node *resource_texts(struct arena *arena, const struct node *map)
{
	const struct node *result = map;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct node *old = node_entry(map, i)->value;
		if (node_is_scalar(old) && scalar_of(old).type == SCALAR_STR)
			continue;
		const struct node *same = node_is_scalar(old) ? old : node_str(arena, STR(""));
		struct node *text = arena_copy(arena, same, sizeof(*same));
		text->tag = TAG_STR;
		text->position = old->position;
		text->step = old->step;
		result = node_map_put(arena, map, result, i, text);
	}
	return result;
}
