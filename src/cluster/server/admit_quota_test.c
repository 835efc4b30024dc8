/* admit_quota_test - which objects a ResourceQuota lets in */
#include "cluster/server/server_test.h"

/* A namespace a with a quota that the controller has counted: nothing is used. */
static struct fixture begin(const char *hard, const char *used)
{
	struct fixture f = fixture_begin();
	struct arena *arena = f.arena;
	struct api_answer quota = fixture_send(
		&f, API_CREATE,
		node_make(arena,
			  "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: "
			  "a}, spec: {hard: %n}}",
			  node_make(arena, hard)));
	const struct node *status = node_make(arena, "{hard: %n, used: %n}", node_make(arena, hard),
					      node_make(arena, used));
	fixture_call(&f, &(struct api_request){
				 .verb = API_UPDATE,
				 .kind = quota.object->kind,
				 .key = quota.object->key,
				 .subresource = STR("status"),
				 .body = node_set(arena, quota.object->root, "status", status),
				 .arena = arena,
				 .manager = STR("test") });
	return f;
}

static struct api_answer create_pod(struct fixture *f, const char *name, const char *resources)
{
	return fixture_send(
		f, API_CREATE,
		node_make(f->arena,
			  "{apiVersion: v1, kind: Pod, metadata: {name: %c, namespace: "
			  "a}, spec: {containers: [{name: app, image: i, resources: %n}]}}",
			  name, node_make(f->arena, resources)));
}

static struct str used(struct fixture *f, const char *resource)
{
	struct api_answer list = fixture_call(
		f, &(struct api_request){
			   .verb = API_LIST,
			   .kind = schemas_kind_by_id(f->server.schemas, KIND_RESOURCEQUOTA),
			   .arena = f->arena });

	return node_text(node_get(node_at(list.list.items[0]->root, "status.used"),
				  str_from_cstr(resource)));
}

static void charges_and_refuses(void)
{
	struct fixture f = begin("{pods: 3, requests.cpu: 1, limits.memory: 1Gi}",
				 "{pods: \"0\", requests.cpu: \"0\", limits.memory: \"0\"}");

	struct api_answer a =
		create_pod(&f, "fits", "{requests: {cpu: 600m}, limits: {memory: 512Mi}}");
	CHECK_INT(a.code, 201);
	CHECK_TEXT(used(&f, "requests.cpu"), "600m");
	CHECK_TEXT(used(&f, "limits.memory"), "512Mi");
	a = create_pod(&f, "greedy", "{requests: {cpu: 600m}, limits: {memory: 256Mi}}");
	CHECK_INT(a.code, 403);
	CHECK_TEXT(a.message,
		   "pods \"greedy\" is forbidden: exceeded quota: q, requested: "
		   "requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1");
	a = create_pod(&f, "silent", "{}");
	CHECK_TEXT(a.message, "pods \"silent\" is forbidden: failed quota: q: must specify "
			      "limits.memory for: app; requests.cpu for: app");
	CHECK_TEXT(used(&f, "pods"), "1");
	fixture_end(&f);
}

static void waits_for_the_count(void)
{
	struct fixture f = begin("{pods: 3, count/pods: 4}", "{pods: \"0\"}");

	CHECK_TEXT(create_pod(&f, "early", "{}").message,
		   "pods \"early\" is forbidden: status unknown for quota: q, resources: "
		   "count/pods,pods");
	fixture_end(&f);
}

/* A Service that gets node ports takes more than before. */
static void charges_what_grows(void)
{
	struct fixture f = begin("{services.nodeports: 1}", "{services.nodeports: \"0\"}");
	const struct node *service = node_make(
		f.arena, "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: a}, spec: "
			 "{type: ClusterIP, ports: [{name: a, port: 80}, {name: b, port: 81}]}}");

	CHECK_INT(fixture_send(&f, API_CREATE, service).code, 201);
	struct api_answer a = fixture_call(
		&f,
		&(struct api_request){ .verb = API_PATCH,
				       .kind = schemas_kind_by_id(f.server.schemas, KIND_SERVICE),
				       .key = { STR("a"), STR("s") },
				       .patch_type = API_PATCH_MERGE,
				       .body = node_make(f.arena, "{spec: {type: NodePort}}"),
				       .arena = f.arena,
				       .manager = STR("test") });
	CHECK_TEXT(a.message, "services \"s\" is forbidden: exceeded quota: q, requested: "
			      "services.nodeports=2, used: services.nodeports=0, limited: "
			      "services.nodeports=1");
	fixture_end(&f);
}

TESTS({ "an object within the quota is charged, one beyond it is refused", charges_and_refuses },
      { "nothing is admitted before status.used is known", waits_for_the_count },
      { "an update is charged what it adds", charges_what_grows })
