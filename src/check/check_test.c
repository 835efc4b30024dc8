/* check_test - each rule of forge check, over small compositions in memory */
#include "check/check.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/yaml.h"

/* The objects of a text, as if they were applied together. */
static struct composition compose_text(struct arena *arena, struct docset *set, const char *text)
{
	struct composition x = { .path = STR("app.yaml") };
	struct compose_part part = { .label = x.path };
	struct documents documents;
	struct error err;

	CHECK_INT(yaml_read(set, x.path, str_from_cstr(text), DIALECT_GO_V3, &documents, &err), 0);
	x.render = (struct render){ .arena = arena, .set = set };
	x.render.objects = arena_array(arena, const struct node *, documents.count);
	for (uint32_t i = 0; i < documents.count; i++)
		if (documents.items[i].root)
			x.render.objects[x.render.count++] = documents.items[i].root;
	part.count = x.render.count;
	VEC_PUSH(arena, &x.parts, part);
	return x;
}

/* What the findings are: "12:3 error rule: message (hint)", a line each. */
static struct str check_text(struct arena *arena, const char *text)
{
	struct docset *set = docset_new(arena);
	struct composition composition = compose_text(arena, set, text);
	struct findings findings;
	struct buf out;

	findings_init(&findings, arena);
	buf_init(&out, arena);
	check_composition(&composition, &findings);
	check_sort(set, &findings);
	for (uint32_t i = 0; i < findings.count; i++) {
		const struct finding *f = &findings.items[i];
		struct place place = docset_place(set, f->node ? f->node->position : 0);
		buf_printf(&out, "%s%u:%u %.*s %.*s: %.*s (%.*s)", i ? "\n" : "", place.line,
			   place.column, STR_FMT(severity_word(f->severity)), STR_FMT(f->rule->id),
			   STR_FMT(f->message), STR_FMT(f->hint));
	}
	return buf_str(&out);
}

static void expect(const char *text, const char *want)
{
	SCRATCH(arena);
	CHECK_STR(check_text(arena, text), str_from_cstr(want));
}

/* The namespace is in the file, so all that is in it should be, too. */
#define NAMESPACE "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"

#define WEB                                                                                        \
	NAMESPACE                                                                                  \
	"apiVersion: apps/v1\n"                                                                    \
	"kind: Deployment\n"                                                                       \
	"metadata: {name: web, namespace: shop}\n"                                                 \
	"spec:\n"                                                                                  \
	"  selector: {matchLabels: {app: web}}\n"                                                  \
	"  template:\n"                                                                            \
	"    metadata: {labels: {app: web, version: v1}}\n"                                        \
	"    spec:\n"                                                                              \
	"      containers: [{name: web, image: i, ports: [{name: http, containerPort: 8080}]}]\n"  \
	"---\n"

#define SERVICE                                                                                    \
	WEB "apiVersion: v1\n"                                                                     \
	    "kind: Service\n"                                                                      \
	    "metadata: {name: web, namespace: shop}\n"                                             \
	    "spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}\n"    \
	    "---\n"

static void schema(void)
{
	expect(SERVICE, "");
	expect("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers: [{name: c, "
	       "image: i}]\n  restratPolicy: Never\n",
	       "6:3 error schema/unknown-field: unknown field 'spec.restratPolicy' (did you mean "
	       "'restartPolicy'?)");
	expect("apiVersion: apps/v1\nkind: Deploiment\nmetadata: {name: x}\n",
	       "2:7 error schema/unknown-kind: no matches for kind \"Deploiment\" in version "
	       "\"apps/v1\" (did you mean 'Deployment' of apps/v1?)");
	expect("apiVersion: apps/v7\nkind: Deployment\nmetadata: {name: x}\n",
	       "1:13 error schema/unknown-version: no matches for kind \"Deployment\" in version "
	       "\"apps/v7\" (write apiVersion: apps/v1)");
	expect("apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: x}\n",
	       "1:13 error api/removed: policy/v1beta1 PodDisruptionBudget was removed in "
	       "Kubernetes 1.25 (write apiVersion: policy/v1)");
	expect("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\ndata: {c: d}\n",
	       "5:1 error schema/duplicate-key: key \"data\" already set in map ()");
	/* A kind that nobody defines is said once, and is no mistake. */
	expect("apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: a}\n---\n"
	       "apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: b}\n",
	       "2:7 info schema/no-schema: fields of kind 'Thing' of 'x.io/v1' are not checked: "
	       "there is no schema (add its CustomResourceDefinition to what is checked)");
}

