/* finish_hash - the suffix that makes a generated object's name change with its content */
#include "base/arena.h"
#include "base/hash.h"
#include "build/kustomize/finish.h"
#include "doc/json.h"
#include "doc/make.h"

enum { SUFFIX_LEN = 10 };

/* Only what counts, in the order of Go's encoder; the name is always empty. */
static const struct node *content_of(struct arena *arena, const struct resource *r)
{
	const struct node *data = node_get(r->node, STR("data"));
	const struct node *empty = node_str(arena, STR(""));
	const struct node *kind = node_get(r->node, STR("kind"));

	if (str_equal(r->gvk.kind, STR("ConfigMap")))
		return node_make(arena, "{binaryData: %?n, data: %n, kind: %n, name: \"\"}",
				 node_get(r->node, STR("binaryData")), data ? data : empty, kind);
	if (str_equal(r->gvk.kind, STR("Secret")))
		return node_make(arena,
				 "{data: %n, kind: %n, name: \"\", stringData: %?n, type: %?n}",
				 data ? data : empty, kind, node_get(r->node, STR("stringData")),
				 node_get(r->node, STR("type")));
	return r->node;
}

static char safe_digit(char c)
{
	static const char from[] = "013ae", to[] = "ghkmt";

	for (size_t i = 0; from[i]; i++)
		if (from[i] == c)
			return to[i];
	return c;
}

static struct str suffix_of(struct arena *arena, const struct resource *r)
{
	struct str text = json_text(arena, content_of(arena, r),
				    JSON_SORT_KEYS | JSON_ESCAPE_HTML | JSON_SECRETS);
	struct str hex = str_sub(sha256_hex(arena, text), 0, SUFFIX_LEN);
	char *suffix = str_cstr(arena, hex);

	for (size_t i = 0; i < SUFFIX_LEN; i++)
		suffix[i] = safe_digit(suffix[i]);
	return (struct str){ suffix, SUFFIX_LEN };
}

static bool needs_hash(const struct resource *r)
{
	return r->needs_hash || str_equal(resource_internal(r, "needsHashSuffix"), STR("enabled"));
}

void finish_hashes(struct layer *l)
{
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		if (!needs_hash(r))
			continue;
		const struct node *old = node_at(r->node, "metadata.name");
		struct str name = str_printf(l->arena, "%.*s-%.*s", STR_FMT(r->name),
					     STR_FMT(suffix_of(l->arena, r)));
		const struct node *made = builder_origin_from(
			l->b, node_str(l->arena, name), ORIGIN_HASH, r->origin.generator, old, old);
		r->needs_hash = false;
		r->has_hash = true;
		resource_remember(l->arena, r);
		resource_set(l->arena, r, node_set(l->arena, r->node, "metadata.name", made));
	}
}
