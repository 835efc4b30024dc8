/* resource_test - who an object is, and who it was */
#include "build/resource.h"

#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"

static const struct gvk POD = { STR_INIT(""), STR_INIT("v1"), STR_INIT("Pod") };

static struct resource *pod(struct arena *arena)
{
	return resource_new(arena, node_make(arena, "{apiVersion: v1, kind: Pod, metadata: {name: "
						    "a}}"));
}

static void earlier_ids_count_where_they_were_remembered(void)
{
	SCRATCH(arena);
	struct resource *r = pod(arena);

	resource_set(arena, r, node_set(arena, r->node, "metadata.name", node_cstr(arena, "b")));
	CHECK(!resource_has_id(r, POD, STR("a"), STR("")));
	resource_remember(arena, r);
	resource_set(arena, r, node_set(arena, r->node, "metadata.name", node_cstr(arena, "c")));
	CHECK(resource_has_id(r, POD, STR("b"), STR("")));
	CHECK(resource_has_id(r, POD, STR("c"), STR("")));
	CHECK_TEXT(resource_original(r).name, "b");
}

static void no_namespace_is_the_default_one(void)
{
	SCRATCH(arena);
	struct resource *r = pod(arena);
	struct resource *node =
		resource_new(arena, node_make(arena, "{apiVersion: v1, kind: Node}"));

	CHECK(resource_has_id(r, POD, STR("a"), STR("default")));
	CHECK(!resource_has_id(r, POD, STR("a"), STR("other")));
	CHECK(resource_same_namespace(node, STR("x"), STR("y")));
	CHECK(!resource_same_namespace(r, STR("x"), STR("y")));
}

static void ids_are_printed_with_words_for_empty_parts(void)
{
	SCRATCH(arena);
	CHECK_TEXT(resource_text(arena, pod(arena)), "Pod.v1.[noGrp]/a.[noNs]");
	CHECK_TEXT(resource_id_text(arena, (struct gvk){}, STR(""), STR("n")),
		   "[noKind].[noVer].[noGrp]/[noName].n");
}

static void labels_and_annotations_become_texts(void)
{
	SCRATCH(arena);
	const struct node *map = node_make(arena, "{a: 1, b: true, c: null, d: text}");

	CHECK_TEXT(json_text(arena, resource_texts(arena, map), 0),
		   "{\"a\":\"1\",\"b\":\"true\",\"c\":\"null\",\"d\":\"text\"}");
}

TESTS({ "resources match by their remembered earlier ids",
	earlier_ids_count_where_they_were_remembered },
      { "no namespace is the default one; kinds without any are all in one",
	no_namespace_is_the_default_one },
      { "ids are printed with words for empty parts", ids_are_printed_with_words_for_empty_parts },
      { "labels and annotations become texts", labels_and_annotations_become_texts })
