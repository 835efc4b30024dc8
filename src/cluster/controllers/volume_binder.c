/* volume_binder - brings PersistentVolumes and their claims together, and apart again */
#include "base/arena.h"
#include "cluster/controllers/controllers.h"
#include "doc/make.h"
#include "kube/claim.h"

/*
 * One key is a volume (without a namespace) or a claim. A claim without a matching volume is
 * requeued every 15 s, as all are; a new volume does not enqueue it. Source: Kubernetes
 * pkg/controller/volume/persistentvolume, pv_controller.go.
 */
enum {
	RESYNC_MS = 15000,
	NEW_VOLUME_MS = 50, /* until a volume that was just made has been looked at */
	REPORT_MS = 200,    /* claims are served one by one: another one may take the volume */
	BIND_MS = 100,	    /* four writes one after the other: pods come sooner */
};

struct binding {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
};

static const struct object *volume_named(const struct view *view, struct str name)
{
	return view_get(view, KIND_PERSISTENTVOLUME, (struct key){ STR(""), name });
}

static const struct object *class_of(const struct view *view, const struct object *claim)
{
	struct str name = claim_class_name(claim->root);

	return name.len ? view_get(view, KIND_STORAGECLASS, (struct key){ STR(""), name }) : NULL;
}

/* Volumes */

static void set_volume_phase(const struct binding *b, const struct object *volume,
			     const char *phase, struct str message)
{
	const struct node *status = node_get(volume->root, STR("status"));

	if (str_equal(node_str_at(status, "phase"), str_from_cstr(phase)) &&
	    str_equal(node_str_at(status, "message"), message))
		return;
	plan_status_always(b->plan, volume,
			   node_make(b->arena,
				     "{phase: %c, message: %?s, lastPhaseTransitionTime: %s}",
				     phase, message.len ? message : STR_NONE, view_now(b->view)));
}

/* Kubernetes deletes a hostPath volume only in test clusters. */
static void delete_host_path(const struct binding *b, const struct object *volume, struct str path)
{
	ptrdiff_t at = str_find(path, STR("/tmp/"));

	if (at >= 0 && (size_t)at + STR("/tmp/").len < path.len) {
		if (!volume->facts.deletion_s)
			plan_delete(b->plan, volume);
		return;
	}
	set_volume_phase(b, volume, "Failed",
			 STR_CAT(b->arena,
				 STR("host_path deleter only supports /tmp/.+ but received "
				     "provided "),
				 path));
}

/* Volumes of drivers are their drivers' to delete. */
static void reclaim(const struct binding *b, const struct object *volume)
{
	const struct node *spec = node_get(volume->root, STR("spec"));
	struct str path = node_str_at(spec, "hostPath.path");
	struct str by = object_annotation(volume->root, STR("pv.kubernetes.io/provisioned-by"));

	if (!str_equal(node_str_at(spec, "persistentVolumeReclaimPolicy"), STR("Delete")) ||
	    node_get(spec, STR("csi")) || by.len)
		return;
	if (path.len)
		delete_host_path(b, volume, path);
	else
		set_volume_phase(b, volume, "Failed",
				 STR_CAT(b->arena,
					 STR("error getting deleter volume plugin for volume \""),
					 volume->key.name, STR("\": no "),
					 node_get(spec, STR("nfs")) ? STR("deletable ") : STR(""),
					 STR("volume plugin matched")));
}

static void release(const struct binding *b, const struct object *volume)
{
	struct str phase = node_str_at(volume->root, "status.phase");

	if (str_equal(phase, STR("Released")) || str_equal(phase, STR("Failed")))
		reclaim(b, volume);
	else
		set_volume_phase(b, volume, "Released", STR(""));
}

/* The claim went to another volume: what the binder did is undone, what a user wrote stays. */
static void unbind(const struct binding *b, const struct object *volume)
{
	const struct node *annotations = object_annotations(volume->root);
	const struct node *root = volume->root;

	if (!node_get(annotations, STR(VOLUME_BOUND_BY_CONTROLLER)))
		return;
	annotations = node_without(b->arena, annotations, STR(VOLUME_BOUND_BY_CONTROLLER));
	root = node_set(b->arena, root, "spec.claimRef", NULL);
	plan_update(b->plan, volume,
		    node_set(b->arena, root, "metadata.annotations",
			     node_entry_count(annotations) ? annotations : NULL));
	set_volume_phase(b, volume, "Available", STR(""));
}

