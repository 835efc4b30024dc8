/* sops_text - whole files that SOPS has encrypted, in the formats that it knows */
#include "base/arena.h"
#include "base/num.h"
#include "base/vec.h"
#include "build/sops_inside.h"
#include "doc/json.h"
#include "doc/map_edit.h"
#include "doc/nodes.h"
#include "doc/secret.h"
#include "doc/yaml.h"

#define LIST_MARK STR("__list_")

static const struct {
	struct str name, mark;
} formats[] = {
	[SOPS_BINARY] = { STR_INIT("binary"), STR_INIT("\"mac\": \"ENC[") },
	[SOPS_DOTENV] = { STR_INIT("dotenv"), STR_INIT("sops_mac=ENC[") },
	[SOPS_INI] = { STR_INIT("INI"), STR_INIT("[sops]") },
	[SOPS_JSON] = { STR_INIT("JSON"), STR_INIT("\"mac\": \"ENC[") },
	[SOPS_YAML] = { STR_INIT("YAML"), STR_INIT("mac: ENC[") },
};

enum sops_format sops_format_of(struct str path)
{
	static const struct {
		struct str end;
		enum sops_format format;
	} ends[] = {
		{ STR_INIT(".yaml"), SOPS_YAML },  { STR_INIT(".yml"), SOPS_YAML },
		{ STR_INIT(".json"), SOPS_JSON },  { STR_INIT(".dockerconfigjson"), SOPS_JSON },
		{ STR_INIT(".env"), SOPS_DOTENV }, { STR_INIT(".ini"), SOPS_INI }
	};

	for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
		if (str_ends(path, ends[i].end))
			return ends[i].format;
	return SOPS_BINARY;
}

bool sops_find_format(struct str text, enum sops_format *ret)
{
	static const enum sops_format order[] = { SOPS_JSON, SOPS_DOTENV, SOPS_YAML, SOPS_INI };

	for (size_t i = 0; i < ARRAY_COUNT(order); i++)
		if (str_contains(text, formats[order[i]].mark)) {
			*ret = order[i];
			return true;
		}
	return false;
}

/* One file on its way. */
struct work {
	struct sops *sops;
	const struct sops_text *in;
	struct arena *arena;
	struct sops_reading r;
	struct buf out;
	struct segments segments;
	struct error *err;
};

static int refuse_output(struct work *w)
{
	return error_set(w->err, ERROR_INPUT, w->in->position,
			 "failed to emit encrypted %.*s file as decrypted %.*s",
			 STR_FMT(formats[w->in->from].name), STR_FMT(formats[w->in->to].name));
}

/* --- documents: YAML, JSON, and bytes in one of JSON ----------------------------------------- */

static int read_documents(struct work *w, struct nodes *ret)
{
	struct documents documents;

	if (w->in->from != SOPS_YAML) {
		const struct node *root = json_read(w->sops->set, w->in->path, w->in->text, w->err);
		if (root)
			nodes_add(w->arena, ret, root);
		return root ? 0 : -1;
	}
	if (yaml_read(w->sops->set, w->in->path, w->in->text, DIALECT_GO_V3, &documents, w->err) <
	    0)
		return -1;
	for (uint32_t i = 0; i < documents.count; i++)
		if (node_is_map(documents.items[i].root))
			nodes_add(w->arena, ret, documents.items[i].root);
	return 0;
}

/* As SOPS has it: a tab a level. No text in JSON has a line end. */
static void write_json(struct work *w, const struct node *root)
{
	struct str text = json_text(w->arena, root, JSON_INDENT | JSON_ESCAPE_HTML | JSON_SECRETS);

	for (struct str rest = text; rest.ptr;) {
		struct str line = str_cut(&rest, '\n');
		for (; str_starts(line, STR("  ")); line = str_from(line, 2))
			buf_add_char(&w->out, '\t');
		buf_add(&w->out, line);
		buf_add_char(&w->out, '\n');
	}
}

static int write_document(struct work *w, const struct node *root, bool is_first)
{
	const struct node *data = node_get_lit(root, "data");

	if (w->in->to == SOPS_YAML) {
		if (!is_first)
			buf_add(&w->out, STR("---\n"));
		return yaml_write_segments(&w->out, root, &w->segments, w->err);
	}
	if (!is_first || (w->in->to == SOPS_BINARY && !node_is_scalar(data)))
		return refuse_output(w);
	if (w->in->to == SOPS_JSON)
		write_json(w, root);
	else
		buf_add(&w->out, node_text(data));
	return 0;
}

static enum sops_access open_documents(struct work *w)
{
	struct nodes roots = {};
	enum sops_access access;

