/* report_text - the findings of a check for people, by file */
#include "base/file_path.h"
#include "base/ink.h"
#include "base/shell.h"
#include "base/utf8.h"
#include "base/visible.h"
#include "check/report.h"
#include "doc/origin.h"

enum { SHOWN_BYTES = 100, LABEL_WIDTH = 7 };

struct text {
	const struct check_report *report;
	struct ink *out;
};

struct str check_report_path(const struct check_report *report, struct str path)
{
	return file_path_seen_from(report->arena, report->base, path);
}

static enum ink_color color_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return INK_BOLD_RED;
	case SEVERITY_WARNING:
		return INK_BOLD_YELLOW;
	case SEVERITY_INFO:
		break;
	}
	return INK_CYAN;
}

/* What stands before a line below a finding. */
static void add_label(const struct text *t, enum ink_color color, const char *label)
{
	ink_printf(t->out, "    ");
	ink_paint(t->out, color, "%s", label);
	ink_printf(t->out, " ");
}

static void add_line(const struct text *t, const struct finding *f, struct place place)
{
	size_t column = MIN(place.text_column - 1, place.line_text.len);
	size_t from = utf8_shown_from(place.line_text, column, SHOWN_BYTES);
	struct str before = str_sub(place.line_text, from, column);

	add_label(t, INK_DIM, "|");
	ink_printf(t->out, "%.*s\n", STR_FMT(str_sub(place.line_text, from, from + SHOWN_BYTES)));
	add_label(t, INK_DIM, "|");
	ink_printf(t->out, "%*s", (int)utf8_width(visible(t->report->arena, before)), "");
	ink_paint(t->out, color_of(f->severity), "^");
	ink_printf(t->out, "\n");
}

/* "by patch apps/x.yaml:3:1", a line for each step. The last place is the finding's own. */
static void add_chain(const struct text *t, const struct finding *f)
{
	struct origin_place places[CHECK_CHAIN_MAX];
	uint32_t count = origin_chain(t->report->set, f->node, places, CHECK_CHAIN_MAX);

	for (uint32_t i = 0; i < count; i++) {
		struct set_spot p = places[i].place;
		if (places[i].kind == ORIGIN_NONE || !p.path.len)
			continue;
		add_label(t, INK_DIM, "by:");
		ink_printf(t->out, "%.*s at %.*s:%u:%u\n", STR_FMT(origin_word(places[i].kind)),
			   STR_FMT(check_report_path(t->report, p.path)), p.line, p.column);
	}
}

static void add_finding(const struct text *t, const struct finding *f, struct place place)
{
	struct str word = severity_word(f->severity);

	ink_printf(t->out, "  %u:%u ", place.line, place.column);
	ink_paint(t->out, color_of(f->severity), "%.*s", STR_FMT(word));
	ink_printf(t->out, " ");
	ink_paint(t->out, INK_BOLD, "%.*s", STR_FMT(f->rule->id));
	ink_printf(t->out, ": %.*s\n", STR_FMT(f->message));
	if (place.line)
		add_line(t, f, place);
	if (f->object.len) {
		add_label(t, INK_DIM, "in:");
		ink_printf(t->out, "%.*s\n", STR_FMT(f->object));
	}
	if (f->node)
		add_chain(t, f);
	if (f->hint.len) {
		add_label(t, INK_CYAN, "hint:");
		ink_printf(t->out, "%.*s\n", STR_FMT(f->hint));
	}
}

static void add_count(struct ink *out, uint32_t count, const char *word, const char *separator)
{
	if (count)
		ink_printf(out, "%s%u %s%s", separator, count, word, count == 1 ? "" : "s");
}

static void add_summary(const struct text *t, struct place first)
{
	const struct check_report *r = t->report;
	uint32_t errors = check_count(r->findings, SEVERITY_ERROR);
	uint32_t warnings = check_count(r->findings, SEVERITY_WARNING) - errors;
	uint32_t infos = r->findings->count - errors - warnings;

	if (!r->findings->count)
		ink_printf(t->out, "no findings");
	add_count(t->out, errors, "error", "");
	add_count(t->out, warnings, "warning", errors ? ", " : "");
	add_count(t->out, infos, "remark", errors + warnings ? ", " : "");
	ink_printf(t->out, " in %u object%s\n", r->object_count, r->object_count == 1 ? "" : "s");
	struct str path = r->path_count ? r->paths[0] : STR(".");
	if (errors + warnings && first.line)
		ink_printf(t->out, "next: edit %.*s:%u, then run forge check %.*s again\n",
			   STR_FMT(check_report_path(r, first.path)), first.line,
			   STR_FMT(shell_word(r->arena, path)));
	else if (!(errors + warnings))
		ink_printf(t->out, "next: forge rehearse runs the release before it ships\n");
}

/* The finding to begin with: the first of the worst. */
static struct place first_to_edit(const struct check_report *r)
{
	const struct finding *worst = NULL;

	for (uint32_t i = 0; i < r->findings->count; i++) {
		const struct finding *f = &r->findings->items[i];
		if (f->node && f->node->position && (!worst || f->severity > worst->severity))
			worst = f;
	}
	return worst ? docset_place(r->set, worst->node->position) : (struct place){};
}

static void add_path(const struct text *t, struct str path, bool is_first)
{
	if (!is_first)
		ink_printf(t->out, "\n");
	ink_paint(t->out, INK_BOLD, "%.*s", STR_FMT(check_report_path(t->report, path)));
	ink_printf(t->out, "\n");
}

void check_report_text(const struct check_report *report, struct ink *out)
{
	struct text t = { report, out };
	struct str file = STR_NONE;

	for (uint32_t i = 0; i < report->findings->count; i++) {
		const struct finding *f = &report->findings->items[i];
		struct place place = docset_place(report->set, f->node ? f->node->position : 0);
		struct str path = place.path.len ? place.path : STR("(generated)");
		if (!file.ptr || !str_equal(path, file))
			add_path(&t, path, /* is_first= */ !i);
		file = path;
		add_finding(&t, f, place);
	}
	if (report->findings->count)
		ink_printf(out, "\n");
	add_summary(&t, first_to_edit(report));
}
