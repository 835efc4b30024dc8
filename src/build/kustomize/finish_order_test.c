/* finish_order_test - the order of the output: as loaded, or by kinds */
#include "build/kustomize/kustomize_fixture.h"
#include "kube/object.h"

#define OBJECT(version, kind, name)                                                                \
	"apiVersion: " version "\nkind: " kind "\nmetadata: {name: " name "}\n---\n"

/* The objects as "kind/name", or the message of the error. */
static struct str order_of(struct arena *arena, const char *options)
{
	static const char objects[] = OBJECT("v1", "Pod", "b") OBJECT("x.io/v1", "Widget", "w")
		OBJECT("v1", "Pod", "a") OBJECT("v1", "Service", "s")
			OBJECT("x.io/v1", "Namespace", "n") OBJECT("v1", "Namespace", "n")
				OBJECT("admissionregistration.k8s.io/v1",
				       "ValidatingWebhookConfiguration", "v")
					OBJECT("b.io/v1", "Widget", "w");
	struct str text = str_printf(arena, "resources: [all.yaml]\n%s", options);
	struct fixture_file files[] = { { "top/kustomization.yaml", str_cstr(arena, text) },
					{ "top/all.yaml", objects } };
	struct error err;
	struct render render = fixture_render(arena, files, ARRAY_COUNT(files), &err);
	struct buf out;

	if (!render.set)
		return str_copy(arena, str_from_cstr(err.text));
	buf_init(&out, arena);
	for (uint32_t i = 0; i < render.count; i++)
		buf_printf(&out, "%s%.*s/%.*s", i ? " " : "",
			   STR_FMT(object_gvk(render.objects[i]).group.len
					   ? object_gvk(render.objects[i]).group
					   : object_kind(render.objects[i])),
			   STR_FMT(object_name(render.objects[i])));
	return buf_str(&out);
}

static void kinds_come_in_the_order_that_is_asked_for(void)
{
	static const struct {
		const char *options, *want;
	} rows[] = {
		{ "sortOptions: {order: fifo}\n", "Pod/b x.io/w Pod/a Service/s x.io/n Namespace/n "
						  "admissionregistration.k8s.io/v b.io/w" },
		{ "", "Namespace/n x.io/n Service/s b.io/w x.io/w Pod/a Pod/b "
		      "admissionregistration.k8s.io/v" },
		{ "sortOptions: {order: legacy}\n", "Namespace/n x.io/n Service/s b.io/w x.io/w "
						    "Pod/a Pod/b admissionregistration.k8s.io/v" },
		{ "sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Widget, "
		  "Service], orderLast: [Namespace, Pod]}}\n",
		  "b.io/w x.io/w Service/s admissionregistration.k8s.io/v Namespace/n x.io/n Pod/a "
		  "Pod/b" },
		{ "sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Service]}}\n",
		  "Service/s admissionregistration.k8s.io/v b.io/w x.io/w Namespace/n x.io/n Pod/a "
		  "Pod/b" },
		{ "sortOptions: {order: legacy, legacySortOptions: {orderLast: [Service]}}\n",
		  "admissionregistration.k8s.io/v b.io/w x.io/w Namespace/n x.io/n Pod/a Pod/b "
		  "Service/s" },
		{ "sortOptions: {order: other}\n",
		  "the field 'sortOptions.order' must be one of [fifo, legacy]" },
		{ "sortOptions: {}\n",
		  "the field 'sortOptions.order' must be one of [fifo, legacy]" },
		{ "sortOptions: {order: fifo, legacySortOptions: {orderFirst: [Pod]}}\n",
		  "the field 'sortOptions.legacySortOptions' is set but the selected sort order is "
		  "'fifo', not 'legacy'" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].options); i++)
		CHECK_STR(order_of(arena, rows[i].options), str_from_cstr(rows[i].want));
}

#define WORKLOAD                                                                                   \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: "     \
	"{containers: [{name: m, image: i}]}}}\n"
/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case ordered[] = {
	{ "legacy order",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nsortOptions: {order: legacy}\n" },
	    { "top/a.yaml", WORKLOAD
	      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\n---\napiVersion: "
	      "v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: "
	      "Namespace\nmetadata: {name: n1}\n---\napiVersion: x.io/v1\nkind: Any\nmetadata: "
	      "{name: a}\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: "
	      "ValidatingWebhookConfiguration\nmetadata: {name: w}\n" } },
	  "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: n1\n---\napiVersion: v1\nkind: "
	  "ConfigMap\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  "
	  "name: z\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  "
	  "template:\n    spec:\n      containers:\n      - image: i\n        name: "
	  "m\n---\napiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\n---\napiVersion: "
	  "admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata:\n  "
	  "name: w\n" },
	{ "legacy order of our own",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nsortOptions: {order: legacy, legacySortOptions: {orderFirst: "
	      "[ConfigMap], orderLast: [Namespace]}}\n" },
	    { "top/a.yaml",
	      WORKLOAD "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
		       "z}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: "
		       "n1}\n---\napiVersion: x.io/v1\nkind: Any\nmetadata: {name: a}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: z\n---\napiVersion: apps/v1\nkind: "
	  "Deployment\nmetadata:\n  name: d\nspec:\n  template:\n    spec:\n      containers:\n    "
	  "  - image: i\n        name: m\n---\napiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: "
	  "a\n---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: n1\n" },
	{ "order of the files",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nsortOptions: {order: fifo}\n" },
	    { "top/a.yaml",
	      WORKLOAD "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
		       "z}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n1}\n" } },
	  "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  template:\n    "
	  "spec:\n      containers:\n      - image: i\n        name: m\n---\napiVersion: v1\nkind: "
	  "ConfigMap\nmetadata:\n  name: z\n---\napiVersion: v1\nkind: Namespace\nmetadata:\n  "
	  "name: n1\n" },
	{ "an order that is none",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nsortOptions: {order: other}\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "the field 'sortOptions.order' must be one of [fifo, legacy]",
	  "top/kustomization.yaml:2:14" },
	{ "where objects come from",
	  { { "top/kustomization.yaml", "resources: [a.yaml, ../base]\nbuildMetadata: "
					"[originAnnotations]\nconfigMapGenerator: [{name: g}]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" },
	    { "base/kustomization.yaml", "resources: [b.yaml]\n" },
	    { "base/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    "
	  "config.kubernetes.io/origin: |\n      path: a.yaml\n  name: a\n---\napiVersion: "
	  "v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    config.kubernetes.io/origin: |\n    "
	  "  path: ../base/b.yaml\n  name: b\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  "
	  "annotations:\n    config.kubernetes.io/origin: |\n      configuredIn: "
	  "kustomization.yaml\n      configuredBy:\n        apiVersion: builtin\n        kind: "
	  "ConfigMapGenerator\n  name: g-6ct58987ht\n" },
};

static void ordered_as_measured(void)
{
	fixture_check(ordered, ARRAY_COUNT(ordered));
}

TESTS({ "orders", ordered_as_measured },
      { "kinds come in the order that is asked for", kinds_come_in_the_order_that_is_asked_for })