static void sync_volume(const struct binding *b, const struct object *volume)
{
	const struct node *reference = node_at(volume->root, "spec.claimRef");
	struct str uid = node_str_at(reference, "uid");
	struct key key = { node_str_at(reference, "namespace"), node_str_at(reference, "name") };

	if (!uid.len) {
		set_volume_phase(b, volume, "Available", STR(""));
		return;
	}
	const struct object *claim = view_get(b->view, KIND_PERSISTENTVOLUMECLAIM, key);
	if (!claim || !str_equal(claim->uid, uid)) {
		release(b, volume);
		return;
	}
	struct str name = node_str_at(claim->root, "spec.volumeName");
	if (str_equal(name, volume->key.name))
		set_volume_phase(b, volume, "Bound", STR(""));
	else if (name.len)
		unbind(b, volume);
	else if (volume_has_other_mode(volume->root, claim->root))
		plan_event(b->plan, claim, /* warning= */ true, STR("VolumeMismatch"),
			   "Cannot bind PersistentVolume \"%.*s\" to requested "
			   "PersistentVolumeClaim due to incompatible volumeMode.",
			   STR_FMT(volume->key.name));
}

/* Claims */

/* volume: whose capacity and modes the claim has then, or NULL. */
static void set_claim_phase(const struct binding *b, const struct object *claim, const char *phase,
			    const struct object *volume)
{
	const struct node *status = node_get(claim->root, STR("status"));
	bool changes = !str_equal(node_str_at(status, "phase"), str_from_cstr(phase));
	const struct node *capacity = volume ? node_get(status, STR("capacity")) : NULL;
	const struct node *modes = volume ? node_at(volume->root, "spec.accessModes") : NULL;

	if (volume && (changes || !capacity))
		capacity = node_make(b->arena, "{storage: %n}",
				     node_at(volume->root, "spec.capacity.storage"));
	plan_status_always(b->plan, claim,
			   node_make(b->arena, "{phase: %c, accessModes: %?n, capacity: %?n}",
				     phase, modes, capacity));
}

static void lose(const struct binding *b, const struct object *claim, const char *reason,
		 const char *message)
{
	if (!str_equal(node_str_at(claim->root, "status.phase"), STR("Lost")))
		plan_event(b->plan, claim, /* warning= */ true, str_from_cstr(reason), "%s",
			   message);
	set_claim_phase(b, claim, "Lost", NULL);
}

/* The memory of a claim: since when there is a volume for it. */
static bool is_too_soon(const struct binding *b, const struct object *claim, int64_t after_ms)
{
	int64_t *since_ms = plan_memory(b->plan, b->view, claim);

	if (!*since_ms)
		*since_ms = b->view->now_ms;
	int64_t left_ms = *since_ms + after_ms - b->view->now_ms;
	if (left_ms > 0)
		plan_requeue(b->plan, left_ms);
	return left_ms > 0;
}

static void bind(const struct binding *b, const struct object *volume, const struct object *claim)
{
	const struct node *root = claim->root;

	if (is_too_soon(b, claim, BIND_MS))
		return;
	plan_update(b->plan, volume, volume_claimed(b->arena, volume->root, claim->root));
	set_volume_phase(b, volume, "Bound", STR(""));
	if (!str_equal(node_str_at(root, "spec.volumeName"), volume->key.name)) {
		root = node_set(b->arena, root, "spec.volumeName",
				node_str(b->arena, volume->key.name));
		root = object_with_annotation(b->arena, root, STR(VOLUME_BOUND_BY_CONTROLLER),
					      STR("yes"));
	}
	if (!node_get(object_annotations(root), STR(VOLUME_BIND_COMPLETED)))
		root = object_with_annotation(b->arena, root, STR(VOLUME_BIND_COMPLETED),
					      STR("yes"));
	plan_update(b->plan, claim, root);
	set_claim_phase(b, claim, "Bound", volume);
}

/* In-tree drivers that are migrated to CSI drivers. */
static struct str external_name(struct str provisioner)
{
	static const struct {
		struct str in_tree, external;
	} names[] = {
		{ STR_INIT("kubernetes.io/aws-ebs"), STR_INIT("ebs.csi.aws.com") },
		{ STR_INIT("kubernetes.io/azure-disk"), STR_INIT("disk.csi.azure.com") },
		{ STR_INIT("kubernetes.io/azure-file"), STR_INIT("file.csi.azure.com") },
		{ STR_INIT("kubernetes.io/cinder"), STR_INIT("cinder.csi.openstack.org") },
		{ STR_INIT("kubernetes.io/gce-pd"), STR_INIT("pd.csi.storage.gke.io") },
		{ STR_INIT("kubernetes.io/portworx-volume"), STR_INIT("pxd.portworx.com") },
		{ STR_INIT("kubernetes.io/vsphere-volume"), STR_INIT("csi.vsphere.vmware.com") },
	};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_equal(names[i].in_tree, provisioner))
			return names[i].external;
	return provisioner;
}

