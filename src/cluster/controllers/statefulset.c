/* statefulset - pods with ordinals and claims of their own, made and replaced in order */
#include "base/arena.h"
#include "base/num.h"
#include "base/sort.h"
#include "cluster/controllers/controllers.h"
#include "cluster/controllers/history.h"
#include "doc/make.h"
#include "doc/map_edit.h"

enum {
	RETRY_MS = 1000,
	REPLICAS_MAX = 1 << 14, /* more than a cluster plays, which then says so */
};

#define REVISION "controller-revision-hash"

/* One pod of a set: there, or to be made. */
struct replica {
	const struct object *pod; /* NULL: not there */
	int64_t ordinal;
};

/* A pod, or a claim of one. */
struct creation {
	struct str pod;	 /* names the answer */
	uint32_t number; /* 0: the pod itself; n: what comes of its n-th claim template */
	const struct node *object;
};

struct stateful {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *set;
	const struct node *spec;
	struct str current, update; /* names of revisions */
	const struct object *current_revision;
	struct replica *replicas; /* that there should be, by ordinal */
	int64_t replica_count;
	struct replica *condemned; /* beyond them, the last one first */
	int64_t condemned_count;
	bool ordered;		      /* one after the other */
	bool refused;		      /* a pod of the last run was */
	VEC(struct creation) creates; /* sent at the end of the run; nothing else happens then */
};

/* Pods */

static bool is_ready(const struct object *pod)
{
	return pod && pod->facts.phase == PHASE_RUNNING && pod->facts.ready;
}

static bool is_available(const struct stateful *s, const struct object *pod)
{
	int64_t min_ready_s = node_int_at(s->spec, "minReadySeconds", 0);

	if (!is_ready(pod))
		return false;
	int64_t left_s = pod->facts.ready_s + min_ready_s - s->view->now_ms / 1000;
	if (min_ready_s == 0 || left_s <= 0)
		return true;
	plan_requeue(s->plan, left_s * 1000);
	return false;
}

static bool has_finished(const struct object *pod)
{
	return pod->facts.phase == PHASE_FAILED || pod->facts.phase == PHASE_SUCCEEDED;
}

static struct str revision_of(const struct object *pod)
{
	return object_label(pod->root, STR(REVISION));
}

/* "web-3" → 3; -1: it has another form. */
static int64_t ordinal_of(const struct stateful *s, const struct object *pod)
{
	struct str rest = str_strip_prefix(pod->key.name, s->set->key.name);
	int64_t ordinal;

	if (rest.len == pod->key.name.len || !str_starts(rest, STR("-")) ||
	    !num_int64(str_from(rest, 1), &ordinal) || ordinal < 0)
		return -1;
	return ordinal;
}

static int compare_ordinals(const void *a, const void *b, void *context)
{
	const struct replica *x = a, *y = b;

	(void)context;
	return (x->ordinal < y->ordinal) - (x->ordinal > y->ordinal);
}

static void read_pods(struct stateful *s)
{
	struct objects owned = view_owned(s->view, KIND_POD, s->set);
	int64_t start = MAX(node_int_at(s->spec, "ordinals.start", 0), (int64_t)0);

	s->replica_count =
		MIN(MAX(s->set->facts.replicas_wanted, (int64_t)0), (int64_t)REPLICAS_MAX);
	s->replicas = arena_array(s->arena, struct replica, (size_t)s->replica_count);
	s->condemned = arena_array(s->arena, struct replica, owned.count);
	for (int64_t i = 0; i < s->replica_count; i++)
		s->replicas[i].ordinal = start + i;
	for (uint32_t i = 0; i < owned.count; i++) {
		int64_t ordinal = ordinal_of(s, owned.items[i]);
		if (ordinal >= start && ordinal - start < s->replica_count)
			s->replicas[ordinal - start].pod = owned.items[i];
		else if (ordinal >= 0)
			s->condemned[s->condemned_count++] =
				(struct replica){ owned.items[i], ordinal };
	}
	sort_stable(s->condemned, (size_t)s->condemned_count, sizeof(*s->condemned),
		    compare_ordinals, NULL);
}

static struct str pod_name(const struct stateful *s, int64_t ordinal)
{
	return str_printf(s->arena, "%.*s-%lld", STR_FMT(s->set->key.name), (long long)ordinal);
}

