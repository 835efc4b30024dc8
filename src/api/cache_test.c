/* cache_test - the indices of the cache over the life of objects */
#include "api/cache.h"

#include <string.h>

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"

struct fixture {
	struct arena *arena;
	struct schemas *schemas;
	struct cache *cache;
};

static struct fixture begin(void)
{
	struct arena *arena = arena_new("cache_test");

	return (struct fixture){ arena, schemas_new(arena), cache_new() };
}

static void end(struct fixture *f)
{
	cache_free(f->cache);
	arena_free(f->arena);
}

/* owner, node: NULL for none. */
static void put(struct fixture *f, const char *namespace, const char *name, const char *uid,
		const char *owner, const char *node)
{
	const struct node *owners =
		owner ? node_make(f->arena, "[{uid: %c, controller: true}]", owner) : NULL;
	const struct node *root = node_make(f->arena,
					    "{apiVersion: v1, kind: Pod, metadata: {namespace: %c, "
					    "name: %c, uid: %c, resourceVersion: \"1\", "
					    "ownerReferences: %?n}, spec: {nodeName: %?c}}",
					    namespace, name, uid, owners, node);
	struct object *object =
		object_new(schemas_kind_by_id(f->schemas, KIND_POD), root, NULL, NULL, 0);

	cache_update(f->cache, cache_get(f->cache, KIND_POD, object->key), object, 1);
	object_unref(object);
}

static void drop(struct fixture *f, const char *namespace, const char *name)
{
	struct key key = { str_from_cstr(namespace), str_from_cstr(name) };

	cache_update(f->cache, cache_get(f->cache, KIND_POD, key), NULL, 2);
}

/* "a/x b/y" */
static struct str names(struct fixture *f, struct objects objects)
{
	struct str text = STR("");

	for (uint32_t i = 0; i < objects.count; i++)
		text = str_printf(f->arena, "%.*s%s%.*s/%.*s", STR_FMT(text), i ? " " : "",
				  STR_FMT(objects.items[i]->key.namespace),
				  STR_FMT(objects.items[i]->key.name));
	return text;
}

static struct str listed(struct fixture *f, struct str namespace)
{
	return names(f, cache_list(f->cache, f->arena, KIND_POD, namespace));
}

static void lists_are_sorted(void)
{
	struct fixture f = begin();

	put(&f, "b", "z", "1", NULL, NULL);
	put(&f, "b", "a", "2", NULL, NULL);
	put(&f, "a", "m", "3", NULL, NULL);
	put(&f, "bb", "m", "4", NULL, NULL);
	CHECK_TEXT(listed(&f, STR_NONE), "a/m b/a b/z bb/m");
	CHECK_TEXT(listed(&f, STR("b")), "b/a b/z");
	CHECK_TEXT(listed(&f, STR("c")), "");
	drop(&f, "b", "a");
	CHECK_TEXT(listed(&f, STR("b")), "b/z");
	CHECK_INT(cache_count(f.cache, KIND_POD), 3);
	end(&f);
}

static void indices_follow(void)
{
	struct fixture f = begin();

	put(&f, "a", "x", "1", "owner-1", NULL);
	put(&f, "a", "y", "2", "owner-1", "node-1");
	CHECK_TEXT(names(&f, cache_owned(f.cache, f.arena, KIND_POD, STR("owner-1"))), "a/x a/y");
	CHECK_TEXT(names(&f, cache_on_node(f.cache, f.arena, STR("node-1"))), "a/y");
	put(&f, "a", "x", "1", "owner-2", "node-1");
	CHECK_TEXT(names(&f, cache_owned(f.cache, f.arena, KIND_POD, STR("owner-1"))), "a/y");
	CHECK_TEXT(names(&f, cache_owned(f.cache, f.arena, KIND_POD, STR("owner-2"))), "a/x");
	CHECK_TEXT(names(&f, cache_on_node(f.cache, f.arena, STR("node-1"))), "a/y a/x");
	drop(&f, "a", "y");
	CHECK_TEXT(names(&f, cache_owned(f.cache, f.arena, KIND_POD, STR("owner-1"))), "");
	CHECK_TEXT(names(&f, cache_dependents(f.cache, f.arena, STR("owner-2"))), "a/x");
	end(&f);
}

