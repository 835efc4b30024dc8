/*
 * kustomize - strategic merge patches as kyaml's merge2 applies them
 *
 * The peer walks object and patch together and changes the object in place. Where the object has
 * nothing, the patch's value becomes the object's and is walked with itself, which is what drops
 * nulls and directives in it. Source: kustomize 5.7.1, kyaml/yaml/merge2 and walk.
 */
#include "base/arena.h"
#include "doc/scalar.h"
#include "doc/yaml.h"
#include "kube/members.h"
#include "kube/smp/inside.h"

#define DIRECTIVE STR("$patch")

enum directive { DIRECTIVE_MERGE, DIRECTIVE_REPLACE, DIRECTIVE_DELETE, DIRECTIVE_UNKNOWN };

static enum directive directive_of(struct str word)
{
	if (str_equal(word, STR("merge")))
		return DIRECTIVE_MERGE;
	if (str_equal(word, STR("replace")))
		return DIRECTIVE_REPLACE;
	return str_equal(word, STR("delete")) ? DIRECTIVE_DELETE : DIRECTIVE_UNKNOWN;
}

static int unknown_directive(const struct smp *s, const struct node *directive)
{
	error_set(s->err, ERROR_INPUT, directive->position, "unknown patch strategy '%.*s'",
		  STR_FMT(node_text(directive)));
	return error_hint(s->err, "write $patch: merge, replace or delete");
}

const struct node *smp_without_directive(const struct smp *s, const struct node *item)
{
	const struct node *word = node_get(item, DIRECTIVE);

	if (!word || directive_of(node_text(word)) == DIRECTIVE_UNKNOWN)
		return item;
	return node_without(s->arena, item, DIRECTIVE);
}

int smp_wrong_kind(const struct smp *s, enum node_kind expected, const struct node *node)
{
	static const char *const names[] = { [NODE_SCALAR] = "ScalarNode",
					     [NODE_LIST] = "SequenceNode",
					     [NODE_MAP] = "MappingNode" };
	struct error ignored;
	struct buf buf;

	buf_init(&buf, s->arena);
	if (yaml_write(&buf, node, 0, &ignored) < 0)
		buf_clear(&buf);
	return error_set(s->err, ERROR_INPUT, node->position,
			 "wrong node kind: expected %s but got %s: node contents:\n%.*s",
			 names[expected], names[node->kind], STR_FMT(buf_str(&buf)));
}

/* Which lists merge: those of Kubernetes 1.21, unless told otherwise. */

static bool is_new_list(struct str name)
{
	static const struct str names[] = {
		STR_INIT("resourceClaims"),	   STR_INIT("schedulingGates"),
		STR_INIT("matchConditions"),	   STR_INIT("variables"),
		STR_INIT("reservedFor"),	   STR_INIT("hostIPs"),
		STR_INIT("resourceClaimStatuses"), STR_INIT("allocatedResourcesStatus"),
	};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (str_equal(names[i], name))
			return true;
	return false;
}

/* Types that Kubernetes 1.21 did not have: kustomize replaces all their lists. */
static bool is_new_type(struct gvk gvk)
{
	static const struct {
		struct str group, version, kind; /* empty: any */
	} types[] = {
		{ STR_INIT("apps"), STR_INIT("v1beta1"), STR_INIT("") },
		{ STR_INIT("apps"), STR_INIT("v1beta2"), STR_INIT("") },
		{ STR_INIT("autoscaling"), STR_INIT("v2"), STR_INIT("") },
		{ STR_INIT("flowcontrol.apiserver.k8s.io"), STR_INIT("v1"), STR_INIT("") },
		{ STR_INIT("resource.k8s.io"), STR_INIT(""), STR_INIT("") },
		{ STR_INIT("networking.k8s.io"), STR_INIT(""), STR_INIT("ServiceCIDR") },
		{ STR_INIT("networking.k8s.io"), STR_INIT(""), STR_INIT("IPAddress") },
		{ STR_INIT("storage.k8s.io"), STR_INIT("v1"), STR_INIT("CSIStorageCapacity") },
		{ STR_INIT("storage.k8s.io"), STR_INIT(""), STR_INIT("VolumeAttributesClass") },
		{ STR_INIT("admissionregistration.k8s.io"), STR_INIT(""),
		  STR_INIT("ValidatingAdmissionPolicy") },
		{ STR_INIT("admissionregistration.k8s.io"), STR_INIT(""),
		  STR_INIT("ValidatingAdmissionPolicyBinding") },
		{ STR_INIT("admissionregistration.k8s.io"), STR_INIT(""),
		  STR_INIT("MutatingAdmissionPolicy") },
		{ STR_INIT("admissionregistration.k8s.io"), STR_INIT(""),
		  STR_INIT("MutatingAdmissionPolicyBinding") },
		{ STR_INIT("certificates.k8s.io"), STR_INIT(""), STR_INIT("ClusterTrustBundle") },
		{ STR_INIT("certificates.k8s.io"), STR_INIT(""),
		  STR_INIT("PodCertificateRequest") },
		{ STR_INIT("coordination.k8s.io"), STR_INIT(""), STR_INIT("LeaseCandidate") },
	};

	for (size_t i = 0; i < ARRAY_COUNT(types); i++)
		if (str_equal(types[i].group, gvk.group) &&
		    (!types[i].version.len || str_equal(types[i].version, gvk.version)) &&
		    (!types[i].kind.len || str_equal(types[i].kind, gvk.kind)))
			return true;
	return false;
}