static void fail_provisioning(const struct binding *b, const struct object *claim, struct str why)
{
	plan_event_text(b->plan, claim, /* warning= */ true, STR("ProvisioningFailed"), why);
}

static void provision(const struct binding *b, const struct object *claim)
{
	const struct object *class = class_of(b->view, claim);
	struct arena *arena = b->arena;

	if (!class) {
		fail_provisioning(b, claim,
				  STR_CAT(arena, STR("storageclass.storage.k8s.io \""),
					  claim_class_name(claim->root), STR("\" not found")));
		return;
	}
	struct str name = external_name(node_str_at(class->root, "provisioner"));
	if (str_starts(name, STR("kubernetes.io/"))) {
		fail_provisioning(b, claim,
				  STR_CAT(arena, STR("no volume plugin matched name: "), name));
		return;
	}
	const struct node *root = object_with_annotation(
		arena, claim->root, STR("volume.beta.kubernetes.io/storage-provisioner"), name);
	plan_update(b->plan, claim,
		    object_with_annotation(arena, root,
					   STR("volume.kubernetes.io/storage-provisioner"), name));
	plan_event(b->plan, claim, /* warning= */ false, STR("ExternalProvisioning"),
		   "Waiting for a volume to be created either by the external provisioner "
		   "'%.*s' or manually by the system administrator. If volume creation is "
		   "delayed, please verify that the provisioner is running and correctly "
		   "registered.",
		   STR_FMT(name));
}

/* Pods without a node that use the claim, "a,b". */
static struct str consumers(const struct binding *b, const struct object *claim,
			    uint32_t *ret_count)
{
	struct objects pods = cache_on_node(b->view->cache, b->arena, STR(""));
	struct str names = STR("");

	*ret_count = 0;
	for (uint32_t i = 0; i < pods.count; i++) {
		const struct object *pod = pods.items[i];
		if (!claim_is_used_by(b->arena, claim->root, pod->root))
			continue;
		names = STR_CAT(b->arena, names, *ret_count ? STR(",") : STR(""), pod->key.name);
		++*ret_count;
	}
	return names;
}

static void wait_for_consumer(const struct binding *b, const struct object *claim)
{
	uint32_t count;
	struct str names = consumers(b, claim, &count);

	if (count)
		plan_event(b->plan, claim, /* warning= */ false, STR("WaitForPodScheduled"),
			   "waiting for pod%s %.*s to be scheduled", count > 1 ? "s" : "",
			   STR_FMT(names));
	else
		plan_event_text(b->plan, claim, /* warning= */ false, STR("WaitForFirstConsumer"),
				STR("waiting for first consumer to be created before binding"));
}

/* A class that became the default after the claim was made. */
static bool take_default_class(const struct binding *b, const struct object *claim)
{
	struct objects all = view_list(b->view, KIND_STORAGECLASS, STR_NONE);
	struct nodes classes = objects_roots(b->arena, &all);
	const struct node *class = claim_default_class(&classes);

	if (!class || claim_class_name(claim->root).ptr)
		return false;
	plan_update(b->plan, claim,
		    node_set(b->arena, claim->root, "spec.storageClassName",
			     node_str(b->arena, object_name(class))));
	return true;
}

/* A volume whose status the binder has not written yet. */
static bool has_new_volumes(const struct binding *b)
{
	struct objects all = view_list(b->view, KIND_PERSISTENTVOLUME, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++)
		if (str_equal(node_str_at(all.items[i]->root, "status.phase"), STR("Pending")))
			return true;
	return false;
}

