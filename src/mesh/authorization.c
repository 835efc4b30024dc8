/*
 * authorization - AuthorizationPolicies: which requests a sidecar refuses
 *
 * What is not known of a client (its identity outside of gateways, its address, its token) may be
 * anything: a condition on it may hold. A request is refused when a DENY rule surely holds, or no
 * ALLOW rule can. Source: Istio, AuthorizationPolicy ("implicit enablement" and the order CUSTOM,
 * DENY, ALLOW); matching of values: exact, prefix*, *suffix, *.
 */
#include "base/arena.h"
#include "kube/labels.h"
#include "mesh/policy.h"

enum answer { NO, MAYBE, YES };

static enum answer both(enum answer a, enum answer b)
{
	return MIN(a, b);
}

static enum answer either(enum answer a, enum answer b)
{
	return MAX(a, b);
}

static enum answer negated(enum answer a)
{
	return (enum answer)(YES - a);
}

static bool matches_value(struct str pattern, struct str value)
{
	if (str_equal(pattern, STR("*")))
		return value.len > 0;
	if (str_ends(pattern, STR("*")))
		return str_starts(value, str_sub(pattern, 0, pattern.len - 1));
	if (str_starts(pattern, STR("*")))
		return str_ends(value, str_from(pattern, 1));
	return str_equal(pattern, value);
}

/* value absent: it is not known. */
static enum answer matches_any(const struct node *patterns, struct str value)
{
	if (!value.ptr)
		return MAYBE;
	for (uint32_t i = 0; i < node_item_count(patterns); i++)
		if (matches_value(node_text(node_item(patterns, i)), value))
			return YES;
	return NO;
}

/* A list of values, and a list of values that must not be; absent lists ask for nothing. */
static enum answer matches_pair(const struct node *map, struct str name, struct str not_name,
				struct str value)
{
	const struct node *wanted = node_get(map, name), *unwanted = node_get(map, not_name);
	enum answer answer = wanted ? matches_any(wanted, value) : YES;

	return unwanted ? both(answer, negated(matches_any(unwanted, value))) : answer;
}

/* What a request says of itself. */
struct request {
	struct str principal, namespace;     /* absent: not known */
	struct str host, method, path, port; /* of it */
};

static enum answer matches_source(const struct request *r, const struct node *source)
{
	enum answer answer =
		both(matches_pair(source, STR("principals"), STR("notPrincipals"), r->principal),
		     matches_pair(source, STR("namespaces"), STR("notNamespaces"), r->namespace));
	static const struct str unknown[][2] = {
		{ STR_INIT("requestPrincipals"), STR_INIT("notRequestPrincipals") },
		{ STR_INIT("ipBlocks"), STR_INIT("notIpBlocks") },
		{ STR_INIT("remoteIpBlocks"), STR_INIT("notRemoteIpBlocks") },
		{ STR_INIT("serviceAccounts"), STR_INIT("notServiceAccounts") },
	};

	for (size_t i = 0; i < ARRAY_COUNT(unknown); i++)
		answer = both(answer, matches_pair(source, unknown[i][0], unknown[i][1], STR_NONE));
	return answer;
}

static enum answer matches_operation(const struct request *r, const struct node *operation)
{
	return both(both(matches_pair(operation, STR("hosts"), STR("notHosts"), r->host),
			 matches_pair(operation, STR("methods"), STR("notMethods"), r->method)),
		    both(matches_pair(operation, STR("paths"), STR("notPaths"), r->path),
			 matches_pair(operation, STR("ports"), STR("notPorts"), r->port)));
}

static enum answer matches_from(const struct request *r, const struct node *from)
{
	enum answer answer = node_item_count(from) ? NO : YES;

	for (uint32_t i = 0; i < node_item_count(from); i++)
		answer = either(answer, matches_source(r, node_at(node_item(from, i), "source")));
	return answer;
}

