/* default_kinds - defaults that no table of paths can say */
#include "base/arena.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "kube/schema/default_rules.h"

/* Pods: what is limited is requested. A template says what its pods will say. */

static const struct node *requests_from_limits(struct arena *arena, const struct node *container)
{
	const struct node *limits = node_at(container, "resources.limits");
	const struct node *requests = node_at(container, "resources.requests");
	const struct node *filled = map_edit_completed(arena, requests, limits);

	return filled == requests ? container
				  : node_set(arena, container, "resources.requests", filled);
}

const struct node *default_pod_requests(struct arena *arena, const struct node *object)
{
	static const struct trusted_path lists[] = { TRUSTED_PATH_INIT("spec.initContainers"),
						     TRUSTED_PATH_INIT("spec.containers") };

	for (size_t l = 0; l < ARRAY_COUNT(lists); l++) {
		const struct node *list = node_find(object, lists[l]), *filled = list;
		for (uint32_t i = 0; i < node_item_count(list); i++) {
			const struct node *container = node_item(list, i);
			const struct node *made = requests_from_limits(arena, container);
			if (made != container)
				filled = node_list_put(arena, list, filled, i, made);
		}
		if (filled != list)
			object = node_put(arena, object, lists[l], filled);
	}
	return object;
}

/* Labels and selector of a ReplicationController are those of its template. */
const struct node *default_replication_controller(struct arena *arena, const struct node *object)
{
	static const struct trusted_path paths[] = { TRUSTED_PATH_INIT("spec.selector"),
						     TRUSTED_PATH_INIT("metadata.labels") };
	const struct node *labels = node_at(object, "spec.template.metadata.labels");

	for (size_t i = 0; node_entry_count(labels) && i < ARRAY_COUNT(paths); i++)
		if (!node_entry_count(node_find(object, paths[i])))
			object = node_put(arena, object, paths[i], labels);
	return object;
}

/* An empty list is none, too. */
const struct node *default_policy_types(struct arena *arena, const struct node *object)
{
	const struct node *spec = node_get(object, STR("spec"));
	bool has_egress = node_item_count(node_get(spec, STR("egress"))) > 0;

	if (!node_is_map(spec) || !node_is_empty(node_get(spec, STR("policyTypes"))))
		return object;
	return node_set(arena, object, "spec.policyTypes",
			has_egress ? node_make(arena, "[Ingress, Egress]")
				   : node_make(arena, "[Ingress]"));
}

/* Bindings: roles, users and groups are of RBAC's own API group. */

static const struct node *with_group(struct arena *arena, const struct node *n)
{
	struct str name = STR("apiGroup");

	if (node_text(node_get(n, name)).len)
		return n;
	return node_with(arena, n, name, node_cstr(arena, "rbac.authorization.k8s.io"));
}

const struct node *default_binding(struct arena *arena, const struct node *object)
{
	const struct node *ref = node_get(object, STR("roleRef"));
	const struct node *subjects = node_get(object, STR("subjects")), *filled = subjects;

	if (node_is_map(ref) && with_group(arena, ref) != ref)
		object = node_with(arena, object, STR("roleRef"), with_group(arena, ref));
	for (uint32_t i = 0; i < node_item_count(subjects); i++) {
		const struct node *subject = node_item(subjects, i);
		struct str kind = node_str_at(subject, "kind");
		if (!str_equal(kind, STR("User")) && !str_equal(kind, STR("Group")))
			continue;
		const struct node *made = with_group(arena, subject);
		if (made != subject)
			filled = node_list_put(arena, subjects, filled, i, made);
	}
	return filled == subjects ? object : node_with(arena, object, STR("subjects"), filled);
}

/* Limit ranges of containers: default from max, defaultRequest from default, then from min. */

static const struct node *fill_from(struct arena *arena, const struct node *limit, struct str field,
				    struct str from)
{
	const struct node *map = node_get(limit, field);
	const struct node *filled = map_edit_completed(arena, map, node_get(limit, from));

	return filled == map ? limit : node_with(arena, limit, field, filled);
}

const struct node *default_limit_range(struct arena *arena, const struct node *object)
{
	const struct node *list = node_at(object, "spec.limits"), *filled = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *limit = node_item(list, i), *made = limit;
		if (!str_equal(node_str_at(limit, "type"), STR("Container")))
			continue;
		made = fill_from(arena, made, STR("default"), STR("max"));
		made = fill_from(arena, made, STR("defaultRequest"), STR("default"));
		made = fill_from(arena, made, STR("defaultRequest"), STR("min"));
		if (made != limit)
			filled = node_list_put(arena, list, filled, i, made);
	}
	return filled == list ? object : node_set(arena, object, "spec.limits", filled);
}

/* Names of a definition follow from its kind. */
const struct node *default_definition(struct arena *arena, const struct node *object)
{
	struct str kind = node_str_at(object, "spec.names.kind");
	struct str list = str_concat(arena, kind, STR("List"));

	if (!kind.len)
		return object;
	if (!node_str_at(object, "spec.names.singular").len)
		object = node_set(arena, object, "spec.names.singular",
				  node_str(arena, str_lower(arena, kind)));
	if (!node_str_at(object, "spec.names.listKind").len)
		object = node_set(arena, object, "spec.names.listKind", node_str(arena, list));
	return object;
}
