/* finish_origins - config.kubernetes.io/origin: where an object was read, or who generated it */
#include "base/arena.h"
#include "base/buf.h"
#include "base/file_path.h"
#include "build/kustomize/finish.h"
#include "doc/make.h"
#include "source/remotes.h"

#define ORIGIN		"config.kubernetes.io/origin"
#define TRANSFORMATIONS "alpha.config.kubernetes.io/transformations"

const struct node *finish_wants(const struct layer *l, const char *word)
{
	const struct node *list = node_get(l->file, STR("buildMetadata"));

	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(node_text(node_item(list, i)), str_from_cstr(word)))
			return node_item(list, i);
	return NULL;
}

/*
 * The file under a name of its own: from the directory that is built or, of a remote base, from the
 * root of its repository (kustomize, api/resource/origin.go; the order of its fields).
 */
static void add_file(struct buf *buf, const struct layer *l, struct str file, const char *name,
		     const char *first, const char *indent)
{
	struct remotes_place place = { .path = STR_NONE };
	bool is_remote = remotes_place(l->b->top->remotes, file, &place);
	bool is_path = str_equal(str_from_cstr(name), STR("path"));
	struct str path =
		is_remote ? place.path : file_path_seen_from(l->arena, l->directory, file);
	const struct {
		const char *name;
		struct str value;
	} lines[] = { { "path", is_path ? path : STR("") },
		      { "repo", place.repository },
		      { "ref", place.ref },
		      { name, is_path ? STR("") : path } };

	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		if (!lines[i].value.len)
			continue;
		buf_printf(buf, "%s%s: %.*s\n", first, lines[i].name, STR_FMT(lines[i].value));
		first = indent;
	}
}

/* Who did it, and where that is written. */
static void add_configured(struct buf *buf, const struct layer *l, const struct transformation *t,
			   const char *first, const char *indent)
{
	const struct {
		const char *word;
		struct str value;
	} parts[] = { { "apiVersion", t->api_version },
		      { "kind", t->kind },
		      { "name", t->name },
		      { "namespace", t->namespace } };

	add_file(buf, l, t->file, "configuredIn", first, indent);
	buf_printf(buf, "%sconfiguredBy:\n", indent);
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		if (parts[i].value.len)
			buf_printf(buf, "%s  %s: %.*s\n", indent, parts[i].word,
				   STR_FMT(parts[i].value));
}

static struct str origin_text(const struct layer *l, const struct resource *r)
{
	struct str generator = str_concat(l->arena, r->gvk.kind, STR("Generator"));
	struct transformation by = { .file = r->origin.file,
				     .api_version = STR("builtin"),
				     .kind = node_str_at(r->origin.generator, "kind"),
				     .name = node_str_at(r->origin.generator, "metadata.name") };
	struct buf buf;

	by.namespace = node_str_at(r->origin.generator, "metadata.namespace");
	buf_init(&buf, l->arena);
	if (!by.kind.len)
		by.kind = generator;
	if (r->origin.maker)
		by = *r->origin.maker;
	if (!r->generated && !r->origin.maker)
		add_file(&buf, l, r->origin.file, "path", "", "");
	else
		add_configured(&buf, l, &by, "", "");
	return buf_str(&buf);
}

static struct str transformations_text(const struct layer *l, const struct resource *r)
{
	struct buf buf;

	buf_init(&buf, l->arena);
	for (uint32_t i = 0; i < r->transformations.count; i++)
		add_configured(&buf, l, r->transformations.items[i], "- ", "  ");
	return buf_str(&buf);
}

/* The annotation with what was found out, or without what the object brought. */
static void annotate(struct layer *l, struct resource *r, struct trusted_path path,
		     const struct node *wanted, struct str text)
{
	if (wanted && text.len)
		r->node = node_put(l->arena, r->node, path,
				   builder_origin(l->b, node_str(l->arena, text), ORIGIN_METADATA,
						  wanted, NULL));
	else if (!wanted && node_find(r->node, path))
		r->node = node_put(l->arena, r->node, path, NULL);
}

void finish_origins(struct layer *l)
{
	const struct node *origins = finish_wants(l, "originAnnotations");
	const struct node *transformations = finish_wants(l, "transformerAnnotations");

	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		bool known = r->origin.file.len > 0;
		annotate(l, r, TRUSTED_PATH("metadata.annotations[" ORIGIN "]"), origins,
			 origins && known ? origin_text(l, r) : STR_NONE);
		annotate(l, r, TRUSTED_PATH("metadata.annotations[" TRANSFORMATIONS "]"),
			 transformations, transformations ? transformations_text(l, r) : STR_NONE);
	}
}
