/* diff_markdown - differences of objects as a comment on a pull request */
#include "base/arena.h"
#include "verbs/diff_report.h"

/*
 * No text of a repository is markup: each ASCII sign that Markdown or HTML may know becomes a
 * numeric entity, which is a sign to read and nothing else (CommonMark, 2.5). Text stands in <code>
 * or <pre>, where GitHub looks for no mentions and issue numbers.
 */
static struct str escaped(struct arena *arena, struct str text)
{
	static const struct str plain = STR_INIT(" \n-/,=+");
	struct buf out;

	buf_init(&out, arena);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		bool is_letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
				 (c >= 'A' && c <= 'Z') || c >= 0x80;
		if (is_letter || str_find_char(plain, (char)c) >= 0)
			buf_add_char(&out, (char)c);
		else
			buf_printf(&out, "&#%u;", c);
	}
	return buf_str(&out);
}

/* A text from outside, as people may see it, then without markup. */
static struct str cell(struct arena *arena, struct str text)
{
	struct buf out;
	struct ink ink = { .out = &out, .in_line = true };

	buf_init(&out, arena);
	ink_printf(&ink, "%.*s", STR_FMT(text));
	return escaped(arena, buf_str(&out));
}

static void add_row(struct arena *arena, const struct node *change, struct buf *out)
{
	struct str remarks = diff_remarks(arena, change), counts = diff_counts(arena, change);

	buf_printf(out, "| %.*s | <code>%.*s</code> | %.*s | %s%.*s%s |\n",
		   STR_FMT(node_str_at(change, "change")),
		   STR_FMT(cell(arena, diff_label(arena, node_get_lit(change, "object")))),
		   STR_FMT(cell(arena, counts)), remarks.len ? "<code>" : "",
		   STR_FMT(cell(arena, remarks)), remarks.len ? "</code>" : "");
}

static void add_details(struct arena *arena, const struct node *change, struct buf *out)
{
	struct buf fields;

	buf_init(&fields, arena);
	diff_fields_text(change, &(struct ink){ .out = &fields });
	if (!fields.len)
		return;
	buf_printf(out,
		   "\n<details><summary><code>%.*s</code></summary>\n\n<pre>\n%.*s</pre>\n\n"
		   "</details>\n",
		   STR_FMT(cell(arena, diff_label(arena, node_get_lit(change, "object")))),
		   STR_FMT(escaped(arena, buf_str(&fields))));
}

/* As many as a comment takes; how many are left out is said. */
static void add_all(const struct node *changes, struct buf *out,
		    void (*add)(struct arena *arena, const struct node *change, struct buf *out),
		    size_t bytes_max)
{
	for (uint32_t i = 0; i < node_item_count(changes); i++) {
		SCRATCH(scratch);
		struct buf one;
		buf_init(&one, scratch);
		add(scratch, node_item(changes, i), &one);
		if (out->len + one.len > bytes_max) {
			buf_printf(out, "\nand %u more, which are too long for a comment\n",
				   node_item_count(changes) - i);
			return;
		}
		buf_add(out, buf_str(&one));
	}
}

void diff_markdown(const struct diff_report *report, struct ink *out)
{
	SCRATCH(scratch);
	const struct node *changes = node_get_lit(report->document, "changes");
	struct str totals = diff_totals(scratch, report->document);

	buf_printf(out->out, "**forge diff**: %.*s\n", STR_FMT(totals));
	if (!node_item_count(changes))
		return;
	buf_add(out->out, STR("\n| change | object | fields | |\n|---|---|---|---|\n"));
	add_all(changes, out->out, add_row, DIFF_MARKDOWN_BYTES_MAX / 2);
	if (!report->is_stat)
		add_all(changes, out->out, add_details, DIFF_MARKDOWN_BYTES_MAX);
}
