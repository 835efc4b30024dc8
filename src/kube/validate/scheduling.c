/* scheduling - where pods may go: selectors, affinity, spread, tolerations */
#include "base/arena.h"
#include "base/map.h"
#include "kube/labels.h"
#include "kube/validate/pod.h"

/* Labels and selectors */

void validate_labels(struct field_errors *errors, const struct field_path *path,
		     const struct node *labels)
{
	struct arena *arena = errors->arena;

	for (uint32_t i = 0; i < node_entry_count(labels); i++) {
		const struct entry *e = node_entry(labels, i);
		struct str key = node_text(e->key), value = node_text(e->value);
		struct str fault = labels_check_key(key);
		if (fault.len)
			field_fault_text(errors, path, FIELD_INVALID, e->key,
					 str_printf(arena, "\"%.*s\"", STR_FMT(key)), fault.ptr);
		fault = labels_check_value(value);
		if (fault.len)
			field_fault_text(errors, path, FIELD_INVALID, e->value,
					 str_printf(arena, "\"%.*s\"", STR_FMT(value)), fault.ptr);
	}
}

static bool is_word(const struct node *n, const char *word)
{
	return str_equal(node_text(n), str_from_cstr(word));
}

/* How many values an operator takes. Returns false when it is none. */
static bool check_values(struct field_errors *errors, const struct field_path *path,
			 const struct node *expression)
{
	const struct node *operator= node_get(expression, STR("operator"));
	const struct node *values = node_get(expression, STR("values"));

	if (is_word(operator, "In") || is_word(operator, "NotIn")) {
		if (!node_item_count(values))
			field_fault(errors, FIELD(path, "values"), FIELD_REQUIRED, expression,
				    "must be specified when `operator` is 'In' or 'NotIn'");
		return true;
	}
	if (is_word(operator, "Exists") || is_word(operator, "DoesNotExist")) {
		if (node_item_count(values))
			field_fault(errors, FIELD(path, "values"), FIELD_FORBIDDEN, values,
				    "may not be specified when `operator` is 'Exists' or "
				    "'DoesNotExist'");
		return true;
	}
	return false;
}

static void tell_operator(struct field_errors *errors, const struct field_path *path,
			  const struct node *expression)
{
	const struct node *operator= node_get(expression, STR("operator"));

	field_fault_text(errors, FIELD(path, "operator"), FIELD_INVALID,
			 operator? operator: expression,
			 str_printf(errors->arena, "\"%.*s\"", STR_FMT(node_text(operator))),
			 "not a valid selector operator");
}

static void check_label_values(struct field_errors *errors, const struct field_path *path,
			       const struct node *values)
{
	for (uint32_t i = 0; i < node_item_count(values); i++)
		field_check_text(errors, ITEM(path, i), node_item(values, i), labels_check_value);
}

/* As the API server has it: both. */
static void tell_empty_key(struct field_errors *errors, const struct field_path *path,
			   const struct node *of)
{
	field_fault_text(errors, path, FIELD_INVALID, of, STR("\"\""),
			 "name part must be non-empty");
	field_fault_text(errors, path, FIELD_INVALID, of, STR("\"\""),
			 labels_check_key(STR(" ")).ptr);
}

static void check_key(struct field_errors *errors, const struct field_path *path,
		      const struct node *expression)
{
	const struct node *key = node_get(expression, STR("key"));
	struct str fault = labels_check_key(node_text(key));

	if (!node_text(key).len)
		tell_empty_key(errors, FIELD(path, "key"), expression);
	else if (fault.len)
		field_fault_text(errors, FIELD(path, "key"), FIELD_INVALID, key,
				 field_quoted(errors->arena, node_text(key)), fault.ptr);
}

void validate_label_selector(struct field_errors *errors, const struct field_path *path,
			     const struct node *selector)
{
	const struct node *list = node_get(selector, STR("matchExpressions"));

	validate_labels(errors, FIELD(path, "matchLabels"), node_get(selector, STR("matchLabels")));
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct field_path *item = ITEM(FIELD(path, "matchExpressions"), i);
		if (!check_values(errors, item, node_item(list, i)))
			tell_operator(errors, item, node_item(list, i));
		check_key(errors, item, node_item(list, i));
		check_label_values(errors, FIELD(item, "values"),
				   node_get(node_item(list, i), STR("values")));
	}
}

/* Node affinity */

static void check_node_expression(struct field_errors *errors, const struct field_path *path,
				  const struct node *expression)
{
	const struct node *operator= node_get(expression, STR("operator"));
	const struct node *values = node_get(expression, STR("values"));

	if (is_word(operator, "Gt") || is_word(operator, "Lt")) {
		if (node_item_count(values) != 1)
			field_fault(errors, FIELD(path, "values"), FIELD_REQUIRED, expression,
				    "must be specified single value when `operator` is 'Lt' or "
				    "'Gt'");
	} else if (!check_values(errors, path, expression)) {
		tell_operator(errors, path, expression);
	}
	check_key(errors, path, expression);
}

