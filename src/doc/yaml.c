/* yaml - documents of a YAML text */
#include "doc/set_internal.h"
#include "doc/yaml/internal.h"

struct documents_vec {
	struct document *items;
	uint32_t count;
	uint32_t capacity;
};

/* Directives and "---", if any. *ret_explicit says whether there was a "---". */
static int document_start(struct yaml_reader *r, bool is_first, bool *ret_explicit)
{
	bool has_version = false, has_directive = false;

	r->handles.count = 0;
	while (r->at < r->end && r->at == r->line && *r->at == '%') {
		if (yaml_directive(r, &has_version) < 0)
			return -1;
		has_directive = true;
	}
	*ret_explicit = r->column < 0 && r->at < r->end && *r->at == '-';
	if (*ret_explicit) {
		r->at += 3;
		return 0;
	}
	if (!is_first || has_directive)
		return yaml_fail(r, r->at, "did not find expected <document start>");
	if (r->column < 0)
		return yaml_fail(r, r->at, "did not find expected node content");
	return 0;
}

static int read_document(struct yaml_reader *r, bool is_first, struct document *ret)
{
	bool is_explicit;

	if (document_start(r, is_first, &is_explicit) < 0)
		return -1;
	ret->start = is_explicit ? yaml_position(r, r->at) : r->base;
	if (is_explicit) {
		r->key_allowed = false;
		r->empty_at = r->at;
		yaml_skip(r);
	}
	bool is_empty = r->column < 0;
	ret->root = is_empty ? NULL : yaml_block_node(r, /* indentless= */ false);
	if (!is_empty && !ret->root)
		return -1;
	if (r->column >= 0)
		return yaml_fail(r, r->at, "did not find expected <document start>");
	ret->end = yaml_position(r, r->at);
	return 0;
}

/* "..." lines behind a document. */
static void skip_document_ends(struct yaml_reader *r)
{
	while (r->column < 0 && r->at < r->end && *r->at == '.') {
		r->at += 3;
		r->key_allowed = false;
		yaml_skip(r);
	}
}

static int read_documents(struct yaml_reader *r, struct documents_vec *documents)
{
	r->key_allowed = true;
	yaml_skip(r);
	while (r->at < r->end) {
		struct document document = {};
		if (read_document(r, documents->count == 0, &document) < 0)
			return -1;
		VEC_PUSH(r->arena, documents, document);
		skip_document_ends(r);
	}
	return 0;
}

static int read_text(struct yaml_reader *r, struct str text, struct documents *ret)
{
	struct documents_vec documents = {};

	if (yaml_check_input(text, r->base, &r->odd_breaks, r->err) < 0)
		return -1;
	r->begin = text.ptr;
	r->end = text.ptr + text.len;
	/* go-yaml takes a second byte order mark for nothing, too. */
	struct str bom = STR("\xef\xbb\xbf");
	r->at = str_strip_prefix(str_strip_prefix(text, bom), bom).ptr;
	r->line = r->empty_at = r->at;
	int result = read_documents(r, &documents);
	heap_free(r->stack);
	if (result < 0)
		return -1;
	*ret = (struct documents){ documents.items, documents.count };
	return 0;
}

int yaml_read_noted(struct docset *set, const struct yaml_input *input, struct documents *ret,
		    struct error *err)
{
	SCRATCH(scratch);
	struct str text = input->text.len ? input->text : STR("");
	struct yaml_reader r = { .indent = -1,
				 .dialect = input->dialect,
				 .arena = docset_arena(set),
				 .scratch = scratch,
				 .notes = input->notes,
				 .err = err };

	if (text.len > YAML_TEXT_BYTES_MAX) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' has more than %d bytes",
			  STR_FMT(input->path), YAML_TEXT_BYTES_MAX);
		return -1;
	}
	if (docset_add(set, input->path, text, &r.base, err) < 0)
		return -1;
	buf_init(&r.text, scratch);
	map_init(&r.anchors, scratch);
	if (read_text(&r, text, ret) == 0)
		return 0;
	docset_unreadable(set, err->position);
	return err->hint[0] ? -1
			    : error_hint(err, "the file is read as YAML up to here; look at "
					      "indentation, quotes and brackets");
}

int yaml_read(struct docset *set, struct str path, struct str text, enum dialect dialect,
	      struct documents *ret, struct error *err)
{
	struct yaml_input input = { .path = path, .text = text, .dialect = dialect };
	struct reading reading = { text.ptr, text.len, hash64(HASH64_START, path), dialect };
	struct str key = { (const char *)&reading, sizeof(reading) };
	const struct documents *before = map_get(&set->readings, key);

	if (before) {
		*ret = *before;
		return 0;
	}
	if (yaml_read_noted(set, &input, ret, err) < 0)
		return -1;
	map_put(&set->readings, str_copy(set->arena, key),
		arena_copy(set->arena, ret, sizeof(*ret)));
	return 0;
}

const struct node *yaml_read_one(struct docset *set, struct str path, struct str text,
				 enum dialect dialect, struct error *err)
{
	struct documents documents;
	const struct node *found = NULL;

	if (yaml_read(set, path, text, dialect, &documents, err) < 0)
		return NULL;
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct document *document = &documents.items[i];
		if (found && document->root) {
			error_set(err, ERROR_INPUT, document->start,
				  "a second document; one is expected");
			return NULL;
		}
		found = document->root ? document->root : found;
	}
	if (!found)
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' has no document",
			  STR_FMT(path));
	return found;
}
