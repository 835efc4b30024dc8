/* scenario - topology, traffic, behaviour, answers, faults and expectations of a rehearsal */
#include "rehearse/scenario.h"

#include "base/arena.h"
#include "doc/yaml.h"
#include "kube/quantity.h"
#include "rehearse/scenario/keys.h"

enum { NODES_MAX = 5000 };

void scenario_init(struct scenario *s)
{
	*s = (struct scenario){ .expect_within_ms = -1,
				.expect_min_available = -1,
				.expect_error_ppm = -1 };
}

#define LIST_READER(name, read_one)                                                                \
	static int name(struct scenario_reader *r, const struct node *n, void *into)               \
	{                                                                                          \
		(void)into;                                                                        \
		return scenario_each(r, n, read_one);                                              \
	}
LIST_READER(read_workloads, scenario_workload)
LIST_READER(read_traffic, scenario_traffic)
LIST_READER(read_webhooks, scenario_webhook)
LIST_READER(read_ships, scenario_ship)
LIST_READER(read_others, scenario_other)
LIST_READER(read_faults, scenario_fault)

static int read_count_of_nodes(struct scenario_reader *r, const struct node *n, int64_t *ret)
{
	if (!node_int64(n, ret) || *ret < 1 || *ret > NODES_MAX)
		return scenario_wrong(r, n, "a number between 1 and 5000");
	return 0;
}

static int read_zones(struct scenario_reader *r, const struct node *n, void *into)
{
	(void)into;
	return read_count_of_nodes(r, n, &r->s->zone_count);
}

static int read_nodes(struct scenario_reader *r, const struct node *n, void *into)
{
	(void)into;
	return read_count_of_nodes(r, n, &r->s->node_count);
}

static int read_node_cpu(struct scenario_reader *r, const struct node *n, void *into)
{
	(void)into;
	r->s->node_cpu_milli = quantity_milli(n, -1);
	return r->s->node_cpu_milli > 0 ? 0 : scenario_wrong(r, n, "a quantity of cpu like 16");
}

static int read_node_memory(struct scenario_reader *r, const struct node *n, void *into)
{
	(void)into;
	r->s->node_memory_bytes = quantity_value(n, -1);
	return r->s->node_memory_bytes > 0 ? 0
					   : scenario_wrong(r, n, "a quantity of memory like 64Gi");
}

static int read_node(struct scenario_reader *r, const struct node *n, void *into)
{
	static const struct scenario_key keys[] = { { "cpu", read_node_cpu },
						    { "memory", read_node_memory },
						    {} };
	return scenario_map(r, n, keys, into);
}

static int read_topology(struct scenario_reader *r, const struct node *n, void *into)
{
	static const struct scenario_key keys[] = {
		{ "zones", read_zones }, { "nodes", read_nodes }, { "node", read_node }, {}
	};
	return scenario_map(r, n, keys, into);
}

static int read_outcome(struct scenario_reader *r, const struct node *n, void *into)
{
	(void)into;
	r->s->expect_outcome = node_text(n);
	bool fine = str_equal(node_text(n), STR("promoted")) ||
		    str_equal(node_text(n), STR("rolledBack"));
	return fine ? 0 : scenario_wrong(r, n, "an outcome; there are promoted and rolledBack");
}

static int read_within(struct scenario_reader *r, const struct node *n, void *into)
{
	(void)into;
	return scenario_duration(r, n, &r->s->expect_within_ms);
}

static int read_min_available(struct scenario_reader *r, const struct node *n, void *into)
{
	(void)into;
	return scenario_count(r, n, &r->s->expect_min_available);
}

static int read_max_errors(struct scenario_reader *r, const struct node *n, void *into)
{
	uint32_t ppm = 0;

	(void)into;
	if (scenario_share(r, n, &ppm) < 0)
		return -1;
	r->s->expect_error_ppm = ppm;
	return 0;
}

static int read_expect(struct scenario_reader *r, const struct node *n, void *into)
{
	static const struct scenario_key keys[] = { { "outcome", read_outcome },
						    { "within", read_within },
						    { "minAvailable", read_min_available },
						    { "maxErrorRatio", read_max_errors },
						    {} };
	return scenario_map(r, n, keys, into);
}

static int read_spec(struct scenario_reader *r, const struct node *n, void *into)
{
	static const struct scenario_key keys[] = {
		{ "topology", read_topology },
		{ "workloads", read_workloads },
		{ "traffic", read_traffic },
		{ "webhooks", read_webhooks },
		{ "ship", read_ships },
		{ "others", read_others },
		{ "faults", read_faults },
		{ "expect", read_expect },
		{},
	};

	return node_is_null(n) ? 0 : scenario_map(r, n, keys, into);
}

static int read_nothing(struct scenario_reader *r, const struct node *n, void *into)
{
	(void)r;
	(void)n;
	(void)into;
	return 0;
}

int scenario_read(struct scenario *s, struct docset *set, struct str path, struct str text,
		  struct error *err)
{
	static const struct scenario_key keys[] = { { "apiVersion", read_nothing },
						    { "kind", read_nothing },
						    { "metadata", read_nothing },
						    { "spec", read_spec },
						    {} };
	struct scenario_reader r = { s, docset_arena(set), err };
	const struct node *root = yaml_read_one(set, path, text, DIALECT_GO_V3, err);

	if (!root)
		return -1;
	if (!str_equal(object_kind(root), STR("Scenario"))) {
		error_set(err, ERROR_INPUT, root->position, "this is no Scenario");
		return error_hint(err, "write apiVersion: forge.dev/v1alpha1 and kind: Scenario");
	}
	s->name = object_name(root);
	return scenario_map(&r, root, keys, NULL);
}
