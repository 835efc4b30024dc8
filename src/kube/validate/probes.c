/* probes - handlers of probes and of the lifecycle of containers */
#include "base/arena.h"
#include "kube/validate/pod.h"

static struct str check_header(struct str name)
{
	bool fine = name.len > 0;

	for (size_t i = 0; fine && i < name.len; i++) {
		char c = name.ptr[i];
		fine = c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		       (c >= 'A' && c <= 'Z');
	}
	if (fine)
		return STR_NONE;
	return STR("a valid HTTP header must consist of alphanumeric characters or '-' (e.g. "
		   "'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')");
}

static void check_exec(struct field_errors *errors, const struct field_path *path,
		       const struct node *exec)
{
	if (!node_item_count(node_get(exec, STR("command"))))
		field_fault(errors, FIELD(path, "command"), FIELD_REQUIRED, exec, NULL);
}

static void check_http(struct field_errors *errors, const struct field_path *path,
		       const struct node *http)
{
	const struct node *headers = node_get(http, STR("httpHeaders"));

	validate_port(errors, FIELD(path, "port"), node_get(http, STR("port")));
	for (uint32_t i = 0; i < node_item_count(headers); i++)
		field_check_text(errors, FIELD(path, "httpHeaders"),
				 node_get(node_item(headers, i), STR("name")), check_header);
}

static void check_tcp(struct field_errors *errors, const struct field_path *path,
		      const struct node *tcp)
{
	validate_port(errors, FIELD(path, "port"), node_get(tcp, STR("port")));
}

static const struct {
	struct str name;
	void (*check)(struct field_errors *errors, const struct field_path *path,
		      const struct node *action);
} handlers[] = {
	{ STR_INIT("exec"), check_exec },     { STR_INIT("httpGet"), check_http },
	{ STR_INIT("tcpSocket"), check_tcp }, { STR_INIT("grpc"), check_tcp },
	{ STR_INIT("sleep"), NULL },
};

static void check_sleep(struct field_errors *errors, const struct field_path *path,
			const struct node *sleep, int64_t grace_s)
{
	const struct node *seconds = node_get(sleep, STR("seconds"));
	int64_t value = 0;

	if (node_int64(seconds, &value) && (value < 0 || value > grace_s))
		field_fault(errors, path, FIELD_INVALID, seconds,
			    "must be non-negative and less than terminationGracePeriodSeconds "
			    "(%lld)",
			    (long long)grace_s);
}

/* Exactly one handler. */
static void check_handler(struct field_errors *errors, const struct field_path *path,
			  const struct node *handler, int64_t grace_s)
{
	int count = 0;

	for (size_t i = 0; i < ARRAY_COUNT(handlers); i++) {
		const struct node *action = node_get(handler, handlers[i].name);
		const struct field_path *at = FIELD_OF(path, handlers[i].name);
		if (node_is_null(action))
			continue;
		if (count++)
			field_fault(errors, at, FIELD_FORBIDDEN, action,
				    "may not specify more than 1 handler type");
		else if (handlers[i].check)
			handlers[i].check(errors, at, action);
		else
			check_sleep(errors, at, action, grace_s);
	}
	if (!count)
		field_fault(errors, path, FIELD_REQUIRED, handler, "must specify a handler type");
}

static void check_probe(struct field_errors *errors, const struct field_path *path,
			const struct node *probe, int64_t grace_s)
{
	static const struct str counts[] = { STR_INIT("initialDelaySeconds"),
					     STR_INIT("timeoutSeconds"), STR_INIT("periodSeconds"),
					     STR_INIT("successThreshold"),
					     STR_INIT("failureThreshold") };
	const struct node *grace = node_get(probe, STR("terminationGracePeriodSeconds"));
	int64_t value;

	check_handler(errors, path, probe, grace_s);
	for (size_t i = 0; i < ARRAY_COUNT(counts); i++)
		field_check_not_negative(errors, FIELD_OF(path, counts[i]),
					 node_get(probe, counts[i]));
	if (node_int64(grace, &value) && value <= 0)
		field_fault(errors, FIELD(path, "terminationGracePeriodSeconds"), FIELD_INVALID,
			    grace, "must be greater than 0");
}

static void check_succeeds_once(struct field_errors *errors, const struct field_path *path,
				const struct node *probe)
{
	const struct node *threshold = node_get(probe, STR("successThreshold"));

	if (threshold && node_int_at(probe, "successThreshold", 1) != 1)
		field_fault(errors, FIELD(path, "successThreshold"), FIELD_INVALID, threshold,
			    "must be 1");
}

void validate_probes(struct field_errors *errors, const struct field_path *path,
		     const struct node *container, int64_t grace_s)
{
	static const struct str hooks[] = { STR_INIT("postStart"), STR_INIT("preStop") };
	static const struct str probes[] = { STR_INIT("livenessProbe"), STR_INIT("readinessProbe"),
					     STR_INIT("startupProbe") };
	const struct node *lifecycle = node_get(container, STR("lifecycle"));

	for (size_t i = 0; i < ARRAY_COUNT(hooks); i++) {
		const struct node *hook = node_get(lifecycle, hooks[i]);
		if (!node_is_null(hook))
			check_handler(errors, FIELD_OF(FIELD(path, "lifecycle"), hooks[i]), hook,
				      grace_s);
	}
	for (size_t i = 0; i < ARRAY_COUNT(probes); i++) {
		const struct node *probe = node_get(container, probes[i]);
		const struct field_path *at = FIELD_OF(path, probes[i]);
		const struct node *grace = node_get(probe, STR("terminationGracePeriodSeconds"));
		bool is_readiness = str_equal(probes[i], STR("readinessProbe"));
		if (node_is_null(probe))
			continue;
		check_probe(errors, at, probe, grace_s);
		if (!is_readiness)
			check_succeeds_once(errors, at, probe);
		else if (!node_is_null(grace))
			field_fault(errors, FIELD(at, "terminationGracePeriodSeconds"),
				    FIELD_INVALID, grace, "must not be set for readinessProbes");
	}
}
