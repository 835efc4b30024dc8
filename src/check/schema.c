/* schema - kinds, fields and values as the API server takes them */
#include "base/num.h"
#include "base/suggest.h"
#include "check/check_inside.h"
#include "doc/yaml.h"
#include "kube/schema/defaults.h"
#include "kube/schema/prune.h"
#include "kube/validate/validate.h"

/* Paths of field errors: names and [indexes]; a name may hold dots, so the longest one wins. */

/* The next step of a path; false at its end or where it is no path. */
static bool next_step(struct str *path, struct str *ret_name, int64_t *ret_index)
{
	size_t end = 0;

	*path = str_strip_prefix(*path, STR("."));
	if (!path->len)
		return false;
	if (path->ptr[0] == '[') {
		ptrdiff_t close = str_find_char(*path, ']');
		if (close < 0)
			return false;
		*ret_name = str_sub(*path, 1, (size_t)close);
		*path = str_from(*path, (size_t)close + 1);
		if (!num_int64(*ret_name, ret_index))
			*ret_index = -1;
		return true;
	}
	while (end < path->len && path->ptr[end] != '.' && path->ptr[end] != '[')
		end++;
	*ret_name = str_sub(*path, 0, end);
	*ret_index = -1;
	*path = str_from(*path, end);
	return true;
}

/* The node at a path, or the nearest one above it. */
static const struct node *locate(const struct node *n, struct str path)
{
	struct str name;
	int64_t index;

	while (next_step(&path, &name, &index)) {
		const struct node *child = node_is_list(n) && index >= 0
						   ? node_item(n, (uint32_t)index)
						   : node_get(n, name);
		if (!child)
			break;
		n = child;
	}
	return n;
}

/* The type of the map that a path's last step is a member of, and that step. */
static struct schema schema_above(struct schema s, struct str path, struct str *ret_last)
{
	struct schema child = s;
	struct str name;
	int64_t index;

	*ret_last = STR("");
	while (next_step(&path, &name, &index)) {
		s = child;
		child = index >= 0 ? schema_items(s) : schema_field(s, name);
		*ret_last = name;
	}
	return s;
}

/* Findings from field errors */

static const struct node *place_of(struct check *c, const struct check_object *o,
				   const struct field_error *error)
{
	/* The error's node may live in scratch; of a finding only its place counts. */
	if (error->node && error->node->position)
		return arena_copy(c->arena, error->node, sizeof(*error->node));
	return locate(o->root, error->path);
}

static void tell_unknown_field(struct check *c, const struct check_object *o, struct schema root,
			       const struct field_error *error)
{
	struct str name;
	struct schema parent = schema_above(root, error->path, &name);
	struct str best = prune_suggest(parent, name);

	finding_add(c->findings, &check_rules[RULE_UNKNOWN_FIELD], place_of(c, o, error),
		    "unknown field '%.*s'", STR_FMT(error->path));
	if (best.ptr)
		finding_hint(c->findings, "did you mean '%.*s'?", STR_FMT(best));
	else
		finding_hint(c->findings, "%.*s has no such field; remove it",
			     STR_FMT(o->gvk.kind));
}

static void hint_invalid(struct check *c, const struct field_error *error)
{
	struct suggest suggest;
	struct str rest = error->detail, value = error->value;

	if (error->type == FIELD_REQUIRED)
		finding_hint(c->findings, "add '%.*s'", STR_FMT(error->path));
	if (error->type != FIELD_NOT_SUPPORTED || !str_starts(value, STR("\"")))
		return;
	suggest = suggest_start(str_sub(value, 1, value.len - 1));
	for (struct str part = str_cut(&rest, '"'); rest.ptr; part = str_cut(&rest, '"'))
		if (part.len && !str_starts(part, STR(",")) && !str_ends(part, STR(" ")))
			suggest_offer(&suggest, part);
	if (suggest.best.ptr)
		finding_hint(c->findings, "did you mean '%.*s'?", STR_FMT(suggest.best));
}

static void tell_invalid(struct check *c, const struct check_object *o,
			 const struct field_error *error)
{
	finding_add(c->findings, &check_rules[RULE_INVALID], place_of(c, o, error), "%.*s",
		    STR_FMT(field_error_text(c->scratch, error)));
	hint_invalid(c, error);
}

/* Kinds */

static void tell_version(struct check *c, const struct check_object *o)
{
	const struct kind *kind = o->kind;

	finding_add(c->findings, &check_rules[RULE_UNKNOWN_VERSION],
		    node_get(o->root, STR("apiVersion")),
		    "no matches for kind \"%.*s\" in version \"%.*s\"", STR_FMT(o->gvk.kind),
		    STR_FMT(object_api_version(o->root)));
	finding_hint(c->findings, "write apiVersion: %.*s",
		     STR_FMT(kind_api_version(c->arena, kind)));
}

static bool is_known_group(const struct check *c, struct str group)
{
	for (kind_id id = 1; id < schemas_kind_count(c->schemas); id++) {
		const struct kind *kind = schemas_kind_by_id(c->schemas, id);
		if (kind && str_equal(kind->group, group))
			return true;
	}
	return false; /* many tools have groups below k8s.io, too */
}