static void check_node_term(struct field_errors *errors, const struct field_path *path,
			    const struct node *term)
{
	const struct node *list = node_get(term, STR("matchExpressions"));

	for (uint32_t i = 0; i < node_item_count(list); i++)
		check_node_expression(errors, ITEM(FIELD(path, "matchExpressions"), i),
				      node_item(list, i));
}

void validate_node_selector_terms(struct field_errors *errors, const struct field_path *path,
				  const struct node *terms)
{
	if (!node_item_count(terms))
		field_fault(errors, path, FIELD_REQUIRED, terms,
			    "must have at least one node selector term");
	for (uint32_t i = 0; i < node_item_count(terms); i++)
		check_node_term(errors, ITEM(path, i), node_item(terms, i));
}

static void check_weight(struct field_errors *errors, const struct field_path *path,
			 const struct node *term)
{
	enum { WEIGHT_MAX = 100 };
	const struct node *weight = node_get(term, STR("weight"));
	int64_t value = node_int_at(term, "weight", 0);

	if (value < 1 || value > WEIGHT_MAX)
		field_fault(errors, FIELD(path, "weight"), FIELD_INVALID, weight,
			    "must be in the range 1-100");
}

static void check_node_affinity(struct field_errors *errors, const struct field_path *path,
				const struct node *affinity)
{
	const char *required = "requiredDuringSchedulingIgnoredDuringExecution";
	struct str preferred = STR("preferredDuringSchedulingIgnoredDuringExecution");
	const struct node *selector = node_get(affinity, str_from_cstr(required));
	const struct node *list = node_get(affinity, preferred);

	if (selector)
		validate_node_selector_terms(
			errors, FIELD(FIELD_OF(path, str_from_cstr(required)), "nodeSelectorTerms"),
			node_get(selector, STR("nodeSelectorTerms")));
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct field_path *item = ITEM(FIELD_OF(path, preferred), i);
		check_weight(errors, item, node_item(list, i));
		check_node_term(errors, FIELD(item, "preference"),
				node_get(node_item(list, i), STR("preference")));
	}
}

/* Pod affinity */

static void check_pod_term(struct field_errors *errors, const struct field_path *path,
			   const struct node *term)
{
	const struct node *key = node_get(term, STR("topologyKey"));
	const struct field_path *at = FIELD(path, "topologyKey");

	validate_label_selector(errors, FIELD(path, "labelSelector"),
				node_get(term, STR("labelSelector")));
	validate_label_selector(errors, FIELD(path, "namespaceSelector"),
				node_get(term, STR("namespaceSelector")));
	if (!node_text(key).len) {
		field_fault(errors, at, FIELD_REQUIRED, term, "can not be empty");
		tell_empty_key(errors, at, term);
		return;
	}
	field_check_text(errors, at, key, labels_check_key);
}

static void check_pod_affinity(struct field_errors *errors, const struct field_path *path,
			       const struct node *affinity)
{
	struct str required = STR("requiredDuringSchedulingIgnoredDuringExecution");
	struct str preferred = STR("preferredDuringSchedulingIgnoredDuringExecution");
	const struct node *list = node_get(affinity, required);

	for (uint32_t i = 0; i < node_item_count(list); i++)
		check_pod_term(errors, ITEM(FIELD_OF(path, required), i), node_item(list, i));
	list = node_get(affinity, preferred);
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct field_path *item = ITEM(FIELD_OF(path, preferred), i);
		check_weight(errors, item, node_item(list, i));
		check_pod_term(errors, FIELD(item, "podAffinityTerm"),
			       node_get(node_item(list, i), STR("podAffinityTerm")));
	}
}

/* Spread */

static void check_min_domains(struct field_errors *errors, const struct field_path *path,
			      const struct node *constraint)
{
	const struct node *domains = node_get(constraint, STR("minDomains"));
	struct str action = node_str_at(constraint, "whenUnsatisfiable");

	if (node_is_null(domains))
		return;
	if (node_int_at(constraint, "minDomains", 1) < 1)
		field_fault(errors, path, FIELD_INVALID, domains, "must be greater than zero");
	if (!str_equal(action, STR("DoNotSchedule")))
		field_fault(errors, path, FIELD_INVALID, domains,
			    "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not %.*s",
			    STR_FMT(action));
}

/* What no two constraints have in common. */
static struct str spread_text(struct arena *arena, const struct node *constraint)
{
	return str_printf(arena, "\"{%.*s, %.*s}\"",
			  STR_FMT(node_str_at(constraint, "topologyKey")),
			  STR_FMT(node_str_at(constraint, "whenUnsatisfiable")));
}