bool smp_is_known(struct gvk gvk)
{
	return !is_new_type(gvk);
}

static struct schema member_schema(const struct smp *s, struct schema map, struct str name)
{
	struct schema none = {};

	if (!(s->options->flags & SMP_NEW_LISTS) && is_new_list(name) &&
	    schema_merge_key(schema_field(map, name)).ptr)
		return none;
	return schema_field(map, name);
}

/* Maps */

static int walk_fields(const struct smp *s, struct schema schema, const struct node *dest,
		       const struct node *src, const struct node **ret)
{
	uint32_t most = node_entry_count(dest) + (dest == src ? 0 : node_entry_count(src)),
		 count = 0;
	struct entry *entries = arena_alloc_raw(s->arena, most * sizeof(*entries), 8);
	struct members in_src, in_dest;
	struct smp_walked walked;
	bool same = true;

	members_init(&in_src, s->arena, src);
	members_init(&in_dest, s->arena, dest);
	for (uint32_t i = 0; i < node_entry_count(dest); i++) {
		const struct entry *old = node_entry(dest, i);
		struct str name = node_text(old->key);
		if (smp_walk(s, member_schema(s, schema, name), old->value,
			     members_get(&in_src, name), &walked) < 0)
			return -1;
		same &= walked.node == old->value;
		if (walked.node)
			entries[count++] = (struct entry){ old->key, walked.node };
	}
	for (uint32_t i = 0; dest != src && i < node_entry_count(src); i++) {
		const struct entry *new = node_entry(src, i);
		struct str name = node_text(new->key);
		if (members_find(&in_dest, name))
			continue;
		if (smp_walk(s, member_schema(s, schema, name), NULL, new->value, &walked) < 0)
			return -1;
		same &= !walked.node;
		if (walked.node)
			entries[count++] = (struct entry){ new->key, walked.node };
	}
	if (same) {
		*ret = dest;
		return 0;
	}
	*ret = node_with_entries(s->arena, dest, entries, count);
	return 0;
}

/* The patch's map becomes the object's. */
static int walk_added_map(const struct smp *s, struct schema schema, const struct node *dest,
			  const struct node *src, struct smp_walked *ret)
{
	if (walk_fields(s, schema, src, src, &ret->node) < 0)
		return -1;
	ret->node = smp_brought(s, ret->node, dest);
	ret->is_patch = true;
	return 0;
}

static int walk_map(const struct smp *s, struct schema schema, const struct node *dest,
		    const struct node *src, struct smp_walked *ret)
{
	const struct node *word = node_get(src, DIRECTIVE);
	enum directive directive = word ? directive_of(node_text(word)) : DIRECTIVE_MERGE;
	const struct node *plain = smp_without_directive(s, src);
	bool is_new = node_is_null(dest);

	if (!src) {
		if (is_new) {
			/* A null that is spelled out stays, an empty value goes. */
			ret->node = node_text(dest).len || node_member_count(dest) ? dest : NULL;
			return 0;
		}
		return walk_fields(s, schema, dest, NULL, &ret->node);
	}
	if (!node_is_map(src))
		return 0; /* null clears */
	if (directive == DIRECTIVE_DELETE)
		return 0;
	if (directive == DIRECTIVE_UNKNOWN && !is_new)
		return unknown_directive(s, word);
	if (is_new || (directive == DIRECTIVE_REPLACE && dest != src))
		return walk_added_map(s, schema, dest, plain, ret);
	return walk_fields(s, schema, dest == src ? plain : dest, plain, &ret->node);
}

/* Lists */

