/* policy - priorities, quotas and limit ranges */
#include "base/arena.h"
#include "base/map.h"
#include "kube/names.h"
#include "kube/quantity.h"
#include "kube/validate/inside.h"

/* Priorities */

void validate_priority_class(const struct kind_check *c)
{
	enum { PRIORITY_MAX = 1000000000 };
	const struct node *name = node_at(c->object, "metadata.name");
	struct str text = node_text(name);
	bool is_system = str_starts(text, STR("system-"));
	bool is_known = str_equal(text, STR("system-cluster-critical")) ||
			str_equal(text, STR("system-node-critical"));

	if (is_system && !is_known)
		field_fault(c->errors, FIELD(NULL, "metadata.name"), FIELD_FORBIDDEN, name,
			    "priority class names with 'system-' prefix are reserved for system "
			    "use only. error: %.*s is not a known system priority class",
			    STR_FMT(text));
	if (!is_system && node_int_at(c->object, "value", 0) > PRIORITY_MAX)
		field_fault(c->errors, FIELD(NULL, "value"), FIELD_FORBIDDEN,
			    node_get(c->object, STR("value")),
			    "maximum allowed value of a user defined priority is %d", PRIORITY_MAX);
}

/* Quotas */

static bool is_counted(struct str name)
{
	return field_is_one_of(name, "pods services services.nodeports services.loadbalancers "
				     "replicationcontrollers resourcequotas secrets configmaps "
				     "persistentvolumeclaims");
}

static bool is_of_quota(struct str name)
{
	return is_counted(name) || str_starts(name, STR("requests.")) ||
	       str_starts(name, STR("limits.")) || str_starts(name, STR("hugepages-")) ||
	       field_is_one_of(name, "cpu memory ephemeral-storage");
}

static void check_quota_name(struct field_errors *errors, const struct field_path *path,
			     const struct node *key)
{
	struct str name = node_text(key), shown = field_quoted(errors->arena, name);
	struct str fault = names_check_qualified(name);

	if (fault.len)
		field_fault_text(errors, path, FIELD_INVALID, key, shown,
				 str_cstr(errors->arena, fault));
	if (str_find_char(name, '/') >= 0 || is_of_quota(name))
		return;
	if (!fault.len)
		field_fault_text(errors, path, FIELD_INVALID, key, shown,
				 "must be a standard resource type or fully qualified");
	field_fault_text(errors, path, FIELD_INVALID, key, shown,
			 "must be a standard resource for quota");
}

static void check_amount(const struct kind_check *c, const struct entry *e)
{
	enum { MILLI = 1000 };
	struct str name = node_text(e->key);
	const struct field_path *at = MEMBER(FIELD(NULL, "spec.hard"), name);
	int64_t milli = quantity_milli(e->value, 0);
	struct str text = quantity_canonical(c->errors->arena, node_text(e->value));
	struct str shown = field_quoted(c->errors->arena, text);

	check_quota_name(c->errors, at, e->key);
	if (milli < 0)
		field_fault_text(c->errors, at, FIELD_INVALID, e->value, shown,
				 "must be greater than or equal to 0");
	if ((is_counted(name) || str_starts(name, STR("count/"))) && milli % MILLI)
		field_fault_text(c->errors, at, FIELD_INVALID, e->value, shown,
				 "must be an integer");
}

/* Scopes are about pods, and one of them about those without compute resources. */
static bool is_beyond_scope(struct str scope, struct str resource)
{
	if (!is_of_quota(resource))
		return false;
	if (str_equal(scope, STR("BestEffort")))
		return !str_equal(resource, STR("pods"));
	if (str_equal(scope, STR("VolumeAttributesClass")))
		return !str_equal(resource, STR("persistentvolumeclaims"));
	return !field_is_one_of(resource, "pods cpu memory requests.cpu requests.memory limits.cpu "
					  "limits.memory");
}

static bool has_scope(const struct node *scopes, struct str scope)
{
	for (uint32_t i = 0; i < node_item_count(scopes); i++)
		if (str_equal(node_text(node_item(scopes, i)), scope))
			return true;
	return false;
}

static void scope_fault(const struct kind_check *c, const struct node *scopes, const char *text)
{
	field_fault(c->errors, FIELD(NULL, "spec.scopes"), FIELD_INVALID, scopes, "%s", text);
}

