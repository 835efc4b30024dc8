/* assumed_config - ConfigMaps and Secrets that pods name and others make */
#include "rehearse/assumed_config.h"

#include "base/arena.h"
#include "doc/make.h"
#include "kube/pod_references.h"
#include "rehearse/rehearsal_inside.h"

static bool is_foreign(const struct rehearsal *r, struct str namespace)
{
	return !repository_find(&r->repository, STR("Namespace"),
				(struct key){ STR_NONE, namespace });
}

/* Whether a later revision, or this one, makes it: then a key that is missing is a fault. */
static bool is_missing(const struct rehearsal *r, const struct pod_reference *reference,
		       struct key key)
{
	kind_id kind = reference->is_secret ? KIND_SECRET : KIND_CONFIGMAP;
	const struct object *object = cache_get(r->results.cluster, kind, key);
	struct str by =
		object ? object_annotation(object->root, STR("forge.dev/assumed")) : STR("true");

	return !reference->is_optional && str_equal(by, STR("true")) &&
	       !(object &&
		 (!reference->key.len || pod_reference_has_key(object->root, reference->key)));
}

static bool make(struct rehearsal *r, const struct pod_reference *reference, struct key key)
{
	const char *kind = reference->is_secret ? "Secret" : "ConfigMap";
	const struct node *object =
		node_make(r->arena,
			  "{apiVersion: v1, kind: %c, metadata: {name: %s, namespace: %s, "
			  "annotations: {forge.dev/assumed: \"true\", forge.dev/keys: any}}}",
			  kind, key.name, key.namespace);
	struct api_answer answer;

	platform_apply(r->platform, object, STR("others"), r->arena, &answer);
	if (!api_ok(&answer))
		return false;
	assumed_add(&r->assumed, str_printf(r->arena, "%s/%.*s/%.*s", kind, STR_FMT(key.namespace),
					    STR_FMT(key.name)));
	return true;
}

static bool make_for(struct rehearsal *r, const struct object *pod, bool is_first_revision)
{
	SCRATCH(scratch);
	struct pod_references references =
		pod_references(scratch, node_get(pod->root, STR("spec")));
	bool made = false;

	if (!is_first_revision && !is_foreign(r, pod->key.namespace))
		return false;
	for (uint32_t i = 0; i < references.items.count; i++) {
		const struct pod_reference *reference = &references.items.items[i];
		struct key key = { pod->key.namespace, reference->name };
		if (is_missing(r, reference, key))
			made |= make(r, reference, key);
	}
	return made;
}

bool assumed_config_make(struct rehearsal *r, bool is_first_revision)
{
	SCRATCH(scratch);
	struct objects pods = cache_list(r->results.cluster, scratch, KIND_POD, STR_NONE);
	bool made = false;

	for (uint32_t i = 0; i < pods.count; i++)
		object_ref(pods.items[i]);
	for (uint32_t i = 0; i < pods.count; i++) {
		if (pods.items[i]->facts.phase == PHASE_PENDING)
			made |= make_for(r, pods.items[i], is_first_revision);
		object_unref(pods.items[i]);
	}
	return made;
}