/* A definition of the composition extends the schemas. */
static void definitions(void)
{
	expect("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
	       "metadata: {name: things.x.io}\nspec: {group: x.io, scope: Namespaced, names: "
	       "{plural: things, singular: thing, kind: Thing}, versions: [{name: v1, served: "
	       "true, "
	       "storage: true, schema: {openAPIV3Schema: {type: object, properties: {size: {type: "
	       "integer}}}}}]}\n---\n"
	       "apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: a}\nsize: big\nsice: 1\n",
	       "9:7 error schema/invalid: size: Invalid value: \"string\": size in body must be of "
	       "type integer: \"string\" ()\n"
	       "10:1 error schema/unknown-field: unknown field 'sice' (did you mean 'size'?)");
}

static void services(void)
{
	expect(WEB "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
		   "spec: {selector: {app: wep}, ports: [{port: 80}]}\n",
	       "18:18 error reference/service-selector: selector app=wep selects no pod in "
	       "namespace 'shop' (the pods of Deployment/shop/web have app=web,version=v1)");
	expect(WEB "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
		   "spec: {selector: {app: web}, ports: [{port: 80, targetPort: htpp}]}\n",
	       "18:61 error reference/service-port: port 'htpp' is no port of Deployment/shop/web "
	       "(its containers have http (8080/TCP))");
	/* A number works without being declared. */
	expect(WEB "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
		   "spec: {selector: {app: web}, ports: [{port: 80}]}\n",
	       "18:45 warning reference/service-port: port '80' is no port of Deployment/shop/web "
	       "(its containers have http (8080/TCP))");
}

static void autoscalers(void)
{
	expect(WEB "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"
		   "metadata: {name: web, namespace: shop}\nspec: {maxReplicas: 3, scaleTargetRef: "
		   "{apiVersion: apps/v1, kind: Deployment, name: wep}}\n",
	       "18:86 error reference/scale-target: Deployment 'wep' does not exist in namespace "
	       "'shop' (did you mean 'web'?)");
	expect("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2, "
	       "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: "
	       "{containers: [{name: c, image: i}]}}}\n---\n"
	       "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
	       "spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, "
	       "name: web}}\n",
	       "4:18 warning reference/replicas-beside-autoscaler: HorizontalPodAutoscaler/web "
	       "decides the replicas of Deployment/web; each sync would set them back to 2 (remove "
	       "the field: the autoscaler has minReplicas)");
}

#define POD(spec)                                                                                  \
	NAMESPACE "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: shop}\nspec: {"       \
		  "containers: [{name: c, image: i, " spec "}]}\n---\n"

static void configuration(void)
{
	expect(POD("envFrom: [{configMapRef: {name: confg}}]") "apiVersion: v1\nkind: ConfigMap\n"
							       "metadata: {name: config, "
							       "namespace: shop}\n",
	       "8:73 error reference/config: ConfigMap 'confg' does not exist in namespace 'shop' "
	       "(did you mean 'config'?)");
	expect(POD("envFrom: [{configMapRef: {name: conf, optional: true}}]"), "");
	expect(POD("env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: pass}}}]") "apiVersion"
											": "
											"bitnami."
											"com/"
											"v1alpha1\n"
											"kind: "
											"SealedSecr"
											"et\nmetada"
											"ta: "
											"{name: s, "
											"namespace:"
											" shop}"
											"\nspec: "
											"{encrypted"
											"Data: "
											"{password:"
											" x}}\n",
	       "8:98 error reference/config-key: Secret 's' has no key 'pass' (it has password)");
	/* What makes a Secret counts, and so does what the cluster makes. */
	expect(POD("env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: pass}}}]") "apiVersion"
											": "
											"external-"
											"secrets."
											"io/"
											"v1\nkind: "
											"ExternalSe"
											"cret\nmeta"
											"data: "
											"{name: s, "
											"namespace:"
											" shop}"
											"\nspec: "
											"{secretSto"
											"reRef: "
											"{name: "
											"v}, "
											"dataFrom: "
											"[{extract:"
											" {key: "
											"x}}]}\n",
	       "");
	expect(POD("envFrom: [{configMapRef: {name: kube-root-ca.crt}}]"), "");
	/* Without its Namespace the file does not hold all of it. */
	expect("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: c, "
	       "image: i, envFrom: [{secretRef: {name: s}}]}]}\n",
	       "4:70 warning reference/config: Secret 's' does not exist in namespace 'default' "
	       "(add it to namespace 'default', or mark the reference optional: true)");
}

static void accounts(void)
{
	expect(NAMESPACE "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: shop}\nspec: "
			 "{serviceAccountName: me, containers: [{name: c, image: i}], volumes: "
			 "[{name: v, persistentVolumeClaim: {claimName: disk}}]}\n",
	       "8:28 error reference/service-account: ServiceAccount 'me' does not exist in "
	       "namespace 'shop' (add the ServiceAccount 'me' to namespace 'shop', or correct the "
	       "name)\n"
	       "8:122 error reference/volume-claim: PersistentVolumeClaim 'disk' does not exist in "
	       "namespace 'shop' (add the PersistentVolumeClaim 'disk' to namespace 'shop', or "
	       "correct the name)");
}

