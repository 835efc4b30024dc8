/* rbac - roles and their bindings */
#include "base/buf.h"
#include "doc/json.h"
#include "doc/make.h"
#include "kube/names.h"
#include "kube/validate/inside.h"

#define RBAC_GROUP "rbac.authorization.k8s.io"

/* Roles */

static void check_rule(struct field_errors *errors, const struct field_path *path,
		       const struct node *rule, bool is_cluster)
{
	const struct node *urls = node_get(rule, STR("nonResourceURLs"));
	const struct node *groups = node_get(rule, STR("apiGroups"));
	const struct node *resources = node_get(rule, STR("resources"));

	if (!node_item_count(node_get(rule, STR("verbs"))))
		field_fault(errors, FIELD(path, "verbs"), FIELD_REQUIRED, rule,
			    "verbs must contain at least one value");
	if (node_item_count(urls)) {
		const struct field_path *at = FIELD(path, "nonResourceURLs");
		if (!is_cluster)
			field_fault(errors, at, FIELD_INVALID, urls,
				    "namespaced rules cannot apply to non-resource URLs");
		if (node_item_count(groups) || node_item_count(resources))
			field_fault(errors, at, FIELD_INVALID, urls,
				    "rules cannot apply to both regular resources and "
				    "non-resource URLs");
		return;
	}
	if (!node_item_count(groups))
		field_fault(errors, FIELD(path, "apiGroups"), FIELD_REQUIRED, rule,
			    "resource rules must supply at least one api group");
	if (!node_item_count(resources))
		field_fault(errors, FIELD(path, "resources"), FIELD_REQUIRED, rule,
			    "resource rules must supply at least one resource");
}

static void check_rules(const struct kind_check *c, bool is_cluster)
{
	const struct node *rules = node_get(c->object, STR("rules"));

	for (uint32_t i = 0; i < node_item_count(rules); i++)
		check_rule(c->errors, ITEM(FIELD(NULL, "rules"), i), node_item(rules, i),
			   is_cluster);
}

void validate_role(const struct kind_check *c)
{
	check_rules(c, /* is_cluster= */ false);
}

void validate_cluster_role(const struct kind_check *c)
{
	check_rules(c, /* is_cluster= */ true);
}

/* Bindings */

static void check_group(struct field_errors *errors, const struct field_path *path,
			const struct node *subject)
{
	field_check_words(errors, FIELD(path, "apiGroup"), node_get(subject, STR("apiGroup")),
			  RBAC_GROUP);
}

static void check_subject(struct field_errors *errors, const struct field_path *path,
			  const struct node *subject, bool is_cluster)
{
	const struct node *kind = node_get(subject, STR("kind"));
	const struct node *name = node_get(subject, STR("name"));
	const struct node *group = node_get(subject, STR("apiGroup"));

	field_require(errors, path, subject, "name");
	if (!str_equal(node_text(kind), STR("ServiceAccount"))) {
		if (str_equal(node_text(kind), STR("User")) ||
		    str_equal(node_text(kind), STR("Group")))
			check_group(errors, path, subject);
		else
			field_check_words(errors, FIELD(path, "kind"), kind,
					  "ServiceAccount User Group");
		return;
	}
	if (node_text(name).len)
		field_check_text(errors, FIELD(path, "name"), name, names_check_dns1123_subdomain);
	if (node_text(group).len)
		field_fault(errors, FIELD(path, "apiGroup"), FIELD_NOT_SUPPORTED, group,
			    "supported values: \"\"");
	if (is_cluster && !node_str_at(subject, "namespace").len)
		field_fault(errors, FIELD(path, "namespace"), FIELD_REQUIRED, subject, NULL);
}

/* As the server prints it: by the names of its Go type. */
static struct str role_ref_text(struct arena *arena, const struct node *ref)
{
	struct buf buf;

	buf_init(&buf, arena);
	json_write(&buf,
		   node_make(arena, "{APIGroup: %s, Kind: %s, Name: %s}",
			     node_str_at(ref, "apiGroup"), node_str_at(ref, "kind"),
			     node_str_at(ref, "name")),
		   0);
	return buf_str(&buf);
}

static void check_binding(const struct kind_check *c, bool is_cluster)
{
	const struct node *ref = node_get(c->object, STR("roleRef"));
	const struct node *subjects = node_get(c->object, STR("subjects"));
	const struct field_path *path = FIELD(NULL, "roleRef");
	const struct node *before = node_get(c->old, STR("roleRef"));

	field_check_words(c->errors, FIELD(path, "apiGroup"), node_get(ref, STR("apiGroup")),
			  RBAC_GROUP);
	field_check_words(c->errors, FIELD(path, "kind"), node_get(ref, STR("kind")),
			  is_cluster ? "ClusterRole" : "Role ClusterRole");
	field_require(c->errors, path, ref, "name");
	if (node_str_at(ref, "name").len)
		field_check_text(c->errors, FIELD(path, "name"), node_get(ref, STR("name")),
				 names_check_path_segment);
	for (uint32_t i = 0; i < node_item_count(subjects); i++)
		check_subject(c->errors, ITEM(FIELD(NULL, "subjects"), i), node_item(subjects, i),
			      is_cluster);
	if (c->old && !node_equal(ref, before))
		field_fault_text(c->errors, path, FIELD_INVALID, ref,
				 role_ref_text(c->errors->arena, ref), "cannot change roleRef");
}

void validate_role_binding(const struct kind_check *c)
{
	check_binding(c, /* is_cluster= */ false);
}

void validate_cluster_role_binding(const struct kind_check *c)
{
	check_binding(c, /* is_cluster= */ true);
}