/* Nearest by name: of the same group first. */
static const struct kind *nearest_kind(const struct check *c, struct gvk gvk)
{
	struct suggest suggest = suggest_start(gvk.kind);
	const struct kind *best = NULL;

	for (int round = 0; round < 2; round++)
		for (kind_id id = 1; id < schemas_kind_count(c->schemas); id++) {
			const struct kind *kind = schemas_kind_by_id(c->schemas, id);
			if (!kind || str_equal(kind->group, gvk.group) == (round > 0))
				continue;
			suggest_offer(&suggest, kind->name);
			if (suggest.best.ptr == kind->name.ptr)
				best = kind;
		}
	return best;
}

static void tell_no_schema(struct check *c, const struct check_object *o)
{
	struct str id =
		str_printf(c->arena, "%.*s/%.*s", STR_FMT(o->gvk.group), STR_FMT(o->gvk.kind));

	if (map_put(&c->unseen, id, c))
		return;
	finding_add(c->findings, &check_rules[RULE_NO_SCHEMA], node_get(o->root, STR("kind")),
		    "fields of kind '%.*s' of '%.*s' are not checked: there is no schema",
		    STR_FMT(o->gvk.kind), STR_FMT(object_api_version(o->root)));
	finding_hint(c->findings, "add its CustomResourceDefinition to what is checked");
}

static void tell_kind(struct check *c, const struct check_object *o)
{
	const struct kind *nearest = nearest_kind(c, o->gvk);
	bool is_group = is_known_group(c, o->gvk.group);
	bool is_built_in = is_group && (str_find_char(o->gvk.group, '.') < 0 ||
					str_ends(o->gvk.group, STR(".k8s.io")));
	bool is_near = nearest && is_group && str_equal(nearest->group, o->gvk.group);
	/* app/v1 for apps/v1: groups without a dot are Kubernetes' own. */
	bool is_misspelt = nearest && !is_group && str_find_char(o->gvk.group, '.') < 0 &&
			   str_equal(nearest->name, o->gvk.kind);

	if (!is_built_in && !is_near && !is_misspelt) {
		tell_no_schema(c, o);
		return;
	}
	finding_add(c->findings, &check_rules[RULE_UNKNOWN_KIND], node_get(o->root, STR("kind")),
		    "no matches for kind \"%.*s\" in version \"%.*s\"", STR_FMT(o->gvk.kind),
		    STR_FMT(object_api_version(o->root)));
	if (nearest)
		finding_hint(c->findings, "did you mean '%.*s' of %.*s?", STR_FMT(nearest->name),
			     STR_FMT(kind_api_version(c->arena, nearest)));
	else
		finding_hint(c->findings, "the kinds of a group are in its documentation");
}

/* Objects */

/* SOPS puts its metadata beside the data of a Secret; they are gone before anything is applied. */
static bool is_of_sops(const struct check_object *o, struct str path)
{
	return node_get(o->root, STR("sops")) && str_starts(path, STR("sops"));
}

static bool is_known_path(const struct field_errors *errors, uint32_t count, struct str path)
{
	for (uint32_t i = 0; i < count; i++)
		if (str_equal(errors->items[i].path, path))
			return true;
	return false;
}

static void check_values(struct check *c, const struct check_object *o)
{
	const struct node *filled = defaults_apply(c->schemas, c->scratch, o->root);
	struct field_errors errors;

	field_errors_init(&errors, c->scratch);
	validate_object(c->schemas, filled, NULL, &errors);
	uint32_t count = errors.count;
	validate_required(c->schemas, filled, &errors);
	for (uint32_t i = 0; i < errors.count; i++) {
		/* The message that a branch of anyOf failed names no field; the fault in the branch
		 * is reported, too. */
		bool is_branch = str_equal(errors.items[i].path, STR("<nil>")) && errors.count > 1;
		bool is_known = i >= count && is_known_path(&errors, count, errors.items[i].path);
		if (!is_branch && !is_known)
			tell_invalid(c, o, &errors.items[i]);
	}
}

void check_schema(struct check *c, const struct check_object *o)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(c->schemas, o->gvk, &version);
	const struct entry *twice = yaml_duplicate_key(o->root);
	struct field_errors errors;

	if (twice)
		finding_add(c->findings, &check_rules[RULE_DUPLICATE_KEY], twice->key,
			    "key \"%.*s\" already set in map", STR_FMT(node_text(twice->key)));
	if (check_version(c, o))
		return;
	if (!kind) {
		if (o->kind)
			tell_version(c, o);
		else
			tell_kind(c, o);
		return;
	}
	field_errors_init(&errors, c->scratch);
	prune_unknown_fields(c->schemas, o->root, &errors);
	for (uint32_t i = 0; i < errors.count; i++)
		if (!is_of_sops(o, errors.items[i].path))
			tell_unknown_field(c, o, schema_root(c->schemas, kind, version),
					   &errors.items[i]);
	check_values(c, o);
}