	if (w->in->to == SOPS_DOTENV || w->in->to == SOPS_INI) {
		refuse_output(w);
		return SOPS_FAILED;
	}
	if (read_documents(w, &roots) < 0)
		return SOPS_FAILED;
	const struct node *metadata = roots.count ? node_get_lit(roots.items[0], "sops") : NULL;
	if (!node_is_map(metadata)) {
		error_set(w->err, ERROR_INPUT, w->in->position, "sops metadata not found");
		return SOPS_FAILED;
	}
	access = sops_open(w->sops, metadata, &w->r, w->err);
	if (access == SOPS_OPEN && sops_check(&w->r, roots.items, roots.count) < 0)
		return SOPS_FAILED;
	for (uint32_t i = 0; access == SOPS_OPEN && i < roots.count; i++) {
		const struct node *opened;
		if (sops_open_tree(&w->r, roots.items[i], &opened) < 0 ||
		    write_document(w, opened, i == 0) < 0)
			return SOPS_FAILED;
	}
	return access;
}

/* --- lines: dotenv and INI ------------------------------------------------------------------- */

/* A line, and what it gives to a key. */
struct line {
	struct str text;
	struct str key, value; /* absent: it gives nothing */
	struct str section;    /* of INI */
	bool is_metadata;
};

struct lines {
	VEC(struct line) items;
};

static struct line read_line(const struct work *w, struct str text, struct str *section)
{
	struct str trimmed = str_trim(text), value = text;
	struct line line = { .text = text, .section = *section };

	if (w->in->from == SOPS_INI && str_starts(trimmed, STR("["))) {
		*section = line.section = str_strip_suffix(str_from(trimmed, 1), STR("]"));
	} else if (trimmed.len && trimmed.ptr[0] != '#' && trimmed.ptr[0] != ';') {
		line.key = str_cut(&value, '=');
		line.value = value;
	}
	if (w->in->from == SOPS_INI) {
		line.key = str_trim(line.key);
		line.value = line.value.ptr ? str_trim(line.value) : STR_NONE;
		line.is_metadata = str_equal(line.section, STR("sops"));
	} else {
		line.is_metadata = str_starts(line.key, STR("sops_"));
	}
	return line;
}

static void read_lines(struct work *w, struct lines *ret)
{
	struct str section = STR("DEFAULT");

	for (struct str rest = str_strip_suffix(w->in->text, STR("\n")); rest.ptr;)
		VEC_PUSH(w->arena, &ret->items, read_line(w, str_cut(&rest, '\n'), &section));
}

/* The value of a line as a scalar that stands there. */
static const struct node *value_node(struct work *w, const struct line *line)
{
	struct str text = str_replace(w->arena, line->value, STR("\\n"), STR("\n"));
	struct node *n = arena_copy(w->arena, node_str(w->arena, text), sizeof(*n));

	n->position = w->in->position + (uint32_t)(line->value.ptr - w->in->text.ptr);
	return n;
}

static const struct node *key_node(struct work *w, struct str key)
{
	return node_str(w->arena, key);
}

/* age__list_0__map_enc: the field of an entry. Of other services it counts that there is one. */
static void add_list_field(struct work *w, struct map_edit *top, struct str key,
			   const struct node *value)
{
	size_t at = (size_t)str_find(key, LIST_MARK);
	struct str service = str_sub(key, 0, at), rest = str_from(key, at + LIST_MARK.len);
	const struct node *list = map_edit_get(top, service), *entry;
	struct str index = str_cut(&rest, '_'), field = str_strip_prefix(rest, STR("_map_"));
	uint64_t number;

	if (!num_uint64(index, 10, &number) || number > node_item_count(list) ||
	    number > SOPS_RECIPIENTS_MAX)
		return;
	entry = node_with(w->arena, node_item(list, (uint32_t)number), field, value);
	list = number < node_item_count(list)
		       ? node_list_with(w->arena, list, (uint32_t)number, entry)
		       : node_list_append(w->arena, list, entry);
	map_edit_set(top, service, list);
}

static const struct node *metadata_of(struct work *w, const struct lines *lines)
{
	struct map_edit top = map_edit_begin(w->arena, NULL);

	for (uint32_t i = 0; i < lines->items.count; i++) {
		const struct line *line = &lines->items.items[i];
		struct str key = w->in->from == SOPS_DOTENV
					 ? str_strip_prefix(line->key, STR("sops_"))
					 : line->key;
		if (!line->is_metadata || !line->value.ptr)
			continue;
		if (str_contains(key, LIST_MARK))
			add_list_field(w, &top, key, value_node(w, line));
		else
			map_edit_set(&top, key, value_node(w, line));
	}
	return map_edit_end(&top);
}

