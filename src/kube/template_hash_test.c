/* template_hash_test - hashes of pod templates are those that the Deployment controller computes */
#include "kube/template_hash.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/set.h"
#include "doc/yaml.h"

static const struct node *parse(struct arena *arena, const char *text)
{
	struct error err = { 0 };
	const struct node *n = yaml_read_one(docset_new(arena), STR("t"), str_from_cstr(text),
					     DIALECT_GO_V3, &err);

	CHECK(n != NULL);
	return n;
}

static struct str hash_of(struct arena *arena, const char *template)
{
	return template_hash(arena, parse(arena, template), NULL);
}

/* What is stored of a Deployment with one container. */
#define PLAIN                                                                                      \
	"{metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: 'app:1', "        \
	"terminationMessagePath: /dev/termination-log, terminationMessagePolicy: File, "           \
	"imagePullPolicy: IfNotPresent, resources: {}}], restartPolicy: Always, "                  \
	"terminationGracePeriodSeconds: 30, dnsPolicy: ClusterFirst, securityContext: {}, "        \
	"schedulerName: default-scheduler}}"
#define ONE(fields) "{spec: {containers: [{name: a, " fields "}]}}"

static void hashes_are_those_of_the_controller(void)
{
	SCRATCH(arena);
	static const struct {
		const char *template;
		struct str hash;
	} cases[] = {
		{ PLAIN, STR_INIT("8bfc5bccd") },
		{ "{metadata: {labels: {b: '2', a: '1'}}, spec: {containers: []}}",
		  STR_INIT("74495b97d6") },
		{ ONE("args: [x, y z], stdin: true"), STR_INIT("856bcdd695") },
		{ ONE("resources: {limits: {memory: 128Mi, cpu: 500m}}"), STR_INIT("7df68b765d") },
		{ ONE("resources: {limits: {memory: 65Mi, cpu: '1.234'}}"),
		  STR_INIT("58799ccb96") },
		{ ONE("livenessProbe: {httpGet: {port: 80}}"), STR_INIT("5b469547c5") },
		{ ONE("livenessProbe: {httpGet: {port: http}}"), STR_INIT("6b8878cdc8") },
		{ "{spec: {containers: [], volumes: [{name: v, "
		  "configMap: {name: c, defaultMode: 420}}]}}",
		  STR_INIT("8f4f494b9") },
		{ "{spec: {containers: [], affinity: {}, nodeSelector: {}, tolerations: []}}",
		  STR_INIT("7fcc6b6669") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].template); i++)
		CHECK_STR(hash_of(arena, cases[i].template), cases[i].hash);
}

static void collisions_are_a_salt(void)
{
	SCRATCH(arena);
	static const struct {
		uint32_t collisions;
		struct str hash;
	} cases[] = {
		{ 0, STR_INIT("6b47db6b78") },
		{ 1, STR_INIT("85c49694bc") },
		{ 258, STR_INIT("78d98c7b7") },
	};
	const struct node *template = parse(arena, PLAIN);

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].hash); i++)
		CHECK_STR(template_hash(arena, template, &cases[i].collisions), cases[i].hash);
}

static void order_and_spelling_do_not_matter(void)
{
	SCRATCH(arena);

	CHECK_STR(hash_of(arena, ONE("resources: {requests: {cpu: 1000m, memory: 1Gi}}")),
		  hash_of(arena, ONE("resources: {requests: {memory: 1024Mi, cpu: 1}}")));
	CHECK_STR(hash_of(arena, ONE("image: b, tty: false, env: null")),
		  hash_of(arena, ONE("image: b")));
}

TESTS({ "hashes are those of the Deployment controller", hashes_are_those_of_the_controller },
      { "collisionCount changes the hash", collisions_are_a_salt },
      { "order of keys and spelling of quantities do not matter",
	order_and_spelling_do_not_matter })
