/* json_fuzz - the JSON reader on any bytes: what it reads comes back; JSON patches on documents */
#include "base/arena.h"
#include "doc/diff.h"
#include "doc/json.h"
#include "doc/patch.h"
#include "fuzz/fuzz.h"

static void check_round_trip(struct docset *set, struct arena *arena, const struct node *root)
{
	struct error err;
	struct str text = json_text(arena, root, JSON_INDENT);
	const struct node *again = json_read(set, STR("again"), text, &err);

	/* Invalid UTF-8 is written as an escape, which comes back as a character. */
	assert(again && (str_contains(text, STR("\\ufffd")) || node_equal(again, root)));
	json_text(arena, root, JSON_SORT_KEYS | JSON_ESCAPE_HTML);
}

/* A document and a patch on two lines. */
static void check_patch(struct docset *set, struct arena *arena, struct str text)
{
	struct error err;
	struct str first = str_cut(&text, '\n');
	const struct node *root = json_read(set, STR("document"), first, &err);
	const struct node *patch = root ? json_read(set, STR("patch"), text, &err) : NULL;
	struct patch_options options = { .lenient = first.len % 2, .ensure_path = first.len % 3 };

	if (!patch)
		return;
	struct str before = json_text(arena, root, 0);
	const struct node *result = patch_json(arena, root, patch, &options, &err);
	const struct node *merged = patch_merge(arena, root, patch);
	diff_nodes(arena, root, result, diff_key_name, NULL);
	patch_merge_between(arena, root, merged);
	assert(str_equal(before, json_text(arena, root, 0)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct str text = { (const char *)bytes, MIN(size_bytes, (size_t)(1 << 16)) };
	struct error err;
	const struct node *root = json_read(set, STR("input"), text, &err);

	if (root)
		check_round_trip(set, arena, root);
	check_patch(set, arena, text);
	return 0;
}