static void check_spread(struct field_errors *errors, const struct field_path *path,
			 const struct node *constraint, bool comes_again)
{
	const struct node *skew = node_get(constraint, STR("maxSkew"));
	struct str key = node_str_at(constraint, "topologyKey");

	if (node_int_at(constraint, "maxSkew", 0) <= 0)
		field_fault(errors, FIELD(path, "maxSkew"), FIELD_INVALID, skew,
			    "must be greater than zero");
	if (!key.len)
		field_fault(errors, FIELD(path, "topologyKey"), FIELD_REQUIRED, constraint,
			    "can not be empty");
	field_check_words(errors, FIELD(path, "whenUnsatisfiable"),
			  node_get(constraint, STR("whenUnsatisfiable")),
			  "DoNotSchedule ScheduleAnyway");
	if (comes_again)
		field_fault_text(errors, FIELD(path, "{topologyKey, whenUnsatisfiable}"),
				 FIELD_DUPLICATE, constraint,
				 spread_text(errors->arena, constraint), "");
	check_min_domains(errors, FIELD(path, "minDomains"), constraint);
	if (node_item_count(node_get(constraint, STR("matchLabelKeys"))) &&
	    !node_get(constraint, STR("labelSelector")))
		field_fault(errors, FIELD(path, "matchLabelKeys"), FIELD_FORBIDDEN, constraint,
			    "must not be specified when labelSelector is not set");
	validate_label_selector(errors, FIELD(path, "labelSelector"),
				node_get(constraint, STR("labelSelector")));
}

void validate_scheduling(struct field_errors *errors, const struct field_path *path,
			 const struct node *spec)
{
	const struct node *affinity = node_get(spec, STR("affinity"));
	const struct field_path *at = FIELD(path, "affinity");

	check_node_affinity(errors, FIELD(at, "nodeAffinity"),
			    node_get(affinity, STR("nodeAffinity")));
	check_pod_affinity(errors, FIELD(at, "podAffinity"),
			   node_get(affinity, STR("podAffinity")));
	check_pod_affinity(errors, FIELD(at, "podAntiAffinity"),
			   node_get(affinity, STR("podAntiAffinity")));
}

/* Tolerations */

static const char *toleration_fault(const struct node *t, const char **ret_field)
{
	struct str operator= node_str_at(t, "operator");
	bool exists = str_equal(operator, STR("Exists"));

	*ret_field = "operator";
	if (!node_str_at(t, "key").len && !exists)
		return "operator must be Exists when `key` is empty, which means \"match all "
		       "values and all keys\"";
	if (exists && node_str_at(t, "value").len)
		return "value must be empty when `operator` is 'Exists'";
	return NULL;
}

static void check_toleration(struct field_errors *errors, const struct field_path *path,
			     const struct node *t)
{
	const struct node *effect = node_get(t, STR("effect"));
	const struct node *operator= node_get(t, STR("operator"));
	const char *field, *fault = toleration_fault(t, &field);
	struct str shown = fault && str_starts(str_from_cstr(fault), STR("value"))
				   ? node_str_at(t, "value")
				   : node_text(operator);

	if (node_str_at(t, "key").len)
		field_check_text(errors, FIELD(path, "key"), node_get(t, STR("key")),
				 labels_check_key);
	if (fault)
		field_fault_text(errors, FIELD_OF(path, str_from_cstr(field)), FIELD_INVALID,
				 operator? operator: t,
				 str_printf(errors->arena, "\"%.*s\"", STR_FMT(shown)), fault);
	field_check_words(errors, FIELD(path, "operator"), operator, "Equal Exists");
	if (!node_is_null(node_get(t, STR("tolerationSeconds"))) &&
	    !str_equal(node_text(effect), STR("NoExecute")))
		field_fault_text(errors, FIELD(path, "effect"), FIELD_INVALID, effect ? effect : t,
				 str_printf(errors->arena, "\"%.*s\"", STR_FMT(node_text(effect))),
				 "effect must be 'NoExecute' when `tolerationSeconds` is set");
	field_check_words(errors, FIELD(path, "effect"), effect,
			  "NoSchedule PreferNoSchedule NoExecute");
}

void validate_tolerations(struct field_errors *errors, const struct field_path *path,
			  const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		check_toleration(errors, ITEM(path, i), node_item(list, i));
}

void validate_spread(struct field_errors *errors, const struct field_path *path,
		     const struct node *list)
{
	struct arena *arena = errors->arena;
	struct map last; /* to the last constraint of a kind: the ones before it are told of */

	map_init(&last, arena);
	for (uint32_t i = 0; i < node_item_count(list); i++)
		map_put(&last, spread_text(arena, node_item(list, i)), (void *)node_item(list, i));
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *c = node_item(list, i);
		check_spread(errors, ITEM(path, i), c, map_get(&last, spread_text(arena, c)) != c);
	}
}