/* {KEY: value}, or {section: {key: value}}. */
static const struct node *tree_of(struct work *w, const struct lines *lines)
{
	VEC(struct entry) top = {};
	VEC(struct entry) section = {};

	for (uint32_t i = 0; i <= lines->items.count; i++) {
		const struct line *line = i < lines->items.count ? &lines->items.items[i] : NULL;
		const struct line *last = i ? &lines->items.items[i - 1] : NULL;
		bool ends = w->in->from == SOPS_INI && section.count &&
			    (!line || !str_equal(line->section, last->section));
		if (ends) {
			struct entry e = { key_node(w, last->section),
					   node_map_of(w->arena, section.items, section.count) };
			VEC_PUSH(w->arena, &top, e);
			memset(&section, 0, sizeof(section));
		}
		if (!line || !line->value.ptr || line->is_metadata)
			continue;
		struct entry e = { key_node(w, line->key), value_node(w, line) };
		if (w->in->from == SOPS_INI)
			VEC_PUSH(w->arena, &section, e);
		else
			VEC_PUSH(w->arena, &top, e);
	}
	return node_map_of(w->arena, top.items, top.count);
}

/* The scalars of the opened tree, in the order of the lines. */
struct opened {
	const struct node *tree;
	uint32_t section, next;
};

static const struct node *next_value(struct opened *o, bool has_sections)
{
	const struct node *map = o->tree;

	if (has_sections) {
		map = node_entry(o->tree, o->section)->value;
		if (o->next >= node_entry_count(map)) {
			map = node_entry(o->tree, ++o->section)->value;
			o->next = 0;
		}
	}
	return node_entry(map, o->next++)->value;
}

static void write_line(struct work *w, const struct line *line, const struct node *value)
{
	uint32_t position = w->in->position + (uint32_t)(line->text.ptr - w->in->text.ptr);
	struct str text = line->text;

	if (value) {
		struct str plain = str_replace(w->arena, node_text(value), STR("\n"), STR("\\n"));
		text = str_concat(w->arena, str_sub(text, 0, (size_t)(line->value.ptr - text.ptr)),
				  plain);
	}
	segments_secret(&w->segments, &w->out, position, str_concat(w->arena, text, STR("\n")),
			SECRECY_SEALED);
}

static void write_lines(struct work *w, const struct lines *lines, const struct node *tree)
{
	struct opened opened = { .tree = tree };

	for (uint32_t i = 0; i < lines->items.count; i++) {
		const struct line *line = &lines->items.items[i];
		bool is_comment = !line->key.ptr && str_contains(line->text, SOPS_ENCRYPTED);
		bool is_end = !line->text.len && i + 1 < lines->items.count &&
			      lines->items.items[i + 1].is_metadata;
		if (line->is_metadata || is_comment || is_end)
			continue;
		write_line(w, line,
			   line->value.ptr ? next_value(&opened, w->in->from == SOPS_INI) : NULL);
	}
}

static enum sops_access open_lines(struct work *w)
{
	struct lines lines = {};
	const struct node *opened;

	if (w->in->to != w->in->from) {
		refuse_output(w);
		return SOPS_FAILED;
	}
	read_lines(w, &lines);
	const struct node *metadata = metadata_of(w, &lines), *tree = tree_of(w, &lines);
	if (!node_is_scalar(node_get_lit(metadata, "mac"))) {
		error_set(w->err, ERROR_INPUT, w->in->position, "sops metadata not found");
		return SOPS_FAILED;
	}
	enum sops_access access = sops_open(w->sops, metadata, &w->r, w->err);
	if (access != SOPS_OPEN)
		return access;
	if (sops_check(&w->r, &tree, 1) < 0 || sops_open_tree(&w->r, tree, &opened) < 0)
		return SOPS_FAILED;
	write_lines(w, &lines, opened);
	return SOPS_OPEN;
}

/* --- both ------------------------------------------------------------------------------------ */

int sops_decrypt_text(struct sops *sops, const struct sops_text *in, struct str *ret,
		      struct error *err)
{
	struct work w = { .sops = sops, .in = in, .arena = sops->arena, .err = err };
	bool is_lines = in->from == SOPS_DOTENV || in->from == SOPS_INI;

	*ret = in->text;
	if (!str_contains(in->text, formats[in->from].mark))
		return 0;
	if (in->text.len > SOPS_FILE_BYTES_MAX)
		return error_set(err, ERROR_INPUT, in->position,
				 "cannot decrypt file with size (%zu bytes) exceeding limit (%d)",
				 in->text.len, SOPS_FILE_BYTES_MAX);
	buf_init(&w.out, sops->arena);
	segments_init(&w.segments, sops->arena);
	enum sops_access access = is_lines ? open_lines(&w) : open_documents(&w);
	if (access != SOPS_OPEN)
		return access == SOPS_CLOSED ? 0 : -1;
	if (!w.segments.count)
		segments_begin(&w.segments, (struct segment){ .position = in->position,
							      .secrecy = SECRECY_SEALED });
	*ret = buf_str(&w.out);
	docset_generated(sops->set, *ret, &w.segments);
	return 0;
}
