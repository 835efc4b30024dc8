/* sizing_test - nodes hold twice what the workloads of the last revision ask for */
#include "rehearse/sizing.h"

#include "rehearse/rehearsal_test.h"

#define GIB (1ll << 30)
#define WORKLOAD(replicas, cpu, memory)                                                            \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: default}\n"       \
	"spec: {replicas: " replicas ", selector: {matchLabels: {a: b}}, template: {metadata: "    \
	"{labels: {a: b}}, spec: {containers: [{name: a, image: a, resources: {requests: {cpu: "   \
	"\"" cpu "\", memory: \"" memory "\"}}}]}}}\n"

static struct node_size size_of(struct rehearsal_fixture *f, const char *text, int nodes)
{
	snapshot_put(&f->revisions[1].files,
		     (struct snapshot_file){ .path = STR("app/web.yaml"),
					     .bytes = str_from_cstr(text) });
	f->r.root = STR("app");
	return sizing_nodes(&f->r, nodes);
}

static void nodes_have_room_for_two_of_all(void)
{
	static const struct {
		const char *text;
		int nodes;
		int64_t cpu_milli, memory_gib, pods;
	} cases[] = {
		{ "", 3, 4000, 16, 110 }, /* the least */
		{ WORKLOAD("30", "1", "4Gi"), 3, 20000, 80, 110 },
		{ WORKLOAD("1", "8", "32Gi"), 4, 16000, 64, 110 }, /* one pod twice */
		{ WORKLOAD("300", "10m", "1Mi"), 2, 4000, 16, 300 },
		{ WORKLOAD("1", "500", "1Gi"), 3, 192000, 16, 110 }, /* nobody rents that */
		{ WORKLOAD("1000", "100", "1Gi"), 1, 192000, 768, 500 },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++) {
		struct rehearsal_fixture f;

		rehearsal_begin(&f);
		struct node_size size = size_of(&f, cases[i].text, cases[i].nodes);
		CHECK_INT(size.cpu_milli, cases[i].cpu_milli);
		CHECK_INT(size.memory_bytes, cases[i].memory_gib * GIB);
		CHECK_INT(size.pods, cases[i].pods);
		rehearsal_end(&f);
	}
}

static void the_scenario_decides(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	f.scenario.node_cpu_milli = 1000;
	f.scenario.node_memory_bytes = GIB;
	struct node_size size = size_of(&f, WORKLOAD("30", "1", "4Gi"), 3);
	CHECK_INT(size.cpu_milli, 1000);
	CHECK_INT(size.memory_bytes, GIB);
	rehearsal_end(&f);
}

TESTS({ "nodes have room for two of all", nodes_have_room_for_two_of_all },
      { "the scenario decides", the_scenario_decides })
