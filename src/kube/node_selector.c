/* node_selector - which nodes a pod or a volume may be on: labels, affinity terms, taints */
#include "kube/node_selector.h"

#include "base/num.h"
#include "kube/labels.h"
#include "kube/object.h"

static bool among(const struct node *values, struct str value)
{
	for (uint32_t i = 0; i < node_item_count(values); i++)
		if (str_equal(node_text(node_item(values, i)), value))
			return true;
	return false;
}

static bool compares(struct str operator, struct str have, const struct node *values)
{
	int64_t x, y;

	if (!num_int64(have, &x) || !num_int64(node_text(node_item(values, 0)), &y))
		return false;
	return str_equal(operator, STR("Gt")) ? x > y : x < y;
}

static bool requirement_matches(const struct node *requirement, const struct node *have)
{
	struct str operator= node_str_at(requirement, "operator");
	const struct node *values = node_get(requirement, STR("values"));

	if (str_equal(operator, STR("Exists")))
		return have != NULL;
	if (str_equal(operator, STR("DoesNotExist")))
		return have == NULL;
	if (str_equal(operator, STR("NotIn")))
		return !have || !among(values, node_text(have));
	if (!have)
		return false;
	if (str_equal(operator, STR("In")))
		return among(values, node_text(have));
	return compares(operator, node_text(have), values);
}

/* The label or field that a requirement is about. */
static const struct node *subject(const struct node *requirement, const struct node *node,
				  bool is_field)
{
	struct str key = node_str_at(requirement, "key");

	if (!is_field)
		return node_get(object_labels(node), key);
	return str_equal(key, STR("metadata.name")) ? node_at(node, "metadata.name") : NULL;
}

bool node_selector_term_matches(const struct node *term, const struct node *node)
{
	static const struct trusted_path lists[] = { TRUSTED_PATH_INIT("matchExpressions"),
						     TRUSTED_PATH_INIT("matchFields") };
	uint32_t count = 0;

	for (int l = 0; l < 2; l++) {
		const struct node *list = node_find(term, lists[l]);
		for (uint32_t i = 0; i < node_item_count(list); i++, count++) {
			const struct node *requirement = node_item(list, i);
			if (!requirement_matches(requirement, subject(requirement, node, l == 1)))
				return false;
		}
	}
	return count > 0; /* an empty term matches nothing */
}

bool node_selector_matches(const struct node *terms, const struct node *node)
{
	for (uint32_t i = 0; i < node_item_count(terms); i++)
		if (node_selector_term_matches(node_item(terms, i), node))
			return true;
	return false;
}

bool node_selector_allows(const struct node *selector, const struct node *terms,
			  const struct node *node)
{
	if (selector && !labels_match_map(selector, object_labels(node)))
		return false;
	return !terms || node_selector_matches(terms, node);
}

static bool tolerates(const struct node *toleration, const struct node *taint)
{
	struct str effect = node_str_at(toleration, "effect");
	struct str key = node_str_at(toleration, "key");
	struct str operator= node_str_at(toleration, "operator");

	if (effect.len && !str_equal(effect, node_str_at(taint, "effect")))
		return false;
	if (key.len && !str_equal(key, node_str_at(taint, "key")))
		return false;
	if (str_equal(operator, STR("Exists")))
		return true;
	return key.len && str_equal(node_str_at(toleration, "value"), node_str_at(taint, "value"));
}

static bool is_tolerated(const struct node *tolerations, const struct node *taint)
{
	for (uint32_t i = 0; i < node_item_count(tolerations); i++)
		if (tolerates(node_item(tolerations, i), taint))
			return true;
	return false;
}

uint32_t taints_untolerated(const struct node *taints, const struct node *tolerations,
			    struct str effect)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < node_item_count(taints); i++) {
		const struct node *taint = node_item(taints, i);
		if (str_equal(node_str_at(taint, "effect"), effect) &&
		    !is_tolerated(tolerations, taint))
			count++;
	}
	return count;
}
