/* controllers_test - what holds for all: objects that are gone, and what wakes whom */
#include "cluster/controllers/controllers.h"

#include "api/controller_test.h"

static void what_is_gone_is_nothing_to_do(void)
{
	static const struct {
		const struct reconciler *reconciler;
		const char *namespace;
	} rows[] = {
		{ &deployment_reconciler, "default" },
		{ &replicaset_reconciler, "default" },
		{ &daemonset_reconciler, "default" },
		{ &statefulset_reconciler, "default" },
		{ &job_reconciler, "default" },
		{ &endpointslice_reconciler, "default" },
		{ &endpoints_reconciler, "default" },
		{ &endpointslice_mirroring_reconciler, "default" },
		{ &hpa_reconciler, "default" },
		{ &pdb_reconciler, "default" },
		{ &quota_reconciler, "default" },
		{ &volume_binder_reconciler, "default" },
		{ &volume_binder_reconciler, "" },
		{ &volume_protection_reconciler, "default" },
		{ &volume_ephemeral_reconciler, "default" },
		{ &namespace_reconciler, "" },
		{ &serviceaccount_reconciler, "" },
		{ &istiod_reconciler, "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].reconciler->name); i++) {
		struct fixture f = fixture_begin();
		fixture_run(&f, rows[i].reconciler, rows[i].namespace, "gone");
		CHECK_INT(f.plan.writes.count + f.plan.requests.count + f.plan.events.count, 0);
		CHECK(f.plan.requeue_after_ms < 0);
		fixture_end(&f);
	}
}

/* A namespace */

/* Names that the last run creates, "a b". */
static struct str created(const struct fixture *f)
{
	struct str names = STR("");

	for (uint32_t i = 0; i < f->plan.writes.count; i++)
		if (CHECK_INT(f->plan.writes.items[i].request.verb, API_CREATE))
			names = STR_CAT(f->arena, names, names.len ? STR(" ") : STR(""),
					object_name(f->plan.writes.items[i].request.body));
	return names;
}

static void a_namespace_gets_what_it_needs(void)
{
	static const struct {
		const char *name, *deleted; /* NULL: it stays */
		const char *there;	    /* an object that it has; NULL: none */
		const char *account, *mesh; /* what is made */
	} rows[] = {
		{ "default", NULL, NULL, "default kube-root-ca.crt", "istio-ca-root-cert" },
		{ "default", "2027-01-15T08:00:00Z", NULL, "", "" },
		{ "default", NULL,
		  "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}}",
		  "kube-root-ca.crt", "istio-ca-root-cert" },
		{ "default", NULL,
		  "{apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt}}",
		  "default", "istio-ca-root-cert" },
		{ "default", NULL,
		  "{apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert}}",
		  "default kube-root-ca.crt", "" },
		{ "default", NULL, "{apiVersion: v1, kind: ConfigMap, metadata: {name: default}}",
		  "default kube-root-ca.crt", "istio-ca-root-cert" },
		{ "kube-system", NULL, NULL, "default kube-root-ca.crt", "" },
		{ "kube-public", NULL, NULL, "default kube-root-ca.crt", "" },
		{ "kube-node-lease", NULL, NULL, "default kube-root-ca.crt", "" },
		{ "local-path-storage", NULL, NULL, "default kube-root-ca.crt", "" },
		{ "kube", NULL, NULL, "default kube-root-ca.crt", "istio-ca-root-cert" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		struct fixture f = fixture_begin();
		const struct node *deleted =
			rows[i].deleted ? node_cstr(f.arena, rows[i].deleted) : NULL;
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: Namespace, metadata: {name: %c, "
					  "deletionTimestamp: %?n}}",
					  rows[i].name, deleted));
		if (rows[i].there)
			fixture_put(&f, node_make(f.arena, rows[i].there));
		fixture_run(&f, &serviceaccount_reconciler, "", rows[i].name);
		CHECK_STR(created(&f), str_from_cstr(rows[i].account));
		for (uint32_t w = 0; w < f.plan.writes.count; w++)
			CHECK_STR(object_namespace(f.plan.writes.items[w].request.body),
				  str_from_cstr(rows[i].name));
		fixture_run(&f, &istiod_reconciler, "", rows[i].name);
		CHECK_STR(created(&f), str_from_cstr(rows[i].mesh));
		fixture_end(&f);
	}
}

/* What wakes whom */

#define OWNED(name, more)                                                                          \
	"{apiVersion: v1, kind: Pod, metadata: {name: " name ", ownerReferences: [{apiVersion: "   \
	"apps/v1, kind: ReplicaSet, name: owner, uid: u, controller: true}]" more "}}"
#define ORPHAN(name, more) "{apiVersion: v1, kind: Pod, metadata: {name: " name more "}}"
#define SELECTOR(kind, name, label)                                                                \
	"{apiVersion: apps/v1, kind: " kind ", metadata: {name: " name                             \
	"}, spec: {selector: {matchLabels: {app: " label "}}}}"
#define SERVICE(name, label)                                                                       \
	"{apiVersion: v1, kind: Service, metadata: {name: " name                                   \
	"}, spec: {selector: {app: " label "}}}"
#define ADDRESS(label, ip, ready)                                                                  \
	"{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: " label                     \
	"}}, status: {phase: Running, podIP: " ip ", conditions: [{type: Ready, status: \"" ready  \
	"\"}]}}"
#define CONFIG(name) "{apiVersion: v1, kind: ConfigMap, metadata: {name: " name "}}"

static const struct {
	const char *what;
	const struct reconciler *reconciler;
	const char *there[3];
	const char *before, *after; /* NULL: it came, or went */
	const char *woken;
} wakes[] = {
	{ "a pod wakes its owner",
	  &replicaset_reconciler,
	  { SELECTOR("ReplicaSet", "x", "web") },
	  OWNED("p", ""),
	  OWNED("p", ", labels: {app: web}"),
	  "owner" },
	{ "one that went, too", &replicaset_reconciler, { NULL }, OWNED("p", ""), NULL, "owner" },
	{ "an orphan wakes who selects it",
	  &replicaset_reconciler,
	  { SELECTOR("ReplicaSet", "x", "web"), SELECTOR("ReplicaSet", "y", "api"),
	    SELECTOR("ReplicaSet", "z", "web") },
	  NULL,
	  ORPHAN("p", ", labels: {app: web}"),
	  "x z" },
	{ "one that went wakes nobody",
	  &replicaset_reconciler,
	  { SELECTOR("ReplicaSet", "x", "web") },
	  ORPHAN("p", ", labels: {app: web}"),
	  NULL,
	  "" },
	{ "a pod without an address is nobody's",
	  &endpoints_reconciler,
	  { SERVICE("a", "web") },
	  NULL,
	  ORPHAN("p", ", labels: {app: web}"),
	  "" },
	{ "one that has one wakes who selects it",
	  &endpoints_reconciler,
	  { SERVICE("a", "web"), SERVICE("b", "api") },
	  ORPHAN("p", ", labels: {app: web}"),
	  ADDRESS("web", "1.2.3.4", "True"),
	  "a" },
	{ "new labels wake both",
	  &endpoints_reconciler,
	  { SERVICE("a", "web"), SERVICE("b", "api") },
	  ADDRESS("web", "1.2.3.4", "True"),
	  ADDRESS("api", "1.2.3.4", "True"),
	  "b a" },
	{ "another address",
	  &endpoints_reconciler,
	  { SERVICE("a", "web") },
	  ADDRESS("web", "1.2.3.4", "True"),
	  ADDRESS("web", "1.2.3.5", "True"),
	  "a" },
	{ "another condition",
	  &endpoints_reconciler,
	  { SERVICE("a", "web") },
	  ADDRESS("web", "1.2.3.4", "True"),
	  ADDRESS("web", "1.2.3.4", "False"),
	  "a" },
	{ "no news",
	  &endpoints_reconciler,
	  { SERVICE("a", "web") },
	  ADDRESS("web", "1.2.3.4", "True"),
	  ADDRESS("web", "1.2.3.4", "True"),
	  "" },
	{ "one with an address went",
	  &endpoints_reconciler,
	  { SERVICE("a", "web") },
	  ADDRESS("web", "1.2.3.4", "True"),
	  NULL,
	  "a" },
	{ "a map that went wakes its namespace",
	  &serviceaccount_reconciler,
	  { NULL },
	  CONFIG("x"),
	  NULL,
	  "default" },
	{ "one that came does not", &serviceaccount_reconciler, { NULL }, NULL, CONFIG("x"), "" },
	{ "the mesh's certificate, too",
	  &istiod_reconciler,
	  { NULL },
	  CONFIG("istio-ca-root-cert"),
	  NULL,
	  "default" },
	{ "of the mesh nothing else", &istiod_reconciler, { NULL }, CONFIG("x"), NULL, "" },
	{ "and not one that came",
	  &istiod_reconciler,
	  { NULL },
	  NULL,
	  CONFIG("istio-ca-root-cert"),
	  "" },
};

static void events_wake_whom_they_concern(void)
{
	for (size_t i = 0; TEST_ROW(wakes, i, wakes[i].what); i++) {
		struct fixture f = fixture_begin();
		const struct object *before = NULL, *after = NULL;
		for (size_t t = 0; t < ARRAY_COUNT(wakes[i].there) && wakes[i].there[t]; t++)
			fixture_put(&f, node_make(f.arena, wakes[i].there[t]));
		if (wakes[i].before)
			before = fixture_put(&f, node_make(f.arena, wakes[i].before));
		if (wakes[i].after)
			after = fixture_put(&f, node_make(f.arena, wakes[i].after));
		CHECK_STR(fixture_woken(&f, wakes[i].reconciler, before, after),
			  str_from_cstr(wakes[i].woken));
		fixture_end(&f);
	}
}

TESTS({ "a controller does nothing for a deleted object", what_is_gone_is_nothing_to_do },
      { "a namespace gets its account and its certificates", a_namespace_gets_what_it_needs },
      { "events enqueue the keys that they concern", events_wake_whom_they_concern })
