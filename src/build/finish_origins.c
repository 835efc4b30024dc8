/* finish_origins - config.kubernetes.io/origin: where an object was read, or who generated it */
#include "base/arena.h"
#include "base/buf.h"
#include "build/layer.h"
#include "doc/make.h"

#define ANNOTATION "config.kubernetes.io/origin"

static bool is_wanted(const struct layer *l)
{
	const struct node *list = node_get(l->file, STR("buildMetadata"));

	for (uint32_t i = 0; i < node_count(list); i++)
		if (str_equal(node_text(node_item(list, i)), STR("originAnnotations")))
			return true;
	return false;
}

/* "/a/b/x.yaml" seen from "/a/c" is "../b/x.yaml". */
static struct str relative(struct arena *arena, struct str from, struct str to)
{
	struct buf buf;

	buf_init(&buf, arena);
	from = str_strip_prefix(from, STR("/"));
	to = str_strip_prefix(to, STR("/"));
	while (from.len) {
		struct str from_rest = from, to_rest = to;
		struct str part = str_cut(&from_rest, '/');
		if (!str_equal(part, str_cut(&to_rest, '/')) || !to_rest.ptr)
			break;
		from = from_rest;
		to = to_rest;
	}
	while (from.len) {
		str_cut(&from, '/');
		buf_add(&buf, STR("../"));
	}
	buf_add(&buf, to);
	return buf_str(&buf);
}

static struct str origin_text(const struct layer *l, const struct resource *r)
{
	struct str file = relative(l->arena, l->directory, r->origin.file);
	struct str name = node_str_at(r->origin.generator, "metadata.name");
	struct str namespace = node_str_at(r->origin.generator, "metadata.namespace");
	struct buf buf;

	if (!r->generated)
		return str_printf(l->arena, "path: %.*s\n", STR_FMT(file));
	buf_init(&buf, l->arena);
	buf_printf(&buf, "configuredIn: %.*s\nconfiguredBy:\n  apiVersion: builtin\n  kind: %.*s\n",
		   STR_FMT(file), STR_FMT(str_concat(l->arena, r->gvk.kind, STR("Generator"))));
	if (name.len)
		buf_printf(&buf, "  name: %.*s\n", STR_FMT(name));
	if (namespace.len)
		buf_printf(&buf, "  namespace: %.*s\n", STR_FMT(namespace));
	return buf_str(&buf);
}

void finish_origins(struct layer *l)
{
	for (uint32_t i = 0; is_wanted(l) && i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		if (r->origin.file.len)
			r->node =
				node_set(l->arena, r->node, "metadata.annotations[" ANNOTATION "]",
					 node_str(l->arena, origin_text(l, r)));
	}
}
