/* object_test - finalizers and owner references: set, taken away, and of any type */
#include "kube/object.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"

#define FINALIZERS_OF(object) json_text(a, node_at((object), "metadata.finalizers"), 0)

static void finalizers_come_and_go(void)
{
	SCRATCH(a);
	const struct node *o = node_make(a, "{metadata: {finalizers: [x, y]}}");

	CHECK(object_has_finalizer(o, STR("y")));
	CHECK(!object_has_finalizer(o, STR("z")));
	CHECK(object_with_finalizer(a, o, STR("x")) == o);
	CHECK(object_without_finalizer(a, o, STR("z")) == o);
	CHECK_TEXT(FINALIZERS_OF(object_with_finalizer(a, o, STR("z"))), "[\"x\",\"y\",\"z\"]");
	o = object_without_finalizer(a, o, STR("x"));
	CHECK_TEXT(FINALIZERS_OF(o), "[\"y\"]");
	o = object_without_finalizer(a, o, STR("y"));
	CHECK(!node_at(o, "metadata.finalizers"));
	CHECK_INT(node_item_count(object_finalizers(o)), 0);
	CHECK(node_is_list(object_finalizers(o)));
}

static void what_is_no_list_has_none(void)
{
	SCRATCH(a);
	const struct node *odd[] = { NULL, node_make(a, "{metadata: {finalizers: x}}"),
				     node_make(a, "{metadata: {finalizers: {x: y}}}") };

	for (size_t i = 0; i < ARRAY_COUNT(odd); i++) {
		CHECK(!object_has_finalizer(odd[i], STR("x")));
		CHECK(object_without_finalizer(a, odd[i], STR("x")) == odd[i]);
		CHECK_INT(node_item_count(object_finalizers(odd[i])), 0);
		CHECK(object_has_finalizer(object_with_finalizer(a, odd[i], STR("x")), STR("x")));
	}
	CHECK(!object_has_finalizer(node_make(a, "{metadata: [finalizers]}"), STR("x")));
}

static void owners_come_and_go(void)
{
	SCRATCH(a);
	const struct node *owner =
		node_make(a, "{apiVersion: v1, kind: Pod, metadata: {name: p, uid: u}}");
	const struct node *o =
		node_make(a, "{metadata: {ownerReferences: [{uid: v}, {uid: w}, {uid: v}]}}");

	o = object_with_owner(a, o, object_owner_reference(a, owner, /* controller= */ true));
	CHECK_INT(node_item_count(node_at(o, "metadata.ownerReferences")), 4);
	CHECK_TEXT(node_str_at(object_controller(o), "uid"), "u");
	o = object_without_owner(a, o, STR("v"));
	CHECK_INT(node_item_count(node_at(o, "metadata.ownerReferences")), 2);
	o = object_without_owner(a, object_without_owner(a, o, STR("w")), STR("u"));
	CHECK(!node_at(o, "metadata.ownerReferences"));
}

TESTS({ "finalizers come and go", finalizers_come_and_go },
      { "what is no list has none", what_is_no_list_has_none },
      { "owners come and go", owners_come_and_go })