/* Of an owner: first what does not count, then a pod that does. */
static void owned_are_those_of_the_kind_that_it_controls(void)
{
	static const struct {
		const char *kind;
		bool is_controller;
		const char *owned, *dependents;
	} rows[] = {
		{ "{apiVersion: v1, kind: Pod}", true, "a/first a/pod", "a/first a/pod" },
		{ "{apiVersion: v1, kind: Pod}", false, "a/pod", "a/first a/pod" },
		{ "{apiVersion: v1, kind: ConfigMap}", true, "a/pod", "a/first a/pod" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].kind); i++) {
		struct fixture f = begin();
		const struct node *root =
			node_with(f.arena, node_make(f.arena, rows[i].kind), STR("metadata"),
				  node_make(f.arena,
					    "{namespace: a, name: first, uid: \"1\", "
					    "resourceVersion: \"1\", ownerReferences: [{uid: o, "
					    "controller: %b}]}",
					    rows[i].is_controller));
		const struct kind_version *version;
		struct object *object = object_new(
			schemas_kind(f.schemas, object_gvk(root), &version), root, NULL, NULL, 0);
		cache_update(f.cache, NULL, object, 1);
		object_unref(object);
		put(&f, "a", "pod", "2", "o", NULL);
		CHECK_STR(names(&f, cache_owned(f.cache, f.arena, KIND_POD, STR("o"))),
			  str_from_cstr(rows[i].owned));
		CHECK_STR(names(&f, cache_dependents(f.cache, f.arena, STR("o"))),
			  str_from_cstr(rows[i].dependents));
		end(&f);
	}
}

static void uids(void)
{
	struct fixture f = begin();

	put(&f, "a", "x", "uid-1", NULL, NULL);
	put(&f, "a", "x", "uid-1", NULL, "node-1"); /* the next version */
	CHECK(cache_get_uid(f.cache, STR("uid-1")) != NULL);
	put(&f, "a", "x", "uid-2", NULL, NULL); /* another object of that name */
	CHECK(cache_get_uid(f.cache, STR("uid-1")) == NULL);
	CHECK(cache_get_uid(f.cache, STR("uid-2")) != NULL);
	drop(&f, "a", "x");
	CHECK(cache_get_uid(f.cache, STR("uid-2")) == NULL);
	end(&f);
}

/* No limit holds for all kinds: roles may be called anything. */
static void names_of_any_length(void)
{
	struct fixture f = begin();
	char name[1001];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	put(&f, "a", name, "1", NULL, NULL);
	CHECK(cache_get(f.cache, KIND_POD, (struct key){ STR("a"), { name, 1000 } }) != NULL);
	CHECK(cache_get(f.cache, KIND_POD, (struct key){ STR("a"), { name, 999 } }) == NULL);
	drop(&f, "a", name);
	CHECK(cache_get(f.cache, KIND_POD, (struct key){ STR("a"), { name, 1000 } }) == NULL);
	end(&f);
}

/* What is asked for between changes stays in order, however things come and go. */
static void lists_stay_sorted(void)
{
	struct fixture f = begin();

	put(&f, "a", "m", "1", NULL, NULL);
	CHECK_TEXT(listed(&f, STR_NONE), "a/m");
	put(&f, "a", "z", "2", NULL, NULL);
	put(&f, "a", "b", "3", NULL, NULL);
	drop(&f, "a", "m");
	CHECK_INT(cache_count(f.cache, KIND_POD), 2);
	CHECK_TEXT(listed(&f, STR_NONE), "a/b a/z");
	put(&f, "a", "c", "4", NULL, NULL);
	drop(&f, "a", "c"); /* gone before anybody looked */
	CHECK_TEXT(listed(&f, STR_NONE), "a/b a/z");
	end(&f);
}

static void orphans(void)
{
	struct fixture f = begin();

	put(&f, "a", "free", "1", NULL, NULL);
	put(&f, "a", "owned", "2", "set", NULL);
	CHECK_TEXT(names(&f, cache_orphans(f.cache, f.arena)), "a/free");
	put(&f, "a", "free", "1", "set", NULL);
	put(&f, "a", "owned", "2", NULL, NULL);
	CHECK_TEXT(names(&f, cache_orphans(f.cache, f.arena)), "a/owned");
	CHECK_TEXT(names(&f, cache_owned(f.cache, f.arena, KIND_POD, STR("set"))), "a/free");
	end(&f);
}

TESTS({ "owned are those of the kind that it controls",
	owned_are_those_of_the_kind_that_it_controls },
      { "lists come by namespace and name", lists_are_sorted },
      { "indices follow owner and node", indices_follow },
      { "uids find what is listed, and nothing else", uids },
      { "names of any length", names_of_any_length }, { "lists stay in order", lists_stay_sorted },
      { "pods without a controller", orphans })
