/* admission - what the API server does to an object on its way into the store */
#include "cluster/server/admission.h"

#include "base/arena.h"
#include "cluster/server/admission_kinds.h"
#include "cluster/server/refusal.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"

/* Namespace life cycle */

static int refuse_terminating(struct write *w)
{
	struct str namespace = w->key.namespace;
	struct api_cause *cause = arena_one(w->arena, struct api_cause);

	*cause = (struct api_cause){ .reason = STR("NamespaceTerminating"),
				     .message = str_printf(w->arena,
							   "namespace %.*s is being terminated",
							   STR_FMT(namespace)),
				     .field = STR("metadata.namespace") };
	refuse_forbidden(w->arena, w->answer, w->kind, w->key.name,
			 str_printf(w->arena,
				    "unable to create new content in namespace %.*s because it is "
				    "being terminated",
				    STR_FMT(namespace)));
	w->answer->causes = cause;
	w->answer->cause_count = 1;
	return -1;
}

int admission_namespace(const struct admission *a, struct write *w)
{
	struct key key = { STR(""), w->key.namespace };

	if (!(w->kind->flags & KIND_FLAG_NAMESPACED))
		return 0;
	const struct object *namespace = cache_get(store_cache(a->store), KIND_NAMESPACE, key);
	if (!namespace)
		return refuse(
			w->answer, 404, "NotFound",
			str_printf(w->arena, "namespaces \"%.*s\" not found", STR_FMT(key.name)));
	bool is_event = w->kind->id == KIND_EVENT;
	return namespace->facts.deletion_s && !is_event ? refuse_terminating(w) : 0;
}

/* Mutations by kind */

static int mutate_namespace(struct admission *a, struct write *w)
{
	const struct node *o =
		node_set(w->arena, w->object, "metadata.labels[kubernetes.io/metadata.name]",
			 node_str(w->arena, w->key.name));

	(void)a;
	if (!w->old) {
		o = node_set(w->arena, o, "spec.finalizers", node_make(w->arena, "[kubernetes]"));
		o = node_set(w->arena, o, "status.phase", node_cstr(w->arena, "Active"));
	}
	w->object = o;
	return 0;
}

/* Refuses a CRD whose schema does not compile. It is compiled into schemas of its own, for the
 * write may still fail. */
static int check_definition(struct write *w)
{
	SCRATCH(scratch);
	struct schemas *aside = schemas_new(scratch);
	struct error err;

	if (schemas_add_crd(aside, w->object, &err) >= 0)
		return 0;
	return refuse(w->answer, 422, "Invalid",
		      str_printf(w->arena,
				 "CustomResourceDefinition.apiextensions.k8s.io \"%.*s\" is "
				 "invalid: spec.versions: Invalid value: %s",
				 STR_FMT(w->key.name), err.text));
}

/* No other API server is involved: conditions NamesAccepted and Established are True at once. */
static int mutate_definition(struct admission *a, struct write *w)
{
	const struct node *versions = node_at(w->object, "spec.versions");
	struct str stored = STR_NONE;

	if (check_definition(w) < 0)
		return -1;
	if (w->old)
		return 0;
	for (uint32_t i = 0; i < node_item_count(versions); i++)
		if (node_bool_at(node_item(versions, i), "storage", false))
			stored = node_str_at(node_item(versions, i), "name");
	struct str now = admission_now(a, w->arena);
	const struct node *status =
		node_make(w->arena,
			  "{acceptedNames: %n, conditions: ["
			  "{type: NamesAccepted, status: \"True\", lastTransitionTime: %s, "
			  "reason: NoConflicts, message: no conflicts found}, "
			  "{type: Established, status: \"True\", lastTransitionTime: %s, "
			  "reason: InitialNamesAccepted, "
			  "message: the initial names have been accepted}], storedVersions: [%?s]}",
			  node_at(w->object, "spec.names"), now, now, stored);
	w->object = node_set(w->arena, w->object, "status", status);
	return 0;
}

static const struct {
	kind_id kind;
	int (*mutate)(struct admission *a, struct write *w);
} mutations[] = {
	{ KIND_NAMESPACE, mutate_namespace },
	{ KIND_CUSTOMRESOURCEDEFINITION, mutate_definition },
	{ KIND_POD, admission_mutate_pod },
	{ KIND_SERVICE, admission_mutate_service },
	{ KIND_SECRET, admission_mutate_secret },
	{ KIND_DAEMONSET, admission_mutate_daemonset },
	{ KIND_JOB, admission_mutate_job },
	{ KIND_PERSISTENTVOLUMECLAIM, admission_mutate_claim },
	{ KIND_PERSISTENTVOLUME, admission_mutate_volume },
};

int admission_mutate(struct admission *a, struct write *w)
{
	for (size_t i = 0; i < ARRAY_COUNT(mutations); i++)
		if (mutations[i].kind == w->kind->id)
			return mutations[i].mutate(a, w);
	return 0;
}

int admission_validate(const struct admission *a, struct write *w)
{
	return admission_quota(a, w);
}

void admission_stored(struct admission *a, const struct object *before, const struct object *after)
{
	const struct object *subject = after ? after : before;
	const struct node *spec = node_get(subject->root, STR("spec"));
	struct error err;

	if (subject->kind->id != KIND_CUSTOMRESOURCEDEFINITION)
		return;
	if (!after)
		schemas_remove_crd(a->schemas, node_str_at(spec, "group"),
				   node_str_at(spec, "names.kind"));
	else if (schemas_add_crd(a->schemas, after->root, &err) < 0)
		BUG("a CRD that was admitted does not compile: %s", err.text);
}
