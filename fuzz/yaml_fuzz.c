/* yaml_fuzz - the YAML reader on any bytes: what it reads can be written, read again, and edited */
#include "base/arena.h"
#include "doc/edit.h"
#include "doc/secret.h"
#include "doc/yaml.h"
#include "doc/yaml/events.h"
#include "fuzz/fuzz.h"

static const struct node *written_again(struct arena *arena, const struct node *n)
{
	struct buf out;
	struct error err;

	buf_init(&out, arena);
	if (yaml_write(&out, n, 0, &err) < 0)
		return NULL;
	const struct node *again =
		yaml_read_one(docset_new(arena), STR("again"), buf_str(&out), DIALECT_SIGS, &err);
	assert(again);
	return again;
}

static void check_document(struct docset *set, struct arena *arena, const struct node *root)
{
	struct error err;
	struct str edited;

	yaml_duplicate_key(root);
	yaml_comment_above(set, root->position);
	yaml_comment_behind(set, root->position);
	if (root->kind == NODE_SCALAR)
		(void)!edit_scalar(set, root, STR("it's\n#1"), &edited, arena, &err);
	if (yaml_merge_keys(arena, root, &root, &err) < 0)
		return;
	secret_hide(set, node_marked_secret(arena, root));
	docset_place(set, root->position);
	/* Types may change once: dates become text. */
	const struct node *once = written_again(arena, root);
	const struct node *twice = once ? written_again(arena, once) : NULL;
	assert(!once || (twice && node_equal(once, twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct str text = { (const char *)bytes, MIN(size_bytes, (size_t)(1 << 16)) };
	struct documents documents;
	struct error err;
	struct buf events;

	buf_init(&events, arena);
	int noted = yaml_events(&events, set, STR("events"), text, &err);
	int result = yaml_read(set, STR("input"), text, DIALECT_GO_V3, &documents, &err);
	assert(noted == result);
	for (uint32_t i = 0; result == 0 && i < documents.count; i++)
		if (documents.items[i].root)
			check_document(set, arena, documents.items[i].root);
	return 0;
}