static enum answer matches_to(const struct request *r, const struct node *to)
{
	enum answer answer = node_item_count(to) ? NO : YES;

	for (uint32_t i = 0; i < node_item_count(to); i++)
		answer = either(answer,
				matches_operation(r, node_at(node_item(to, i), "operation")));
	return answer;
}

static enum answer matches_when(const struct request *r, const struct node *when)
{
	enum answer answer = YES;

	for (uint32_t i = 0; i < node_item_count(when); i++) {
		const struct node *condition = node_item(when, i);
		struct str key = node_str_at(condition, "key");
		struct str value = str_equal(key, STR("source.namespace"))   ? r->namespace
				   : str_equal(key, STR("source.principal")) ? r->principal
				   : str_equal(key, STR("destination.port")) ? r->port
									     : STR_NONE;
		answer = both(answer,
			      matches_pair(condition, STR("values"), STR("notValues"), value));
	}
	return answer;
}

static enum answer matches_policy(const struct request *r, const struct object *policy)
{
	const struct node *rules = node_at(policy->root, "spec.rules");
	enum answer answer = NO;

	for (uint32_t i = 0; i < node_item_count(rules); i++) {
		const struct node *rule = node_item(rules, i);
		enum answer one = both(matches_from(r, node_get(rule, STR("from"))),
				       matches_to(r, node_get(rule, STR("to"))));
		answer = either(answer, both(one, matches_when(r, node_get(rule, STR("when")))));
	}
	return answer;
}

static bool is_for(const struct object *policy, const struct object *pod)
{
	const struct node *selector = node_at(policy->root, "spec.selector.matchLabels");
	bool is_root = str_equal(policy->key.namespace, GATEWAY_NAMESPACE);

	if (!is_root && !str_equal(policy->key.namespace, pod->key.namespace))
		return false;
	if (node_at(policy->root, "spec.targetRef") || node_at(policy->root, "spec.targetRefs"))
		return false;
	return !node_entry_count(selector) || labels_match_map(selector, pod->facts.labels);
}

static struct request request_of(const struct search *s, int64_t port)
{
	const struct mesh_traffic *t = &s->source->traffic;
	struct str path = t->path;
	struct request r = {
		.host = t->host,
		.method = t->method,
		.path = str_cut(&path, '?'),
		.port = str_printf(s->mesh->resolved, "%lld", (long long)port),
	};

	if (s->gateway) {
		r.principal = GATEWAY_PRINCIPAL;
		r.namespace = GATEWAY_NAMESPACE;
	}
	return r;
}

static struct refusal denied(const struct search *s, const struct object *policy, const char *how)
{
	return mesh_refuse(s->mesh, (struct reply){ 403, "-" }, STR("AuthorizationPolicy"),
			   policy->key, "AuthorizationPolicy/%.*s/%.*s %s",
			   STR_FMT(policy->key.namespace), STR_FMT(policy->key.name), how);
}

struct refusal mesh_authorization_refuses(const struct search *s, const struct object *pod,
					  int64_t port)
{
	SCRATCH(scratch);
	struct objects all =
		cache_list(s->mesh->options.cache, scratch, KIND_AUTHORIZATIONPOLICY, STR_NONE);
	struct request request = request_of(s, port);
	const struct object *allows = NULL;
	bool is_allowed = false;

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *policy = all.items[i];
		struct str action = node_str_at(policy->root, "spec.action");
		if (!is_for(policy, pod))
			continue;
		enum answer answer = matches_policy(&request, policy);
		if (str_equal(action, STR("DENY")) && answer == YES)
			return denied(s, policy, "denies the requests");
		if (!action.len || str_equal(action, STR("ALLOW"))) {
			allows = allows ? allows : policy;
			is_allowed |= answer != NO;
		}
	}
	if (!allows || is_allowed)
		return (struct refusal){};
	return denied(s, allows, "allows none of the requests");
}