/* Pods with ordinals below the partition are created from the current revision. */
static bool is_of_current(const struct stateful *s, int64_t index)
{
	return s->current_revision &&
	       str_equal(node_str_at(s->spec, "updateStrategy.type"), STR("RollingUpdate")) &&
	       index < node_int_at(s->spec, "updateStrategy.rollingUpdate.partition", 0);
}

static const struct node *template_of(const struct stateful *s, bool current)
{
	const struct node *own = node_at(s->spec, "template");

	return current ? node_at(s->current_revision->root, "data.spec.template") : own;
}

/* Volumes of claims stand before those of the template. */
static const struct node *with_claims(const struct stateful *s, const struct node *spec,
				      struct str pod)
{
	const struct node *claims = node_at(s->spec, "volumeClaimTemplates"), *list = NULL;
	const struct node *own = node_get(spec, STR("volumes"));

	for (uint32_t i = 0; i < node_item_count(claims); i++) {
		struct str name = node_str_at(node_item(claims, i), "metadata.name");
		list = node_list_append(
			s->arena, list,
			node_make(s->arena, "{name: %s, persistentVolumeClaim: {claimName: %s}}",
				  name,
				  str_printf(s->arena, "%.*s-%.*s", STR_FMT(name), STR_FMT(pod))));
	}
	for (uint32_t i = 0; list && i < node_item_count(own); i++)
		list = node_list_append(s->arena, list, node_item(own, i));
	return list ? node_with(s->arena, spec, STR("volumes"), list) : spec;
}

static const struct node *pod_for(const struct stateful *s, int64_t index)
{
	int64_t ordinal = s->replicas[index].ordinal;
	bool current = is_of_current(s, index);
	const struct node *template = template_of(s, current);
	const struct node *metadata = node_get(template, STR("metadata"));
	const struct node *labels = node_get(metadata, STR("labels"));
	const struct node *spec = node_get(template, STR("spec"));
	struct str name = pod_name(s, ordinal);
	struct str service = node_str_at(s->spec, "serviceName");

	labels = node_with(s->arena, labels, STR("statefulset.kubernetes.io/pod-name"),
			   node_str(s->arena, name));
	labels = node_with(s->arena, labels, STR("apps.kubernetes.io/pod-index"),
			   node_str(s->arena, str_printf(s->arena, "%lld", (long long)ordinal)));
	labels = node_with(s->arena, labels, STR(REVISION),
			   node_str(s->arena, current ? s->current : s->update));
	spec = node_with(s->arena, with_claims(s, spec, name), STR("hostname"),
			 node_str(s->arena, name));
	if (service.len)
		spec = node_with(s->arena, spec, STR("subdomain"), node_str(s->arena, service));
	return node_make(s->arena,
			 "{apiVersion: v1, kind: Pod, metadata: {name: %s, generateName: %s, "
			 "namespace: %s, labels: %n, annotations: %?n, ownerReferences: [%n]}, "
			 "spec: %n}",
			 name, str_printf(s->arena, "%.*s-", STR_FMT(s->set->key.name)),
			 s->set->key.namespace, labels, node_get(metadata, STR("annotations")),
			 object_owner_reference(s->arena, s->set->root, /* controller= */ true),
			 spec);
}

/* Making and deleting */

static const struct node *claim_template(const struct stateful *s, uint32_t index)
{
	return node_item(node_at(s->spec, "volumeClaimTemplates"), index);
}

static struct str claim_name(const struct stateful *s, uint32_t index, struct str pod)
{
	return str_printf(s->arena, "%.*s-%.*s",
			  STR_FMT(node_str_at(claim_template(s, index), "metadata.name")),
			  STR_FMT(pod));
}

/* Of one of its claim templates. */
static void create_claim(struct stateful *s, uint32_t index, struct str pod, bool *missing)
{
	const struct node *template = claim_template(s, index);
	struct str name = claim_name(s, index, pod);
	struct key key = { s->set->key.namespace, name };
	const struct node *labels = node_at(template, "metadata.labels");
	const struct node *selected = node_at(s->spec, "selector.matchLabels");

	if (view_get(s->view, KIND_PERSISTENTVOLUMECLAIM, key))
		return;
	labels = map_edit_merged(s->arena, labels, selected);
	const struct node *claim = node_make(
		s->arena,
		"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: %s, namespace: %s, "
		"labels: %?n, annotations: %?n}, spec: %n}",
		name, key.namespace, labels, node_at(template, "metadata.annotations"),
		node_get(template, STR("spec")));
	*missing = true;
	if (!s->view->answers->count)
		VEC_PUSH(s->arena, &s->creates, (struct creation){ pod, index + 1, claim });
}