/* An item that is {$patch: word} alone speaks for its list, if no item before it has a $patch. */
static const struct node *list_directive(const struct node *src)
{
	for (uint32_t i = 0; i < node_item_count(src); i++)
		if (node_get(node_item(src, i), DIRECTIVE))
			return node_entry_count(node_item(src, i)) == 1
				       ? node_get(node_item(src, i), DIRECTIVE)
				       : NULL;
	return NULL;
}

static const struct node *without_list_directive(const struct smp *s, const struct node *list,
						 const struct node *word)
{
	const struct node **items =
		arena_array(s->arena, const struct node *, node_item_count(list));
	uint32_t count = 0;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = node_item(list, i);
		const struct node *own = node_get(item, DIRECTIVE);
		bool is_empty =
			node_is_null(item) || (node_is_map(item) && !node_entry_count(item));
		if (!is_empty && !(own && str_equal(node_text(own), node_text(word))))
			items[count++] = item;
	}
	return node_list_of(s->arena, items, count);
}

static int walk_added_list(const struct smp *s, struct schema schema, const struct node *dest,
			   const struct node *src, struct smp_walked *ret)
{
	if (smp_walk_list(s, schema, src, src, ret) < 0)
		return -1;
	if (ret->node)
		ret->node = smp_brought(s, ret->node, dest);
	ret->is_patch = true;
	return 0;
}

static int walk_merged_list(const struct smp *s, struct schema schema, const struct node *dest,
			    const struct node *src, struct smp_walked *ret)
{
	const struct node *word = list_directive(src);

	if (node_is_null(dest))
		return walk_added_list(s, schema, dest, src, ret);
	if (!src)
		return smp_walk_list(s, schema, dest, NULL, ret);
	if (!node_is_list(src))
		return 0; /* null clears */
	if (!word)
		return smp_walk_list(s, schema, dest, src, ret);
	const struct node *plain = without_list_directive(s, src, word);
	switch (directive_of(node_text(word))) {
	case DIRECTIVE_REPLACE:
		if (dest != src)
			return walk_added_list(s, schema, dest, plain, ret);
		FALLTHROUGH;
	case DIRECTIVE_MERGE:
		return smp_walk_list(s, schema, dest == src ? plain : dest, plain, ret);
	case DIRECTIVE_DELETE:
		return 0;
	case DIRECTIVE_UNKNOWN:
		return unknown_directive(s, word);
	}
	return 0;
}

/*
 * A scalar takes the style of the one it replaces: a number becomes a text where a text was quoted,
 * and a text stays one where none was.
 */
static const struct node *in_style(const struct smp *s, const struct node *new,
				   const struct node *old)
{
	struct scalar scalar = scalar_of(new);
	bool is_text = scalar.type == SCALAR_STR;

	if (new->style == old->style)
		return new;
	struct node *copy = arena_copy(s->arena, new, sizeof(*copy));
	copy->style = old->style;
	if (is_text && copy->tag == TAG_NONE && old->style == STYLE_PLAIN)
		copy->tag = TAG_STR;
	return copy;
}

/* What replaces as a whole: scalars, and lists without a key. */
static void walk_whole(const struct smp *s, const struct node *dest, const struct node *src,
		       struct smp_walked *ret)
{
	ret->node = dest;
	if (!src || src == dest)
		return;
	ret->is_patch = true;
	ret->node = NULL;
	if (node_is_null(src))
		return;
	ret->node = smp_brought(s, src, dest);
	if (node_is_scalar(dest) && node_is_scalar(src))
		ret->node = in_style(s, ret->node, dest);
}

int smp_walk(const struct smp *s, struct schema schema, const struct node *dest,
	     const struct node *src, struct smp_walked *ret)
{
	const struct node *first = node_is_null(dest) ? src : dest;
	enum node_kind kind = node_is_null(first) ? NODE_MAP : (enum node_kind)first->kind;

	*ret = (struct smp_walked){};
	if (!node_is_null(src) && src->kind != kind)
		return smp_wrong_kind(s, kind, src);
	if (kind == NODE_MAP)
		return walk_map(s, schema, dest, src, ret);
	if (kind == NODE_LIST && schema_merge_key(schema).ptr)
		return walk_merged_list(s, schema, dest, src, ret);
	walk_whole(s, dest, src, ret);
	return 0;
}

int smp_apply_kustomize(const struct smp *s, struct schema schema, const struct node *target,
			const struct node *patch, const struct node **ret)
{
	struct smp_walked walked;

	if (!(s->options->flags & SMP_NEW_LISTS) && is_new_type(object_gvk(target)))
		schema = (struct schema){};
	if (smp_walk(s, schema, target, patch, &walked) < 0)
		return -1;
	*ret = walked.node;
	return 0;
}
