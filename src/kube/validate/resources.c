/* resources - requests and limits of containers */
#include "base/arena.h"
#include "kube/names.h"
#include "kube/quantity.h"
#include "kube/validate/pod.h"

static bool is_huge_page(struct str name)
{
	return str_starts(name, STR("hugepages-"));
}

/* They have a domain, and it is not that of Kubernetes. */
static bool is_of_device(struct str name)
{
	return str_find_char(name, '/') >= 0 && !str_contains(name, STR("kubernetes.io/"));
}

/* "requests." stands before a resource in a quota. */
static bool is_extended(struct str name)
{
	return is_of_device(name) && !str_starts(name, STR("requests."));
}

/* Whether the sum of limits may be more than there is. */
static bool may_overcommit(struct str name)
{
	return !is_extended(name) && !is_huge_page(name);
}

static struct str quantity_text(struct arena *arena, const struct node *n)
{
	return field_quoted(arena, quantity_canonical(arena, node_text(n)));
}

static void check_name(struct field_errors *errors, const struct field_path *path,
		       const struct node *key)
{
	struct str name = node_text(key), shown = field_quoted(errors->arena, name);
	struct str fault = names_check_qualified(name);

	if (fault.len)
		field_fault_text(errors, path, FIELD_INVALID, key, shown, fault.ptr);
	else if (str_find_char(name, '/') < 0 && !is_huge_page(name) &&
		 !field_is_one_of(name, "cpu memory ephemeral-storage storage pods services "
					"replicationcontrollers resourcequotas secrets configmaps "
					"persistentvolumeclaims"))
		field_fault_text(errors, path, FIELD_INVALID, key, shown,
				 "must be a standard resource type or fully qualified");
	if (str_find_char(name, '/') < 0 && !is_huge_page(name) &&
	    !field_is_one_of(name, "cpu memory ephemeral-storage"))
		field_fault_text(errors, path, FIELD_INVALID, key, shown,
				 "must be a standard resource for containers");
	if (is_of_device(name) && !is_extended(name))
		field_fault_text(errors, path, FIELD_INVALID, key, shown,
				 "doesn't follow extended resource name standard");
}

static void check_amount(struct field_errors *errors, const struct field_path *path,
			 const struct entry *e)
{
	enum { MILLI = 1000 };
	int64_t milli = quantity_milli(e->value, 0);
	struct str shown = quantity_text(errors->arena, e->value);

	if (milli < 0)
		field_fault_text(errors, path, FIELD_INVALID, e->value, shown,
				 "must be greater than or equal to 0");
	if (is_extended(node_text(e->key)) && milli % MILLI)
		field_fault_text(errors, path, FIELD_INVALID, e->value, shown,
				 "must be an integer");
}

static void check_against_limit(struct field_errors *errors, const struct field_path *path,
				const struct entry *request, const struct node *limits)
{
	struct str name = node_text(request->key);
	const struct node *limit = node_get(limits, name);
	struct arena *arena = errors->arena;
	struct str shown = quantity_text(arena, request->value);

	if (!limit) {
		if (!may_overcommit(name))
			field_fault(errors, FIELD(path, "limits"), FIELD_REQUIRED, request->value,
				    "Limit must be set for non overcommitable resources");
		return;
	}
	int64_t asked = quantity_milli(request->value, 0), most = quantity_milli(limit, 0);
	struct str most_text = quantity_canonical(arena, node_text(limit));
	bool must_equal = !may_overcommit(name);
	if (must_equal ? asked == most : asked <= most)
		return;
	struct str detail = str_printf(arena, "must be %s %.*s limit of %.*s",
				       must_equal ? "equal to" : "less than or equal to",
				       STR_FMT(name), STR_FMT(most_text));
	field_fault_text(errors, FIELD(path, "requests"), FIELD_INVALID, request->value, shown,
			 str_cstr(arena, detail));
}

static void check_huge_pages(struct field_errors *errors, const struct field_path *path,
			     const struct node *resources)
{
	static const struct str parts[] = { STR_INIT("limits"), STR_INIT("requests") };
	bool has_pages = false, has_base = false;

	for (size_t p = 0; p < ARRAY_COUNT(parts); p++) {
		const struct node *map = node_get(resources, parts[p]);
		for (uint32_t i = 0; i < node_entry_count(map); i++) {
			struct str name = node_text(node_entry(map, i)->key);
			has_pages = has_pages || is_huge_page(name);
			has_base = has_base || str_equal(name, STR("cpu")) ||
				   str_equal(name, STR("memory"));
		}
	}
	if (has_pages && !has_base)
		field_fault(errors, path, FIELD_FORBIDDEN, resources,
			    "HugePages require cpu or memory");
}

void validate_resources(struct field_errors *errors, const struct field_path *path,
			const struct node *resources)
{
	static const struct str parts[] = { STR_INIT("limits"), STR_INIT("requests") };
	const struct node *limits = node_get(resources, parts[0]);

	for (size_t p = 0; p < ARRAY_COUNT(parts); p++) {
		const struct node *map = node_get(resources, parts[p]);
		for (uint32_t i = 0; i < node_entry_count(map); i++) {
			const struct entry *e = node_entry(map, i);
			const struct field_path *at =
				MEMBER(FIELD_OF(path, parts[p]), node_text(e->key));
			check_name(errors, at, e->key);
			check_amount(errors, at, e);
			if (p == 1)
				check_against_limit(errors, path, e, limits);
		}
	}
	check_huge_pages(errors, path, resources);
}
