/* object_test - what versions of an object share, and how long it lives */
#include "api/object.h"
#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "doc/secret.h"
#include "kube/schema/schemas.h"

struct fixture {
	struct arena *arena;
	const struct kind *kind;
};

static struct fixture begin(void)
{
	struct arena *arena = arena_new("object_test");

	return (struct fixture){ arena, schemas_kind_by_id(schemas_new(arena), KIND_POD) };
}

static struct object *first(struct fixture *f)
{
	const struct node *root = node_make(
		f->arena,
		"{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop, uid: u, "
		"resourceVersion: \"1\", labels: {app: %c}}, spec: {nodeName: n, containers: "
		"[{name: web}]}, "
		"status: {phase: Pending}}",
		"web");
	return object_new(f->kind, root, NULL, NULL, 0);
}

static struct object *with(struct fixture *f, const struct object *before, struct trusted_path path,
			   const char *text)
{
	const struct node *root = node_put(f->arena, before->root, path, node_cstr(f->arena, text));
	return object_new(f->kind, root, NULL, before, 0);
}

static const struct node *part(const struct object *object, const char *key)
{
	return node_get(object->root, str_from_cstr(key));
}

static void unchanged_members_are_shared(void)
{
	struct fixture f = begin();
	struct object *a = first(&f), *b = with(&f, a, TRUSTED_PATH("status.phase"), "Running");

	CHECK(part(a, "spec") == part(b, "spec"));
	CHECK(node_at(a->root, "metadata.labels") == node_at(b->root, "metadata.labels"));
	CHECK(part(a, "status") != part(b, "status"));
	CHECK_INT(a->facts.phase, PHASE_PENDING);
	CHECK_INT(b->facts.phase, PHASE_RUNNING);
	object_unref(a);
	object_unref(b);
	arena_free(f.arena);
}

static void versions_keep_the_marks_of_secrets(void)
{
	struct fixture f = begin();
	struct object *a = first(&f);
	const struct node *root = node_set(f.arena, a->root, "spec.secret",
					   node_marked_secret(f.arena, node_cstr(f.arena, "x")));
	struct object *b = object_new(f.kind, root, NULL, a, 0);
	struct object *c = with(&f, b, TRUSTED_PATH("status.phase"), "Running");

	CHECK(node_is_secret(node_at(b->root, "spec.secret")));
	CHECK(node_is_secret(node_at(c->root, "spec.secret")));
	CHECK(!node_is_secret(node_at(c->root, "status.phase")));
	object_unref(a);
	object_unref(b);
	object_unref(c);
	arena_free(f.arena);
}

/* Also when shares go over several versions, this way and that. */
static void shared_members_outlive_their_version(void)
{
	struct fixture f = begin();
	struct object *now = first(&f);

	for (int i = 0; i < 20; i++) {
		struct object *next = i % 2 ? with(&f, now, TRUSTED_PATH("status.phase"), "Running")
					    : with(&f, now, TRUSTED_PATH("spec.nodeName"), "m");
		object_unref(now);
		now = next;
	}
	CHECK_TEXT(now->facts.node_name, "m");
	CHECK_TEXT(node_str_at(now->root, "status.phase"), "Running");
	CHECK_TEXT(node_str_at(now->root, "spec.containers[0].name"), "web");
	CHECK_TEXT(now->key.name, "a");
	object_unref(now);
	arena_free(f.arena);
}

static void a_member_that_moves_keeps_no_old_name(void)
{
	struct fixture f = begin();
	struct object *a = first(&f);
	const struct node *root = node_without(f.arena, a->root, STR("status"));
	root = node_with(f.arena, root, STR("other"), part(a, "status"));
	struct object *b = object_new(f.kind, root, NULL, a, 0);

	CHECK(part(b, "status") == NULL);
	CHECK_TEXT(node_str_at(b->root, "other.phase"), "Pending");
	object_unref(a);
	object_unref(b);
	arena_free(f.arena);
}

static void hash_is_of_the_content(void)
{
	struct fixture f = begin();
	struct object *a = first(&f), *same = first(&f);
	struct object *shared = with(&f, a, TRUSTED_PATH("status.phase"), "Pending");
	struct object *other = with(&f, a, TRUSTED_PATH("status.phase"), "Running");

	CHECK(a->hash == same->hash);
	CHECK(a->hash == shared->hash);
	CHECK(a->hash != other->hash);
	object_unref(a);
	object_unref(same);
	object_unref(shared);
	object_unref(other);
	arena_free(f.arena);
}

static void facts_of_pods(void)
{
	struct fixture f = begin();
	const struct node *root = node_make(
		f.arena,
		"{apiVersion: v1, kind: Pod, metadata: {name: a, uid: u, resourceVersion: \"7\", "
		"ownerReferences: [{kind: Node, name: n, uid: x}, "
		"{kind: ReplicaSet, name: web-1, uid: r, controller: true}]}, "
		"spec: {containers: [{resources: {requests: {cpu: 100m}}}, "
		"{resources: {requests: {cpu: \"1\"}}}]}, "
		"status: {containerStatuses: [{restartCount: 2}, {restartCount: 5}]}}");
	struct object *o = object_new(f.kind, root, NULL, NULL, 0);

	CHECK_TEXT(o->facts.owner_kind, "ReplicaSet");
	CHECK_TEXT(o->facts.owner_name, "web-1");
	CHECK_TEXT(o->facts.owner_uid, "r");
	CHECK_INT(o->facts.cpu_milli, 1100);
	CHECK_INT(o->facts.restarts, 5);
	CHECK_INT((int64_t)o->version, 7);
	object_unref(o);
	arena_free(f.arena);
}