/* True when the claims of a pod are there: they are made in a run of their own. */
static bool has_claims(struct stateful *s, struct str pod)
{
	const struct node *claims = node_at(s->spec, "volumeClaimTemplates");
	bool missing = false;

	for (uint32_t i = 0; i < node_item_count(claims); i++)
		create_claim(s, i, pod, &missing);
	return !missing;
}

static void create(struct stateful *s, int64_t index)
{
	struct str name = pod_name(s, s->replicas[index].ordinal);

	if (has_claims(s, name) &&
	    !s->view->answers->count) /* what the last run made may not be seen yet */
		VEC_PUSH(s->arena, &s->creates, (struct creation){ name, 0, pod_for(s, index) });
}

static void send_creates(const struct stateful *s)
{
	for (uint32_t i = 0; i < s->creates.count; i++) {
		const struct creation *c = &s->creates.items[i];
		plan_request_write(s->plan, c->pod, c->number,
				   &(struct api_request){
					   .verb = API_CREATE, .body = c->object, .grace_s = -1 });
	}
}

static void delete (struct stateful *s, const struct object *pod)
{
	plan_delete(s->plan, pod);
	plan_event(s->plan, s->set, /* warning= */ false, STR("SuccessfulDelete"),
		   "Delete Pod %.*s in StatefulSet %.*s successful", STR_FMT(pod->key.name),
		   STR_FMT(s->set->key.name));
}

/* What came of one create: of a pod, or of one of its claims. */
static void report_create(struct stateful *s, const struct answer *a)
{
	struct str pod = a->name, set = s->set->key.name, failed = STR("");
	struct str claim = a->number ? claim_name(s, a->number - 1, pod) : STR_NONE;
	bool done = a->code < 300;

	if (claim.ptr && done) {
		plan_event(s->plan, s->set, /* warning= */ false, STR("SuccessfulCreate"),
			   "Create Claim %.*s Pod %.*s in StatefulSet %.*s success", STR_FMT(claim),
			   STR_FMT(pod), STR_FMT(set));
		plan_requeue(s->plan, 0); /* for the pod */
		return;
	}
	if (claim.ptr) {
		plan_event(s->plan, s->set, /* warning= */ true, STR("FailedCreate"),
			   "Create Claim %.*s for Pod %.*s in StatefulSet %.*s failed error: %.*s",
			   STR_FMT(claim), STR_FMT(pod), STR_FMT(set), STR_FMT(a->text));
		failed = STR_CAT(s->arena, STR("failed to create PVC "), claim, STR(": "));
	}
	plan_event(s->plan, s->set, /* warning= */ !done,
		   done ? STR("SuccessfulCreate") : STR("FailedCreate"),
		   done ? "Create Pod %.*s in StatefulSet %.*s successful%.*s%.*s"
			: "Create Pod %.*s in StatefulSet %.*s failed error: %.*s%.*s",
		   STR_FMT(pod), STR_FMT(set), STR_FMT(failed), STR_FMT(done ? STR("") : a->text));
}

/* Emits an event of the first refused create. */
static void report_creates(struct stateful *s)
{
	for (uint32_t i = 0; i < s->view->answers->count; i++) {
		const struct answer *a = &s->view->answers->items[i];
		bool refused = a->code >= 300;
		if (!refused || !s->refused)
			report_create(s, a);
		s->refused = s->refused || refused;
	}
	if (s->refused)
		plan_requeue(s->plan, RETRY_MS);
}

/* The steps of a run: each returns whether the next one may begin */

static bool make_replicas(struct stateful *s)
{
	for (int64_t i = 0; i < s->replica_count; i++) {
		const struct object *pod = s->replicas[i].pod;
		if (!pod)
			create(s, i);
		else if (has_finished(pod) && !pod->facts.deletion_s)
			delete (s, pod); /* it comes again */
		else if (!pod->facts.deletion_s && is_available(s, pod))
			continue;
		if (s->ordered)
			return false;
	}
	return true;
}