static void find_volume(const struct binding *b, const struct object *claim)
{
	const struct object *class = class_of(b->view, claim);
	bool waits = class && claim_class_waits(class->root);
	struct objects all = view_list(b->view, KIND_PERSISTENTVOLUME, STR_NONE);
	struct nodes volumes = objects_roots(b->arena, &all);
	const struct node *volume = volume_match(
		&volumes, &(struct volume_search){ .claim = claim->root, .waits = waits });

	if (volume) {
		bind(b, volume_named(b->view, object_name(volume)), claim);
		return;
	}
	if (!waits && has_new_volumes(b)) {
		plan_requeue(b->plan, NEW_VOLUME_MS);
		return;
	}
	plan_requeue(b->plan, RESYNC_MS);
	if (waits && !node_get(object_annotations(claim->root), STR(VOLUME_SELECTED_NODE)))
		wait_for_consumer(b, claim);
	else if (claim_class_name(claim->root).len)
		provision(b, claim);
	else
		plan_event_text(b->plan, claim, /* warning= */ false, STR("FailedBinding"),
				STR("no persistent volumes available for this claim and no storage "
				    "class is set"));
}

/* The claim names the volume that it wants. */
static void take_volume(const struct binding *b, const struct object *claim, struct str name)
{
	const struct object *volume = volume_named(b->view, name);
	const char *misfit = volume ? volume_misfit(volume->root, claim->root) : NULL;

	plan_requeue(b->plan, RESYNC_MS);
	if (!volume)
		return;
	bool is_own = volume_is_bound_to(volume->root, claim->root);
	bool is_taken = !is_own && node_at(volume->root, "spec.claimRef");
	if (is_own || (!is_taken && !misfit))
		bind(b, volume, claim);
	else if (is_too_soon(b, claim, REPORT_MS))
		return;
	else if (is_taken)
		plan_event(b->plan, claim, /* warning= */ true, STR("FailedBinding"),
			   "volume \"%.*s\" already bound to a different claim.", STR_FMT(name));
	else
		plan_event(b->plan, claim, /* warning= */ true, STR("VolumeMismatch"),
			   "Cannot bind to requested volume \"%.*s\": %s", STR_FMT(name), misfit);
}

static void sync_bound_claim(const struct binding *b, const struct object *claim)
{
	struct str name = node_str_at(claim->root, "spec.volumeName");
	const struct object *volume = volume_named(b->view, name);

	if (!name.len)
		lose(b, claim, "ClaimLost",
		     "Bound claim has lost reference to PersistentVolume. Data on the volume is "
		     "lost!");
	else if (!volume)
		lose(b, claim, "ClaimLost",
		     "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
	else if (node_at(volume->root, "spec.claimRef") &&
		 !volume_is_bound_to(volume->root, claim->root))
		lose(b, claim, "ClaimMisbound",
		     "Two claims are bound to the same volume, this one is bound incorrectly");
	else
		bind(b, volume, claim);
}

static void sync_claim(const struct binding *b, const struct object *claim)
{
	struct str name = node_str_at(claim->root, "spec.volumeName");

	if (node_get(object_annotations(claim->root), STR(VOLUME_BIND_COMPLETED)))
		sync_bound_claim(b, claim);
	else if (take_default_class(b, claim))
		return;
	else if (name.len)
		take_volume(b, claim, name);
	else
		find_volume(b, claim);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct binding b = { view, plan, plan->arena };
	kind_id kind = key.namespace.len ? KIND_PERSISTENTVOLUMECLAIM : KIND_PERSISTENTVOLUME;
	const struct object *o = view_get(view, kind, key);

	(void)err;
	if (o && kind == KIND_PERSISTENTVOLUME)
		sync_volume(&b, o);
	else if (o)
		sync_claim(&b, o);
	return 0;
}

static void map_volume(const struct view *view, const struct object *before,
		       const struct object *after, struct keys *keys)
{
	const struct object *volume = after ? after : before;
	const struct node *reference = node_at(volume->root, "spec.claimRef");

	(void)view;
	if (after)
		keys_add(keys, volume->key);
	if (node_str_at(reference, "uid").len)
		keys_add(keys, (struct key){ node_str_at(reference, "namespace"),
					     node_str_at(reference, "name") });
}

static void map_claim(const struct view *view, const struct object *before,
		      const struct object *after, struct keys *keys)
{
	const struct object *claim = after ? after : before;
	struct str volume = node_str_at(claim->root, "spec.volumeName");

	(void)view;
	if (after)
		keys_add(keys, claim->key);
	if (volume.len)
		keys_add(keys, (struct key){ STR(""), volume });
}

static const struct reconciler_watch watches[] = {
	{ KIND_PERSISTENTVOLUME, map_volume },
	{ KIND_PERSISTENTVOLUMECLAIM, map_claim },
	{},
};

const struct reconciler volume_binder_reconciler = {
	.name = "persistentvolume-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};
