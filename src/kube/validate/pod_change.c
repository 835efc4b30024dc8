/* pod_change - what of a pod's spec may change once the pod is there */
#include "base/arena.h"
#include "doc/make.h"
#include "kube/validate/inside.h"

static const struct field_path spec_path = { NULL, STR_INIT("spec"), FIELD_PATH_NAME };

static const struct node *without_images(struct arena *arena, const struct node *spec,
					 struct str list)
{
	const struct node *containers = node_get(spec, list), *bare = NULL;

	if (!node_item_count(containers) || !node_is_list(containers))
		return spec;
	for (uint32_t i = 0; i < node_item_count(containers); i++)
		bare = node_list_append(
			arena, bare, node_without(arena, node_item(containers, i), STR("image")));
	return node_with(arena, spec, list, bare);
}

/*
 * The spec without what may change. Tolerations may be added to; those that admission adds
 * again are not told from those that a user takes away, so they are left out. A pod behind
 * gates may still choose its nodes.
 */
static const struct node *fixed_spec(const struct kind_check *c, const struct node *object)
{
	static const char *const mutable[] = { "activeDeadlineSeconds", "tolerations",
					       "schedulingGates", "ephemeralContainers" };
	struct arena *arena = c->errors->arena;
	const struct node *spec = node_get(object, STR("spec"));

	for (size_t i = 0; i < ARRAY_COUNT(mutable); i++)
		spec = node_without(arena, spec, str_from_cstr(mutable[i]));
	if (!node_str_at(c->old, "spec.nodeName").len)
		spec = node_without(arena, spec, STR("nodeName"));
	if (node_item_count(node_at(c->old, "spec.schedulingGates"))) {
		spec = node_without(arena, spec, STR("nodeSelector"));
		spec = node_without(arena, spec, STR("affinity"));
	}
	spec = without_images(arena, spec, STR("containers"));
	return without_images(arena, spec, STR("initContainers"));
}

static void check_deadline(const struct kind_check *c)
{
	const struct node *now = node_at(c->object, "spec.activeDeadlineSeconds");
	int64_t before_s = node_int_at(c->old, "spec.activeDeadlineSeconds", 0);

	if (!before_s)
		return;
	if (!now)
		field_fault(c->errors, FIELD(&spec_path, "activeDeadlineSeconds"), FIELD_INVALID,
			    NULL, "must not update from a positive integer to nil value");
	else if (node_int_at(c->object, "spec.activeDeadlineSeconds", 0) > before_s)
		field_fault(c->errors, FIELD(&spec_path, "activeDeadlineSeconds"), FIELD_INVALID,
			    now, "must be less than or equal to previous value");
}

/* Source: Kubernetes, pkg/apis/core/validation, ValidatePodUpdate; without the diff at its end. */
void validate_pod_change(const struct kind_check *c)
{
	const struct node *containers = node_at(c->object, "spec.containers");

	if (node_item_count(containers) != node_item_count(node_at(c->old, "spec.containers"))) {
		field_fault(c->errors, FIELD(&spec_path, "containers"), FIELD_FORBIDDEN, containers,
			    "pod updates may not add or remove containers");
		return;
	}
	check_deadline(c);
	if (!node_equal(fixed_spec(c, c->object), fixed_spec(c, c->old)))
		field_fault(c->errors, &spec_path, FIELD_FORBIDDEN, node_at(c->object, "spec"),
			    "pod updates may not change fields other than "
			    "`spec.containers[*].image`,`spec.initContainers[*].image`,"
			    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to "
			    "existing tolerations),`spec.terminationGracePeriodSeconds` (allow it "
			    "to be set to 1 if it was previously negative)");
}