/* Whether a condemned pod is the first unhealthy pod: then its deletion waits for no other pod. */
static bool is_first_unhealthy(const struct stateful *s, const struct object *pod)
{
	for (int64_t i = 0; i < s->replica_count; i++)
		if (s->replicas[i].pod && !is_ready(s->replicas[i].pod))
			return false;
	for (int64_t i = s->condemned_count; i-- > 0;)
		if (!is_ready(s->condemned[i].pod))
			return s->condemned[i].pod == pod;
	return false;
}

static bool remove_condemned(struct stateful *s)
{
	for (int64_t i = 0; i < s->condemned_count; i++) {
		const struct object *pod = s->condemned[i].pod;
		bool waits = s->ordered && !is_available(s, pod) && !is_first_unhealthy(s, pod);
		if (!pod->facts.deletion_s && !waits)
			delete (s, pod);
		if (s->ordered)
			return false;
	}
	return true;
}

/* One pod at a time, from the last to the partition. */
static void roll(struct stateful *s)
{
	const struct node *strategy = node_get(s->spec, STR("updateStrategy"));
	int64_t partition = node_int_at(strategy, "rollingUpdate.partition", 0);

	if (str_equal(node_str_at(strategy, "type"), STR("OnDelete")))
		return;
	for (int64_t i = s->replica_count; i-- > MAX(partition, (int64_t)0);) {
		const struct object *pod = s->replicas[i].pod;
		if (!pod || pod->facts.deletion_s)
			return;
		if (!str_equal(revision_of(pod), s->update)) {
			delete (s, pod);
			return;
		}
		if (!is_available(s, pod))
			return;
	}
}

/* Status */

struct counts {
	int64_t pods, ready, available, current, updated;
};

static void count_pod(const struct stateful *s, const struct object *pod, struct counts *c)
{
	bool stays = !pod->facts.deletion_s;

	c->pods++;
	c->ready += is_ready(pod);
	c->available += is_available(s, pod);
	c->current += stays && str_equal(revision_of(pod), s->current);
	c->updated += stays && str_equal(revision_of(pod), s->update);
}

static const struct node *positive(struct arena *arena, int64_t count)
{
	return count > 0 ? node_int(arena, count) : NULL;
}

static void write_status(struct stateful *s)
{
	struct counts c = {};
	bool rolls = str_equal(node_str_at(s->spec, "updateStrategy.type"), STR("RollingUpdate"));

	for (int64_t i = 0; i < s->replica_count; i++)
		if (s->replicas[i].pod)
			count_pod(s, s->replicas[i].pod, &c);
	for (int64_t i = 0; i < s->condemned_count; i++)
		count_pod(s, s->condemned[i].pod, &c);
	if (rolls && c.updated == s->replica_count && c.ready == s->replica_count &&
	    c.pods == s->replica_count) {
		s->current = s->update;
		c.current = c.updated;
	}
	plan_status(s->plan, s->set,
		    node_make(s->arena,
			      "{observedGeneration: %l, replicas: %l, readyReplicas: %?n, "
			      "currentReplicas: %?n, updatedReplicas: %?n, currentRevision: %s, "
			      "updateRevision: %s, collisionCount: 0, availableReplicas: %l}",
			      s->set->facts.generation, c.pods, positive(s->arena, c.ready),
			      positive(s->arena, c.current), positive(s->arena, c.updated),
			      s->current, s->update, c.available));
}

static void read_revisions(struct stateful *s)
{
	const struct history history = { s->view, s->plan, s->set,
					 STR("controller.kubernetes.io/hash"), true };

	s->update = history_keep(&history).name;
	s->current = node_str_at(s->set->root, "status.currentRevision");
	if (!s->current.len)
		s->current = s->update;
	s->current_revision = history_find(&history, s->current);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct stateful s = { .view = view, .plan = plan, .arena = plan->arena };

	(void)err;
	s.set = view_get(view, KIND_STATEFULSET, key);
	if (!s.set || s.set->facts.deletion_s)
		return 0; /* its pods go by owner reference */
	s.spec = node_get(s.set->root, STR("spec"));
	s.ordered = !str_equal(node_str_at(s.spec, "podManagementPolicy"), STR("Parallel"));
	read_revisions(&s);
	report_creates(&s);
	read_pods(&s);
	if (make_replicas(&s) && remove_condemned(&s))
		roll(&s);
	if (s.creates.count)
		send_creates(&s);
	else
		write_status(&s);
	return 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_STATEFULSET, map_self },
	{ KIND_POD, map_controller, "StatefulSet" },
	{},
};

const struct reconciler statefulset_reconciler = {
	.name = "statefulset-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};