static void selectors(void)
{
	expect(WEB "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, "
		   "namespace: shop}\nspec: {minAvailable: 1, selector: {matchLabels: {app: "
		   "api}}}\n",
	       "18:35 warning reference/selector: app=api selects no pod in namespace 'shop' (the "
	       "pods of Deployment/shop/web have app=web,version=v1)");
	/* A Canary's primary has the label with a suffix. */
	expect(WEB "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: web, "
		   "namespace: "
		   "shop}\nspec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, "
		   "service: {port: 80}, analysis: {interval: 1m, threshold: 1, iterations: 1}}\n"
		   "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, "
		   "namespace: shop}\nspec: {minAvailable: 1, selector: {matchLabels: {app: "
		   "web-primary}}}\n",
	       "");
}

#define ROUTE(spec)                                                                                \
	SERVICE "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, " \
		"namespace: shop}\nspec: {hosts: [web], " spec "}\n"

static void mesh(void)
{
	expect(ROUTE("http: [{route: [{destination: {host: web, port: {number: 80}}}]}]"), "");
	expect(ROUTE("http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]"), "");
	expect(ROUTE("http: [{route: [{destination: {host: wep}}]}]"),
	       "23:59 error istio/host: host 'wep' is no Service of the namespace and no "
	       "ServiceEntry (did you mean 'web'?)");
	expect(ROUTE("http: [{route: [{destination: {host: web, port: {number: 81}}}]}]"),
	       "23:79 error istio/host: Service 'web' has no port 81 (see spec.ports of "
	       "Service/shop/web)");
	expect(ROUTE("gateways: [mesh, edge], http: [{route: [{destination: {host: web}}]}]"),
	       "23:39 error istio/gateway: Gateway 'edge' does not exist in namespace 'shop' (add "
	       "the Gateway 'edge' to namespace 'shop', or correct the name)");
	expect(ROUTE("http: [{route: [{destination: {host: web, subset: v2}}]}]"),
	       "23:72 error istio/subset: no DestinationRule of host 'web' has a subset 'v2' "
	       "(define it in spec.subsets of a DestinationRule)");
	expect(SERVICE "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: "
		       "{name: "
		       "web, namespace: shop}\nspec: {host: web, subsets: [{name: v1, labels: "
		       "{version: v1}}, {name: v2, labels: {version: v2}}]}\n",
	       "23:83 error istio/subset: subset 'v2' selects no pod of Service 'web': version=v2 "
	       "(compare with the labels of the pods that Service/shop/web selects)");
}

#define FLUX(name, more)                                                                           \
	"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: " name  \
	", namespace: flux-system}\nspec: {interval: 1m, prune: true, path: ./" name               \
	", sourceRef: {kind: Bucket, name: b}" more "}\n---\n"

#define BUCKET                                                                                     \
	"apiVersion: source.toolkit.fluxcd.io/v1\nkind: Bucket\nmetadata: {name: b, namespace: "   \
	"flux-system}\nspec: {interval: 1m, bucketName: b, endpoint: e}\n"

static void flux(void)
{
	expect(FLUX("a", "") BUCKET, "");
	expect(FLUX("a", ", dependsOn: [{name: c}]") FLUX("b", "") BUCKET,
	       "4:101 warning flux/depends-on: Kustomization 'c' does not exist in namespace "
	       "'flux-system' (add the Kustomization 'c' to namespace 'flux-system', or correct "
	       "the name)");
	expect(FLUX("a", ", dependsOn: [{name: b}]") FLUX("b", ", dependsOn: [{name: a}]") BUCKET,
	       "9:101 error flux/cycle: dependsOn runs in a circle: a → b → a (none of them is "
	       "ever "
	       "applied; remove one dependency)");
	expect(FLUX("a", ", dependsOn: [{name: a}]") BUCKET,
	       "4:101 error flux/cycle: dependsOn runs in a circle: a → a (none of them is ever "
	       "applied; remove one dependency)");
	expect(FLUX("a", ""),
	       "4:78 warning flux/source: Bucket 'b' does not exist in namespace 'flux-system' "
	       "(add "
	       "the Bucket 'b' to namespace 'flux-system', or correct the name)");
}

static void twice(void)
{
	expect("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\n"
	       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: default}\n",
	       "7:18 error reference/duplicate-object: 'ConfigMap/default/x' is there twice (keep "
	       "one of them, or rename it)");
}

TESTS({ "schema: kinds, versions, fields, keys", schema },
      { "definitions extend the schemas", definitions }, { "services reach pods", services },
      { "autoscalers reach workloads", autoscalers }, { "pods reach configuration", configuration },
      { "pods reach accounts and claims", accounts }, { "budgets reach pods", selectors },
      { "routes reach hosts, gateways, subsets", mesh },
      { "Kustomizations reach sources and each other", flux },
      { "two objects with one id are an error", twice })
