/* hpa_metrics - what each metric of an autoscaler proposes, or why it proposes nothing */
#include "cluster/controllers/hpa_metrics.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"
#include "cluster/controllers/hpa_replicas.h"
#include "doc/make.h"
#include "kube/quantity.h"

#define TOLERANCE 0.1

/* Metrics that nobody serves */

#define NO_CUSTOM                                                                                  \
	"unable to fetch metrics from custom metrics API: no custom metrics API "                  \
	"(custom.metrics.k8s.io) registered"

static struct hpa_proposal refuse_pods(const struct hpa_scene *s, const struct node *source)
{
	return (struct hpa_proposal){
		.reason = "FailedGetPodsMetric",
		.what = STR("failed to get pods metric value"),
		.fault = str_printf(s->arena, "unable to get metric %.*s: " NO_CUSTOM,
				    STR_FMT(node_str_at(source, "metric.name"))),
	};
}

static struct hpa_proposal refuse_object(const struct hpa_scene *s, const struct node *source)
{
	const struct node *about = node_get(source, STR("describedObject"));

	return (struct hpa_proposal){
		.reason = "FailedGetObjectMetric",
		.what = STR("failed to get object metric value"),
		.fault = str_printf(
			s->arena, "unable to get metric %.*s: %.*s on %.*s %.*s/" NO_CUSTOM,
			STR_FMT(node_str_at(source, "metric.name")),
			STR_FMT(node_str_at(about, "kind")), STR_FMT(s->hpa->key.namespace),
			STR_FMT(node_str_at(about, "name"))),
	};
}

/* A LabelSelector as Go prints it. */
static struct str selector_text(struct arena *arena, const struct node *selector)
{
	const struct node *labels = node_get(selector, STR("matchLabels"));
	const struct node *expressions = node_get(selector, STR("matchExpressions"));
	struct buf buf;

	if (!selector)
		return STR("nil");
	buf_init(&buf, arena);
	buf_printf(&buf, "&LabelSelector{MatchLabels:map[string]string{");
	for (uint32_t i = 0; i < node_entry_count(labels); i++)
		buf_printf(&buf, "%.*s: %.*s,", STR_FMT(node_text(node_entry(labels, i)->key)),
			   STR_FMT(node_text(node_entry(labels, i)->value)));
	buf_printf(&buf, "},MatchExpressions:[]LabelSelectorRequirement{");
	for (uint32_t i = 0; i < node_item_count(expressions); i++) {
		const struct node *e = node_item(expressions, i);
		const struct node *values = node_get(e, STR("values"));
		buf_printf(&buf, "LabelSelectorRequirement{Key:%.*s,Operator:%.*s,Values:[",
			   STR_FMT(node_str_at(e, "key")), STR_FMT(node_str_at(e, "operator")));
		for (uint32_t v = 0; v < node_item_count(values); v++)
			buf_printf(&buf, "%s%.*s", v ? " " : "",
				   STR_FMT(node_text(node_item(values, v))));
		buf_printf(&buf, "],},");
	}
	buf_printf(&buf, "},}");
	return buf_str(&buf);
}

static struct hpa_proposal refuse_external(const struct hpa_scene *s, const struct node *source)
{
	struct str name = node_str_at(source, "metric.name");
	struct str selector = selector_text(s->arena, node_at(source, "metric.selector"));
	const char *what = node_at(source, "target.averageValue")
				   ? "failed to get %.*s external metric value: failed to get "
				     "%.*s external metric"
				   : "failed to get %.*s external metric value: failed to get "
				     "external metric %.*s";

	return (struct hpa_proposal){
		.reason = "FailedGetExternalMetric",
		.what = str_printf(s->arena, what, STR_FMT(name), STR_FMT(name)),
		.fault = str_printf(s->arena,
				    "unable to get external metric %.*s/%.*s/%.*s: unable to fetch "
				    "metrics from external metrics API: the server could not find "
				    "the requested resource (get %.*s.external.metrics.k8s.io)",
				    STR_FMT(s->hpa->key.namespace), STR_FMT(name),
				    STR_FMT(selector), STR_FMT(name)),
	};
}

/* Resources */

static double tolerance(const struct hpa_scene *s, struct trusted_path path)
{
	const struct node *n = node_find(s->hpa->root, path);
	double value;

	if (!n)
		return TOLERANCE;
	if (num_double(node_text(n), &value))
		return value;
	return (double)quantity_milli(n, 100) / 1000;
}

