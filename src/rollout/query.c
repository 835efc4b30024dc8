/* query - what a Canary asks Prometheus: built-in queries and templates */
#include "base/arena.h"
#include "base/buf.h"
#include "doc/tree.h"
#include "rollout/tick.h"
#include "rollout/verdict.h"

enum { QUERY_TEXT_MAX = 64 << 10 }; /* bytes of a rendered query */

/* The success rate in percent, and the 99th percentile of durations, of the target's pods. */
#define ISTIO_PODS                                                                                 \
	"reporter=\"destination\",destination_workload_namespace=\"{{ namespace }}\","             \
	"destination_workload=~\"{{ target }}\""
#define HTTP_PODS                                                                                  \
	"kubernetes_namespace=\"{{ namespace }}\","                                                \
	"kubernetes_pod_name=~\"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)\""

static const struct str istio_success = STR_INIT(
	"sum(rate(istio_requests_total{" ISTIO_PODS ",response_code!~\"5.*\"}[{{ interval }}]))"
	" / sum(rate(istio_requests_total{" ISTIO_PODS "}[{{ interval }}])) * 100");
static const struct str istio_duration = STR_INIT(
	"histogram_quantile(0.99, sum(rate(istio_request_duration_milliseconds_bucket{" ISTIO_PODS
	"}[{{ interval }}])) by (le))");
static const struct str http_success = STR_INIT(
	"sum(rate(http_request_duration_seconds_count{" HTTP_PODS
	",status!~\"5.*\"}[{{ interval }}]))"
	" / sum(rate(http_request_duration_seconds_count{" HTTP_PODS "}[{{ interval }}])) * 100");
/* In milliseconds, as the caller expects. */
static const struct str http_duration = STR_INIT(
	"1000 * histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket{" HTTP_PODS
	"}[{{ interval }}])) by (le))");

struct str query_builtin(const struct tick *t, bool duration)
{
	/* A Service as target is asked for through the mesh. */
	bool http = str_equal(t->provider, STR("kubernetes")) && t->kind->has_services;

	if (http)
		return duration ? http_duration : http_success;
	return duration ? istio_duration : istio_success;
}

static struct str reference_name(const struct tick *t, struct trusted_path path)
{
	struct str name = node_find_str(t->root, path);

	return name.len ? name : t->target_name;
}

/* The functions of the template's language. */
static struct str value_of(const struct tick *t, struct str word, const struct node *metric)
{
	const struct {
		struct str word, value;
	} words[] = {
		{ STR("name"), t->key.name },
		{ STR("namespace"), t->key.namespace },
		{ STR("target"), t->target_name },
		{ STR("service"), t->apex },
		{ STR("ingress"), reference_name(t, TRUSTED_PATH("spec.ingressRef.name")) },
		{ STR("route"), reference_name(t, TRUSTED_PATH("spec.routeRef.name")) },
		{ STR("interval"), metric_interval(metric) },
	};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (str_equal(words[i].word, word))
			return words[i].value;
	if (!str_starts(word, STR("variables.")))
		return STR_NONE;
	return node_text(node_get(node_get(metric, STR("templateVariables")),
				  str_from(word, STR("variables.").len)));
}

/* {{ index variables "key" }} is {{ variables.key }} for keys that are no identifiers. */
static struct str word_of(struct tick *t, struct str action, bool *ret_is_index)
{
	struct str word = str_trim(action);
	struct str rest = str_trim(str_strip_prefix(word, STR("index ")));

	*ret_is_index = false;
	if (!str_starts(word, STR("index ")) || !str_starts(rest, STR("variables ")))
		return word;
	struct str key = str_trim(str_strip_prefix(rest, STR("variables ")));
	if (key.len < 2 || key.ptr[0] != '"' || key.ptr[key.len - 1] != '"')
		return word;
	*ret_is_index = true;
	return str_concat(t->arena, STR("variables."), str_sub(key, 1, key.len - 1));
}

static struct str unknown_word(struct tick *t, struct str word)
{
	if (str_starts(word, STR("variables.")))
		return tick_fault(t,
				  "template excution failed: template: tmpl: map has no entry for "
				  "key \"%.*s\"",
				  STR_FMT(str_strip_prefix(word, STR("variables."))));
	return tick_fault(t,
			  "template parsing failed: template: tmpl: function \"%.*s\" not defined",
			  STR_FMT(word));
}

/* One action; "-" at its ends eats blanks. */
static struct str render_action(struct tick *t, struct str action, const struct node *metric,
				struct buf *out, struct str *rest)
{
	if (str_starts(action, STR("- "))) {
		while (out->len && str_find_char(STR(" \t\r\n"), out->ptr[out->len - 1]) >= 0)
			out->len--;
		action = str_from(action, 2);
	}
	if (str_ends(action, STR(" -"))) {
		action = str_strip_suffix(action, STR(" -"));
		while (rest->len && str_find_char(STR(" \t\r\n"), rest->ptr[0]) >= 0)
			*rest = str_from(*rest, 1);
	}
	bool is_index;
	struct str word = word_of(t, action, &is_index);
	struct str value = value_of(t, word, metric);
	if (!value.ptr && !is_index) /* of index, a missing key has the zero value */
		return unknown_word(t, word);
	buf_add(out, value);
	return STR_NONE;
}

struct str query_render(struct tick *t, struct str text, const struct node *metric, struct str *ret)
{
	struct buf out;
	ptrdiff_t open;

	buf_init(&out, t->arena);
	while ((open = str_find(text, STR("{{"))) >= 0) {
		buf_add(&out, str_sub(text, 0, (size_t)open));
		text = str_from(text, (size_t)open + 2);
		ptrdiff_t close = str_find(text, STR("}}"));
		if (close < 0)
			return STR("template parsing failed: template: tmpl: unclosed action");
		struct str action = str_sub(text, 0, (size_t)close);
		text = str_from(text, (size_t)close + 2);
		struct str fault = render_action(t, action, metric, &out, &text);
		if (fault.ptr)
			return fault;
		if (out.len > QUERY_TEXT_MAX)
			return STR("template excution failed: the query is too long");
	}
	buf_add(&out, text);
	*ret = buf_str(&out);
	return STR_NONE;
}
