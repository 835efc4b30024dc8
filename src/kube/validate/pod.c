/* pod - the rules of pod specs that no schema states */
#include "kube/validate/pod.h"

#include "base/arena.h"
#include "base/map.h"
#include "kube/labels.h"
#include "kube/names.h"
#include "kube/quantity.h"

/* Names */

static void check_dns(struct field_errors *errors, const struct field_path *path,
		      const struct node *spec)
{
	enum { NAMESERVERS_MAX = 3 };
	const struct node *config = node_get(spec, STR("dnsConfig"));
	const struct node *servers = node_get(config, STR("nameservers"));
	const struct field_path *at = FIELD(path, "dnsConfig");
	bool is_own = str_equal(node_str_at(spec, "dnsPolicy"), STR("None"));

	if (is_own && !config)
		field_fault(errors, at, FIELD_REQUIRED, spec,
			    "must provide `dnsConfig` when `dnsPolicy` is None");
	else if (is_own && !node_item_count(servers))
		field_fault(errors, FIELD(at, "nameservers"), FIELD_REQUIRED, config,
			    "must provide at least one DNS nameserver when `dnsPolicy` is None");
	if (node_item_count(servers) > NAMESERVERS_MAX)
		field_fault(errors, FIELD(at, "nameservers"), FIELD_INVALID, servers,
			    "must not have more than %d nameservers", NAMESERVERS_MAX);
	for (uint32_t i = 0; i < node_item_count(servers); i++)
		if (!validate_is_ip(node_text(node_item(servers, i))))
			field_fault(errors, ITEM(FIELD(at, "nameservers"), i), FIELD_INVALID,
				    node_item(servers, i),
				    "must be a valid IP address, (e.g. 10.9.8.7 or "
				    "2001:db8::ffff)");
}

static void check_names(struct field_errors *errors, const struct field_path *path,
			const struct node *spec)
{
	static const struct {
		struct str name;
		struct str (*check)(struct str text);
	} names[] = {
		{ STR_INIT("serviceAccountName"), names_check_dns1123_subdomain },
		{ STR_INIT("nodeName"), names_check_dns1123_subdomain },
		{ STR_INIT("hostname"), names_check_dns1123_label },
		{ STR_INIT("subdomain"), names_check_dns1123_label },
	};
	enum { DEADLINE_MAX_S = INT32_MAX };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		const struct node *n = node_get(spec, names[i].name);
		if (i == 2)
			field_check_range(errors, FIELD(path, "activeDeadlineSeconds"),
					  node_get(spec, STR("activeDeadlineSeconds")), 1,
					  DEADLINE_MAX_S);
		if (node_text(n).len)
			field_check_text(errors, FIELD_OF(path, names[i].name), n, names[i].check);
	}
}

static void check_aliases(struct field_errors *errors, const struct field_path *path,
			  const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *ip = node_get(node_item(list, i), STR("ip"));
		const struct node *hosts = node_get(node_item(list, i), STR("hostnames"));
		const struct field_path *item = ITEM(path, i);
		if (!validate_is_ip(node_text(ip)))
			field_fault(errors, FIELD(item, "ip"), FIELD_INVALID, ip,
				    "must be a valid IP address, (e.g. 10.9.8.7 or "
				    "2001:db8::ffff)");
		for (uint32_t h = 0; h < node_item_count(hosts); h++)
			field_check_text(errors, ITEM(FIELD(item, "hostnames"), h),
					 node_item(hosts, h), names_check_dns1123_subdomain);
	}
}

/* Gates */

static void check_readiness_gates(struct field_errors *errors, const struct field_path *path,
				  const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		field_check_text(errors, FIELD(ITEM(path, i), "conditionType"),
				 node_get(node_item(list, i), STR("conditionType")),
				 names_check_qualified);
}

static void check_scheduling_gates(struct field_errors *errors, const struct field_path *path,
				   const struct node *list)
{
	struct map seen;

	map_init(&seen, errors->arena);
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *name = node_get(node_item(list, i), STR("name"));
		field_check_text(errors, ITEM(path, i), name, names_check_qualified);
		if (name && map_put(&seen, node_text(name), &seen))
			field_fault(errors, ITEM(path, i), FIELD_DUPLICATE, name, NULL);
	}
}

/* Overhead is named as limits are, which is how the message has it. */
static void check_overhead(struct field_errors *errors, const struct field_path *path,
			   const struct node *overhead)
{
	for (uint32_t i = 0; i < node_entry_count(overhead); i++) {
		const struct entry *e = node_entry(overhead, i);
		if (quantity_milli(e->value, 0) < 0)
			field_fault(errors, MEMBER(FIELD(path, "limits"), node_text(e->key)),
				    FIELD_INVALID, e->value, "must be greater than or equal to 0");
	}
}

static void check_ephemeral(struct field_errors *errors, const struct field_path *path,
			    const struct node *list, bool is_template)
{
	if (node_item_count(list))
		field_fault(errors, path, FIELD_FORBIDDEN, list,
			    is_template ? "ephemeral containers not allowed in pod template"
					: "cannot be set on create");
}

void validate_pod_spec(struct field_errors *errors, const struct field_path *path,
		       const struct node *spec, bool is_template)
{
	if (!node_is_map(spec))
		return;
	validate_volumes(errors, FIELD(path, "volumes"), node_get(spec, STR("volumes")));
	validate_containers(errors, path, spec);
	validate_labels(errors, FIELD(path, "nodeSelector"), node_get(spec, STR("nodeSelector")));
	validate_pod_security(errors, path, spec);
	validate_scheduling(errors, path, spec);
	check_dns(errors, path, spec);
	check_readiness_gates(errors, FIELD(path, "readinessGates"),
			      node_get(spec, STR("readinessGates")));
	check_scheduling_gates(errors, FIELD(path, "schedulingGates"),
			       node_get(spec, STR("schedulingGates")));
	validate_spread(errors, FIELD(path, "topologySpreadConstraints"),
			node_get(spec, STR("topologySpreadConstraints")));
	check_names(errors, path, spec);
	validate_tolerations(errors, FIELD(path, "tolerations"),
			     node_get(spec, STR("tolerations")));
	check_aliases(errors, FIELD(path, "hostAliases"), node_get(spec, STR("hostAliases")));
	check_overhead(errors, FIELD(path, "overhead"), node_get(spec, STR("overhead")));
	field_check_words(errors, FIELD(path, "os"), node_at(spec, "os.name"), "linux windows");
	check_ephemeral(errors, FIELD(path, "ephemeralContainers"),
			node_get(spec, STR("ephemeralContainers")), is_template);
}
