/* yaml_rewrite - reads YAML from its input and writes it as `kubectl kustomize` would, for yaml_write.t */
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "doc/yaml.h"

static struct str read_all(struct arena *arena)
{
	struct buf text;

	buf_init(&text, arena);
	for (size_t len = 1; len > 0;) {
		len = fread(buf_reserve(&text, 1 << 16), 1, 1 << 16, stdin);
		buf_advance(&text, len);
	}
	return buf_str(&text);
}

int main(void)
{
	SCRATCH(arena);
	struct documents documents;
	struct error err;
	struct buf out;

	buf_init(&out, arena);
	if (yaml_read(docset_new(arena), STR("input"), read_all(arena), DIALECT_GO_V3, &documents,
		      &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct node *root = documents.items[i].root;
		if (out.len)
			buf_add(&out, STR("---\n"));
		if (yaml_merge_keys(arena, root, &root, &err) < 0 ||
		    yaml_write(&out, root, 0, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			return 2;
		}
	}
	fwrite(buf_str(&out).ptr, 1, out.len, stdout);
	return 0;
}