static void requests_of_pods(void)
{
	static const struct {
		const char *spec;
		int64_t milli;
	} rows[] = {
		{ "{containers: [{resources: {requests: {cpu: 200m}}}]}", 200 },
		{ "{containers: [{resources: {requests: {cpu: 200m}}}], initContainers: "
		  "[{resources: {requests: {cpu: 300m}}}]}",
		  300 },
		/* A sidecar runs beside the init containers behind it. */
		{ "{containers: [{resources: {requests: {cpu: 200m}}}], initContainers: "
		  "[{restartPolicy: Always, resources: {requests: {cpu: 100m}}}, "
		  "{resources: {requests: {cpu: 300m}}}]}",
		  400 },
		{ "{overhead: {cpu: 50m}, containers: [{resources: {requests: {cpu: 200m}}}]}",
		  250 },
		{ "{resources: {requests: {cpu: \"1\"}}, containers: [{resources: {requests: "
		  "{cpu: 200m}}}]}",
		  1000 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = begin();
		struct object *o = object_new(
			f.kind,
			node_make(f.arena,
				  "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: %n}",
				  node_make(f.arena, rows[i].spec)),
			NULL, NULL, 0);
		CHECK_INT(o->facts.cpu_milli, rows[i].milli);
		object_unref(o);
		arena_free(f.arena);
	}
}

/* The same whether it was decoded from the whole or taken over from the version before. */
static void facts_follow_the_parts(void)
{
	struct fixture f = begin();
	struct object *a = first(&f);
	const struct node *root = node_set(f.arena, a->root, "metadata.finalizers",
					   node_make(f.arena, "[shop/keep]"));
	root = node_set(f.arena, root, "metadata.deletionTimestamp",
			node_cstr(f.arena, "1970-01-01T00:01:00Z"));
	struct object *b = object_new(f.kind, root, NULL, a, 2);

	CHECK(b->facts.has_finalizer);
	CHECK_INT(b->facts.deletion_s, 60);
	CHECK(b->facts.labels == a->facts.labels);
	CHECK(b->facts.labels_hash && b->facts.labels_hash == a->facts.labels_hash);
	root = node_set(f.arena, b->root, "metadata.finalizers", NULL);
	root = node_set(f.arena, root, "metadata.labels", node_make(f.arena, "{app: db}"));
	root = node_set(f.arena, root, "spec.nodeName", NULL);
	root = node_set(f.arena, root, "status", NULL);
	struct object *c = object_new(f.kind, root, NULL, b, 3);

	CHECK(!c->facts.has_finalizer);
	CHECK_INT(c->facts.deletion_s, 60);
	CHECK(c->facts.labels_hash != a->facts.labels_hash);
	CHECK(!c->facts.node_name.len);
	CHECK_INT(c->facts.phase, PHASE_NONE);
	CHECK_INT((int64_t)c->version, 3);
	CHECK_TEXT(node_str_at(c->root, "metadata.resourceVersion"), "3");
	object_unref(a);
	object_unref(b);
	object_unref(c);
	arena_free(f.arena);
}

static void a_hash_is_the_same_for_a_copy(void)
{
	struct fixture f = begin();
	struct object *a = first(&f);
	struct object *b = object_new(f.kind, node_copy(f.arena, a->root, true), NULL, NULL, 0);

	CHECK(a->hash == b->hash);
	CHECK(a->facts.labels_hash == b->facts.labels_hash);
	object_unref(a);
	object_unref(b);
	arena_free(f.arena);
}

static void odd_metadata_is_a_member_like_others(void)
{
	static const char *const roots[] = { "{metadata: just text, spec: {}}",
					     "{metadata: [a, b], spec: {}}", "{spec: {}}", "{}" };
	struct fixture f = begin();

	for (size_t i = 0; TEST_ROW(roots, i, roots[i]); i++) {
		const struct node *root = node_make(f.arena, roots[i]);
		struct object *a = object_new(f.kind, root, NULL, NULL, 0);
		struct object *b = object_new(f.kind, a->root, NULL, a, 0);
		CHECK(node_equal(b->root, root));
		CHECK(!b->key.name.len);
		CHECK(a->hash == b->hash);
		object_unref(a);
		object_unref(b);
	}
	arena_free(f.arena);
}

TESTS({ "unchanged members are shared", unchanged_members_are_shared },
      { "versions keep the marks of secrets", versions_keep_the_marks_of_secrets },
      { "shared members outlive their version", shared_members_outlive_their_version },
      { "a member that moves keeps no old name", a_member_that_moves_keeps_no_old_name },
      { "the hash is of the content", hash_is_of_the_content }, { "facts of pods", facts_of_pods },
      { "odd metadata is a member like others", odd_metadata_is_a_member_like_others },
      { "requests of pods", requests_of_pods },
      { "facts follow the parts", facts_follow_the_parts },
      { "a hash is the same for a copy", a_hash_is_the_same_for_a_copy })
