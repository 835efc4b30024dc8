/* obstacle - what keeps the containers of a pod from starting */
#include "cluster/kubelet/obstacle.h"

#include "base/arena.h"
#include "cluster/kubelet/program.h"

static struct str missing_text(const struct view *view, const struct pod_reference *r,
			       const struct object *object, struct str namespace)
{
	const char *kind = r->is_secret ? "secret" : "configmap";

	if (!object)
		return str_printf(view->arena, "%s \"%.*s\" not found", kind, STR_FMT(r->name));
	if (r->place == POD_REFERENCE_VOLUME)
		return str_printf(view->arena, "references non-existent %s key: %.*s",
				  r->is_secret ? "secret" : "config", STR_FMT(r->key));
	return str_printf(view->arena, "couldn't find key %.*s in %s %.*s/%.*s", STR_FMT(r->key),
			  r->is_secret ? "Secret" : "ConfigMap", STR_FMT(namespace),
			  STR_FMT(r->name));
}

static bool is_missing(const struct view *view, const struct object *pod,
		       const struct pod_reference *r, struct obstacle *ret)
{
	struct key key = { pod->key.namespace, r->name };
	const struct object *object =
		view_get(view, r->is_secret ? KIND_SECRET : KIND_CONFIGMAP, key);
	bool is_volume = r->place == POD_REFERENCE_VOLUME;

	if (r->is_optional ||
	    (object && (!r->key.len || pod_reference_has_key(object->root, r->key))))
		return false;
	*ret = (struct obstacle){
		.place = r->place,
		.holder = r->holder,
		.waiting = is_volume ? "ContainerCreating" : "CreateContainerConfigError",
		.event = is_volume ? "FailedMount" : "Failed",
		.message = missing_text(view, r, object, pod->key.namespace),
	};
	ret->event_message =
		is_volume ? str_printf(view->arena,
				       "MountVolume.SetUp failed for volume \"%.*s\" : %.*s",
				       STR_FMT(r->holder), STR_FMT(ret->message))
			  : STR_CAT(view->arena, STR("Error: "), ret->message);
	if (is_volume)
		ret->message = STR_NONE;
	return true;
}

static bool has_bad_image(const struct view *view, const struct node *container,
			  enum pod_reference_place place, struct obstacle *ret)
{
	struct str image = node_str_at(container, "image");
	struct str fault = program_image_fault(image);

	if (!image.len || !fault.len)
		return false;
	*ret = (struct obstacle){
		.place = place,
		.holder = node_str_at(container, "name"),
		.waiting = "InvalidImageName",
		.event = "InspectFailed",
		.message = str_printf(view->arena,
				      "Failed to apply default image tag \"%.*s\": couldn't parse "
				      "image name \"%.*s\": %.*s",
				      STR_FMT(image), STR_FMT(image), STR_FMT(fault)),
	};
	ret->event_message = ret->message;
	return true;
}

static bool is_blocked(const struct view *view, const struct object *pod,
		       const struct pod_references *references, enum pod_reference_place place,
		       struct obstacle *ret)
{
	for (uint32_t i = 0; i < references->items.count; i++)
		if (references->items.items[i].place == place &&
		    is_missing(view, pod, &references->items.items[i], ret))
			return true;
	return false;
}

static bool has_bad_images(const struct view *view, const struct node *containers,
			   enum pod_reference_place place, struct obstacle *ret)
{
	for (uint32_t i = 0; i < node_item_count(containers); i++)
		if (has_bad_image(view, node_item(containers, i), place, ret))
			return true;
	return false;
}

bool kubelet_obstacle(const struct view *view, const struct object *pod, struct obstacle *ret)
{
	const struct node *spec = node_get(pod->root, STR("spec"));
	struct pod_references references = pod_references(view->arena, spec);
	const struct node *init = node_get(spec, STR("initContainers"));
	const struct node *containers = node_get(spec, STR("containers"));

	return is_blocked(view, pod, &references, POD_REFERENCE_VOLUME, ret) ||
	       has_bad_images(view, init, POD_REFERENCE_INIT_CONTAINER, ret) ||
	       is_blocked(view, pod, &references, POD_REFERENCE_INIT_CONTAINER, ret) ||
	       has_bad_images(view, containers, POD_REFERENCE_CONTAINER, ret) ||
	       is_blocked(view, pod, &references, POD_REFERENCE_CONTAINER, ret);
}