static struct hpa_ask ask_for(const struct hpa_scene *s, const struct node *source)
{
	const struct node *target = node_get(source, STR("target"));
	const struct node *average = node_get(target, STR("averageValue"));
	int64_t goal =
		average ? quantity_milli(average, 1) : node_int_at(target, "averageUtilization", 1);

	return (struct hpa_ask){
		.arena = s->arena,
		.pods = &s->pods,
		.metrics = s->metrics,
		.now_s = s->now_s,
		.resource = node_str_at(source, "name"),
		.container = node_str_at(source, "container"),
		.is_share = !average,
		.target = MAX(goal, (int64_t)1),
		.tolerance_up = tolerance(s, TRUSTED_PATH("spec.behavior.scaleUp.tolerance")),
		.tolerance_down = tolerance(s, TRUSTED_PATH("spec.behavior.scaleDown.tolerance")),
		.current = s->current,
	};
}

static const struct node *status_of(const struct hpa_ask *ask, const struct hpa_found *found)
{
	bool whole = !ask->container.len;
	bool is_binary = str_equal(ask->resource, STR("memory"));
	const struct node *value =
		node_str(ask->arena, quantity_format(ask->arena, found->average_milli, is_binary));
	const struct node *percent = ask->is_share ? node_int(ask->arena, found->percent) : NULL;
	const struct node *current = node_make(
		ask->arena, "{averageUtilization: %?n, averageValue: %n}", percent, value);

	if (whole)
		return node_make(ask->arena, "{type: Resource, resource: {name: %s, current: %n}}",
				 ask->resource, current);
	return node_make(ask->arena,
			 "{type: ContainerResource, containerResource: {name: %s, container: %s, "
			 "current: %n}}",
			 ask->resource, ask->container, current);
}

static struct hpa_proposal propose(const struct hpa_scene *s, const struct node *source,
				   const char *reason, const char *word)
{
	struct hpa_ask ask = ask_for(s, source);
	struct hpa_found found;
	struct hpa_proposal p = { .reason = reason };
	struct str why;

	p.valid = hpa_replicas(&ask, &found, &why);
	if (p.valid) {
		p.size = found.size;
		p.status = status_of(&ask, &found);
		p.name = ask.is_share ? str_printf(s->arena,
						   "%.*s %s utilization (percentage of request)",
						   STR_FMT(ask.resource), word)
				      : str_concat(s->arena, ask.resource, STR(" resource"));
		return p;
	}
	p.what = ask.container.len
			 ? str_printf(s->arena, "failed to get %.*s container metric value",
				      STR_FMT(ask.container))
			 : str_printf(s->arena, "failed to get %.*s resource metric value",
				      STR_FMT(ask.resource));
	p.fault = str_printf(s->arena, "failed to get %.*s %s: %.*s", STR_FMT(ask.resource),
			     ask.is_share ? "utilization" : "usage", STR_FMT(why));
	return p;
}

static struct hpa_proposal propose_resource(const struct hpa_scene *s, const struct node *source)
{
	return propose(s, source, "FailedGetResourceMetric", "resource");
}

static struct hpa_proposal propose_container(const struct hpa_scene *s, const struct node *source)
{
	return propose(s, source, "FailedGetContainerResourceMetric", "container resource");
}

/* The sources of metrics */

static const struct {
	struct str type;
	const char *field;
	bool is_resource;
	struct hpa_proposal (*propose)(const struct hpa_scene *s, const struct node *source);
} sources[] = {
	{ STR_INIT("Resource"), "resource", true, propose_resource },
	{ STR_INIT("ContainerResource"), "containerResource", true, propose_container },
	{ STR_INIT("Pods"), "pods", false, refuse_pods },
	{ STR_INIT("Object"), "object", false, refuse_object },
	{ STR_INIT("External"), "external", false, refuse_external },
};

bool hpa_metric_is_resource(const struct node *metric)
{
	for (size_t i = 0; i < ARRAY_COUNT(sources); i++)
		if (str_equal(sources[i].type, node_str_at(metric, "type")))
			return sources[i].is_resource;
	return false;
}

struct hpa_proposal hpa_metric_propose(const struct hpa_scene *scene, const struct node *metric)
{
	struct str type = node_str_at(metric, "type");

	for (size_t i = 0; i < ARRAY_COUNT(sources); i++)
		if (str_equal(sources[i].type, type))
			return sources[i].propose(
				scene, node_get(metric, str_from_cstr(sources[i].field)));
	return (struct hpa_proposal){
		.reason = "InvalidMetricSourceType",
		.what = STR("invalid metric source"),
		.fault = str_printf(scene->arena, "unknown metric source type \"%.*s\"",
				    STR_FMT(type)),
	};
}
