/* diff_text - differences of objects for people: a line for each value that is gone or new */
#include "base/arena.h"
#include "doc/json.h"
#include "doc/secret.h"
#include "doc/yaml.h"
#include "verbs/diff_hunks.h"
#include "verbs/diff_report.h"

/* --- words ----------------------------------------------------------------------------------- */

struct str diff_label(struct arena *arena, const struct node *object)
{
	struct str namespace = node_shown(node_get_lit(object, "namespace"));

	return STR_CAT(arena, node_shown(node_get_lit(object, "kind")), STR("/"), namespace,
		       namespace.len ? STR("/") : STR(""),
		       node_shown(node_get_lit(object, "name")));
}

static void add_remark(struct buf *out, const char *format, struct str text)
{
	if (out->len)
		buf_add(out, STR("; "));
	buf_printf(out, format, STR_FMT(text));
}

static struct str listed(struct arena *arena, const struct node *list)
{
	struct buf out;

	buf_init(&out, arena);
	for (uint32_t i = 0; i < node_item_count(list); i++)
		buf_printf(&out, "%s%.*s", i ? ", " : "", STR_FMT(node_text(node_item(list, i))));
	return buf_str(&out);
}

/* What becomes of the object that is gone, where that is known. */
static void add_fate(struct buf *out, const struct node *change)
{
	bool is_renamed = node_bool_at(change, "renamed", false), is_pruned;

	if (!node_bool(node_get_lit(change, "pruned"), &is_pruned))
		return;
	struct str fate = is_pruned ? STR("pruned") : STR("not pruned: it stays in the cluster");
	add_remark(out, is_renamed ? "the old one is %.*s" : "%.*s", fate);
}

struct str diff_place(struct arena *arena, struct str part, struct str folder)
{
	if (!folder.len)
		return part.len ? part : STR("the folder itself");
	return STR_CAT(arena, part, part.len ? STR(" in ") : STR(""), folder);
}

/* Where it was, and is; of several folders, each may have an object of this name. */
static void add_place(struct buf *out, struct arena *arena, const struct node *change)
{
	struct str from = node_str_at(change, "movedFrom"), folder = node_str_at(change, "folder");

	if (from.len) {
		struct str to = diff_place(arena, node_str_at(change, "part"), folder);
		add_remark(out, "moved from %.*s", from);
		buf_printf(out, " to %.*s", STR_FMT(to));
	} else if (folder.len) {
		add_remark(out, "in %.*s", folder);
	}
}

struct str diff_remarks(struct arena *arena, const struct node *change)
{
	const struct node *old = node_get_lit(change, "oldObject");
	struct str immutable = listed(arena, node_get_lit(change, "immutable"));
	struct str reordered = listed(arena, node_get_lit(change, "reordered"));
	struct buf out;

	buf_init(&out, arena);
	add_place(&out, arena, change);
	if (node_bool_at(change, "renamed", false))
		add_remark(&out, "was %.*s", diff_label(arena, old));
	add_fate(&out, change);
	if (immutable.len)
		add_remark(&out, "to be recreated, immutable: %.*s", immutable);
	if (reordered.len)
		add_remark(&out, "another order in %.*s", reordered);
	return buf_str(&out);
}

struct str diff_counts(struct arena *arena, const struct node *change)
{
	const struct node *fields = node_get_lit(change, "fields");
	uint32_t added = 0, removed = 0, all = node_item_count(fields);

	for (uint32_t i = 0; i < all; i++) {
		added += !node_get_lit(node_item(fields, i), "oldPath");
		removed += !node_get_lit(node_item(fields, i), "path");
	}
	if (!node_is_list(fields))
		return STR("");
	return str_printf(arena, "+%u ~%u -%u", added, all - added - removed, removed);
}

struct str diff_totals(struct arena *arena, const struct node *document)
{
	static const struct trusted_path paths[] = { TRUSTED_PATH_INIT("totals.added"),
						     TRUSTED_PATH_INIT("totals.changed"),
						     TRUSTED_PATH_INIT("totals.removed") };
	static const char *const words[] = { "added", "changed", "removed" };
	struct buf out;

	buf_init(&out, arena);
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		int64_t count = node_find_int(document, paths[i], 0);
		if (count)
			buf_printf(&out, "%s%lld %s", out.len ? ", " : "", (long long)count,
				   words[i]);
	}
	if (!out.len)
		buf_add(&out, STR("no differences"));
	uint32_t left_out = node_item_count(node_get_lit(document, "notCompared"));
	if (left_out)
		buf_printf(&out, "; %u Kustomization%s not compared", left_out,
			   left_out == 1 ? "" : "s");
	return buf_str(&out);
}

/* --- fields ---------------------------------------------------------------------------------- */

struct side {
	const char *sign;
	enum ink_color color;
	const struct node *value, *origin;
};

/* One line of YAML, or several. */
static struct str value_text(struct arena *arena, const struct node *value)
{
	struct error ignored;
	struct buf out;

	buf_init(&out, arena);
	if (yaml_write(&out, value, 0, &ignored) < 0)
		return json_text(arena, value, 0);
	return str_strip_suffix(buf_str(&out), STR("\n"));
}

static void add_lines(struct ink *out, const struct side *side, struct str text)
{
	for (struct str rest = text; rest.ptr;) {
		struct str line = str_cut(&rest, '\n');
		ink_printf(out, "  ");
		ink_paint(out, side->color, "%s   %.*s", side->sign, STR_FMT(line));
		ink_printf(out, "\n");
	}
}