static void check_scopes(const struct kind_check *c, const struct node *hard,
			 const struct node *scopes)
{
	static const struct {
		struct str one, other;
	} opposites[] = { { STR_INIT("BestEffort"), STR_INIT("NotBestEffort") },
			  { STR_INIT("Terminating"), STR_INIT("NotTerminating") } };

	for (uint32_t i = 0; i < node_item_count(scopes); i++) {
		struct str scope = node_text(node_item(scopes, i));
		bool known = field_is_one_of(scope,
					     "Terminating NotTerminating BestEffort NotBestEffort "
					     "PriorityClass CrossNamespacePodAffinity "
					     "VolumeAttributesClass");
		if (!known)
			scope_fault(c, scopes, "unsupported scope");
		for (uint32_t h = 0; known && h < node_entry_count(hard); h++)
			if (is_beyond_scope(scope, node_text(node_entry(hard, h)->key)))
				scope_fault(c, scopes, "unsupported scope applied to resource");
	}
	for (size_t i = 0; i < ARRAY_COUNT(opposites); i++)
		if (has_scope(scopes, opposites[i].one) && has_scope(scopes, opposites[i].other))
			scope_fault(c, scopes, "conflicting scopes");
}

void validate_quota(const struct kind_check *c)
{
	const struct node *hard = node_at(c->object, "spec.hard");

	for (uint32_t i = 0; i < node_entry_count(hard); i++)
		check_amount(c, node_entry(hard, i));
	check_scopes(c, hard, node_at(c->object, "spec.scopes"));
}

/* Limit ranges: min ≤ defaultRequest ≤ default ≤ max, each resource by itself. */

static const struct {
	struct str low, high; /* fields of which the first may not be above the second */
	const char *low_text, *high_text;
	bool is_of_low, shows_low; /* the fault is of that field, and shows its value */
} orders[] = {
	{ STR_INIT("min"), STR_INIT("max"), "min", "max", true, true },
	{ STR_INIT("min"), STR_INIT("defaultRequest"), "min", "default request", false, false },
	{ STR_INIT("defaultRequest"), STR_INIT("max"), "default request", "max", true, true },
	{ STR_INIT("defaultRequest"), STR_INIT("default"), "default request", "default limit", true,
	  true },
	{ STR_INIT("min"), STR_INIT("default"), "min", "default", false, true },
	{ STR_INIT("default"), STR_INIT("max"), "default", "max", true, false },
};

static void check_order(struct field_errors *errors, const struct field_path *path,
			const struct node *limit, size_t index)
{
	const struct node *low = node_get(limit, orders[index].low);
	const struct node *high = node_get(limit, orders[index].high);
	struct arena *arena = errors->arena;

	for (uint32_t i = 0; i < node_entry_count(low); i++) {
		struct str name = node_text(node_entry(low, i)->key);
		const struct node *value = node_entry(low, i)->value, *bound = node_get(high, name);
		if (!bound || quantity_milli(value, 0) <= quantity_milli(bound, 0))
			continue;
		struct str field = orders[index].is_of_low ? orders[index].low : orders[index].high;
		struct str shown = quantity_canonical(
			arena, node_text(orders[index].shows_low ? value : bound));
		struct str text = str_printf(arena, "%s value %.*s is greater than %s value %.*s",
					     orders[index].low_text,
					     STR_FMT(quantity_canonical(arena, node_text(value))),
					     orders[index].high_text,
					     STR_FMT(quantity_canonical(arena, node_text(bound))));
		field_fault_text(errors, MEMBER(FIELD_OF(path, field), name), FIELD_INVALID, value,
				 field_quoted(arena, shown), str_cstr(arena, text));
	}
}

static void check_limit(struct field_errors *errors, const struct field_path *path,
			const struct node *limit)
{
	static const struct str defaults[] = { STR_INIT("default"), STR_INIT("defaultRequest") };
	bool is_pod = str_equal(node_str_at(limit, "type"), STR("Pod"));

	for (size_t i = 0; i < ARRAY_COUNT(defaults) && is_pod; i++) {
		const struct node *n = node_get(limit, defaults[i]);
		if (node_entry_count(n))
			field_fault(errors, FIELD_OF(path, defaults[i]), FIELD_FORBIDDEN, n,
				    "may not be specified when `type` is 'Pod'");
	}
	for (size_t i = 0; i < ARRAY_COUNT(orders) && !is_pod; i++)
		check_order(errors, path, limit, i);
}

void validate_limit_range(const struct kind_check *c)
{
	const struct node *limits = node_at(c->object, "spec.limits");
	struct map types;

	map_init(&types, c->errors->arena);
	for (uint32_t i = 0; i < node_item_count(limits); i++) {
		const struct field_path *item = ITEM(FIELD(NULL, "spec.limits"), i);
		const struct node *type = node_get(node_item(limits, i), STR("type"));
		if (type && map_put(&types, node_text(type), &types))
			field_fault(c->errors, FIELD(item, "type"), FIELD_DUPLICATE, type, NULL);
		check_limit(c->errors, item, node_item(limits, i));
	}
}
