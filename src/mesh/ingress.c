/* ingress - the route of a host behind an Ingress */
#include "base/arena.h"
#include "mesh/inside.h"

/* The longest path that fits, as the Ingress specification orders them; -1: it does not fit. */
static int rank_of_path(const struct node *path, struct str wanted)
{
	struct str text = node_str_at(path, "path");

	if (str_equal(node_str_at(path, "pathType"), STR("Exact")))
		return str_equal(text, wanted) ? (int)text.len + 1 : -1;
	while (text.len && text.ptr[text.len - 1] == '/')
		text.len--;
	if (!str_starts(wanted, text))
		return -1;
	bool whole = wanted.len == text.len || wanted.ptr[text.len] == '/';
	return whole ? (int)text.len : -1;
}

static bool has_host(const struct node *rule, struct str wanted)
{
	struct str host = node_str_at(rule, "host");

	if (!host.len)
		return true;
	if (str_starts(host, STR("*.")))
		return str_ends(wanted, str_from(host, 1));
	return str_equal(host, wanted);
}

struct best {
	const struct node *backend;
	int rank;
};

static void look_at_rule(const struct node *rule, struct str path, struct best *best)
{
	const struct node *paths = node_at(rule, "http.paths");

	for (uint32_t i = 0; i < node_item_count(paths); i++) {
		int rank = rank_of_path(node_item(paths, i), path);
		if (rank > best->rank)
			*best = (struct best){ node_get(node_item(paths, i), STR("backend")),
					       rank };
	}
}

static const struct node *backend_of(const struct object *ingress, const struct mesh_traffic *t)
{
	const struct node *rules = node_at(ingress->root, "spec.rules");
	struct best best = { NULL, -1 };
	struct str path = t->path;

	path = str_cut(&path, '?');
	for (uint32_t i = 0; i < node_item_count(rules); i++)
		if (has_host(node_item(rules, i), t->host))
			look_at_rule(node_item(rules, i), path, &best);
	return best.backend;
}

bool mesh_ingress_route(const struct search *s, struct route *ret)
{
	SCRATCH(scratch);
	struct arena *arena = s->mesh->resolved;
	struct objects all = cache_list(s->mesh->options.cache, scratch, KIND_INGRESS, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++) {
		struct key at = all.items[i]->key;
		const struct node *backend = backend_of(all.items[i], &s->source->traffic);
		struct key service = { at.namespace, node_str_at(backend, "service.name") };
		const struct node *number = node_at(backend, "service.port.number");
		if (!service.name.len)
			continue;
		*ret = (struct route){ .resolved = true, .upstream_count = 1, .weight = 1 };
		ret->owner = str_printf(arena, "Ingress/%.*s/%.*s", STR_FMT(at.namespace),
					STR_FMT(at.name));
		ret->upstreams = arena_one(arena, struct upstream);
		ret->upstreams[0] = mesh_service(
			s, service, number ? number : node_at(backend, "service.port.name"),
			ret->owner);
		return true;
	}
	return false;
}