static void add_origin(struct ink *out, const struct node *chain)
{
	for (uint32_t i = 0; i < node_item_count(chain); i++) {
		const struct node *o = node_item(chain, i);
		ink_printf(out, "      ");
		ink_paint(out, INK_DIM, "%.*s at %.*s:%lld:%lld", STR_FMT(node_str_at(o, "step")),
			  STR_FMT(node_str_at(o, "file")), (long long)node_int_at(o, "line", 0),
			  (long long)node_int_at(o, "column", 0));
		ink_printf(out, "\n");
	}
}

static void add_side(struct ink *out, struct str field, const struct side *side)
{
	SCRATCH(scratch);
	struct str text = value_text(scratch, side->value);
	bool is_long = node_member_count(side->value) || str_find_char(text, '\n') >= 0;

	ink_printf(out, "  ");
	ink_paint(out, side->color, "%s %.*s:%s%.*s", side->sign, STR_FMT(field),
		  is_long ? "" : " ", STR_FMT(is_long ? STR("") : text));
	ink_printf(out, "\n");
	if (is_long)
		add_lines(out, side, text);
	add_origin(out, side->origin);
}

static void add_hunk(struct ink *out, const struct hunk_line *line)
{
	static const struct side sides[] = {
		[HUNK_SAME] = { " ", INK_DIM, NULL, NULL },
		[HUNK_ADDED] = { "+", INK_GREEN, NULL, NULL },
		[HUNK_REMOVED] = { "-", INK_RED, NULL, NULL },
	};

	if (line->kind != HUNK_FOLDED) {
		add_lines(out, &sides[line->kind], line->text);
		return;
	}
	ink_printf(out, "      ");
	ink_paint(out, INK_DIM, "… %u line%s", line->folded_count,
		  line->folded_count == 1 ? "" : "s");
	ink_printf(out, "\n");
}

static bool is_long_text(const struct node *n)
{
	return node_is_scalar(n) && str_find_char(node_shown(n), '\n') >= 0;
}

static void add_name(struct ink *out, const struct node *field, const char *what)
{
	ink_printf(out, "  ");
	ink_paint(out, INK_YELLOW, "~ %.*s:%s", STR_FMT(node_shown(node_get_lit(field, "field"))),
		  what);
	ink_printf(out, "\n");
}

/* Both are texts, and one has several lines. */
static void add_long_text(struct ink *out, const struct node *field)
{
	SCRATCH(scratch);
	struct hunk_lines lines = {};

	add_name(out, field, "");
	diff_hunks(scratch, node_shown(node_get_lit(field, "old")),
		   node_shown(node_get_lit(field, "new")), DIFF_CONTEXT_LINES, &lines);
	for (uint32_t i = 0; i < lines.items.count; i++)
		add_hunk(out, &lines.items.items[i]);
	add_origin(out, node_get_lit(field, "origin"));
}

static bool shows_same(const struct node *a, const struct node *b)
{
	SCRATCH(scratch);

	return str_equal(value_text(scratch, a), value_text(scratch, b));
}

static void add_field(struct ink *out, const struct node *field)
{
	struct side before = { "-", INK_RED, node_get_lit(field, "old"),
			       node_get_lit(field, "oldOrigin") };
	struct side after = { "+", INK_GREEN, node_get_lit(field, "new"),
			      node_get_lit(field, "origin") };
	struct str name = node_shown(node_get_lit(field, "field"));
	bool are_texts = node_is_scalar(before.value) && node_is_scalar(after.value);

	/* They differ, or they would not be here: so what differs is masked. */
	if (before.value && after.value && shows_same(before.value, after.value)) {
		add_name(out, field, " a secret in it changed");
		add_origin(out, after.origin);
		return;
	}
	if (are_texts && (is_long_text(before.value) || is_long_text(after.value))) {
		add_long_text(out, field);
		return;
	}
	if (before.value)
		add_side(out, name, &before);
	if (after.value)
		add_side(out, name, &after);
}

void diff_fields_text(const struct node *change, struct ink *out)
{
	const struct node *fields = node_get_lit(change, "fields");

	for (uint32_t i = 0; i < node_item_count(fields); i++)
		add_field(out, node_item(fields, i));
}

/* --- objects --------------------------------------------------------------------------------- */

static void add_change(const struct diff_report *report, const struct node *change, struct ink *out)
{
	SCRATCH(scratch);
	struct str word = node_str_at(change, "change");
	bool is_added = str_equal(word, STR("added")), is_removed = str_equal(word, STR("removed"));
	struct str remarks = diff_remarks(scratch, change), counts = diff_counts(scratch, change);

	ink_paint(out,
		  is_added     ? INK_GREEN
		  : is_removed ? INK_RED
			       : INK_YELLOW,
		  "%s",
		  is_added     ? "+"
		  : is_removed ? "-"
			       : "~");
	ink_printf(out, " ");
	ink_paint(out, INK_BOLD, "%.*s",
		  STR_FMT(diff_label(scratch, node_get_lit(change, "object"))));
	if (report->is_stat && counts.len)
		ink_printf(out, "  %.*s", STR_FMT(counts));
	if (remarks.len)
		ink_printf(out, " (%.*s)", STR_FMT(remarks));
	ink_printf(out, "\n");
	if (report->is_stat)
		return;
	add_origin(out, node_get_lit(change, "origin"));
	diff_fields_text(change, out);
}

void diff_text(const struct diff_report *report, struct ink *out)
{
	SCRATCH(scratch);
	const struct node *changes = node_get_lit(report->document, "changes");

	for (uint32_t i = 0; i < node_item_count(changes); i++)
		add_change(report, node_item(changes, i), out);
	if (node_item_count(changes) && !report->is_stat)
		ink_printf(out, "\n");
	ink_printf(out, "%.*s\n", STR_FMT(diff_totals(scratch, report->document)));
}
