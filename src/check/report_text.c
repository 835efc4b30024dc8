/* report_text - the findings of a check for people, by file */
#include "base/utf8.h"
#include "check/report.h"
#include "doc/origin.h"

enum { SHOWN_BYTES = 100, LABEL_WIDTH = 7 };

struct text {
	const struct check_report *report;
	struct buf *out;
	bool color;
};

struct str check_report_path(const struct check_report *report, struct str path)
{
	struct str below = str_strip_prefix(path, report->base);

	if (below.len == path.len || !str_starts(below, STR("/")))
		return str_strip_prefix(path, STR("./"));
	return str_from(below, 1);
}

static const char *ink(const struct text *t, const char *code)
{
	return t->color ? code : "";
}

#define PLAIN "\033[0m"
#define BOLD  "\033[1m"
#define DIM   "\033[2m"
#define CYAN  "\033[36m"

static const char *color_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "\033[1;31m";
	case SEVERITY_WARNING:
		return "\033[1;33m";
	case SEVERITY_INFO:
		break;
	}
	return CYAN;
}

/* Text from outside must not steer the terminal. */
static void add_clean(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		buf_add_char(out, c < ' ' || c == 0x7f ? ' ' : (char)c);
	}
}

static void add_line(const struct text *t, const struct finding *f, struct place place)
{
	size_t column = MIN(place.text_column - 1, place.line_text.len);
	size_t from = utf8_shown_from(place.line_text, column, SHOWN_BYTES);
	struct str before = str_sub(place.line_text, from, column);

	buf_printf(t->out, "    %s|%s ", ink(t, DIM), ink(t, PLAIN));
	add_clean(t->out, str_sub(place.line_text, from, from + SHOWN_BYTES));
	buf_printf(t->out, "\n    %s|%s %*s%s^%s\n", ink(t, DIM), ink(t, PLAIN),
		   (int)utf8_width(before), "", ink(t, color_of(f->severity)), ink(t, PLAIN));
}

/* "by patch apps/x.yaml:3:1", a line for each step. The last place is the finding's own. */
static void add_chain(const struct text *t, const struct finding *f)
{
	struct origin_place places[CHECK_CHAIN_MAX];
	uint32_t count = origin_chain(t->report->set, f->node, places, CHECK_CHAIN_MAX);

	for (uint32_t i = 0; i < count; i++) {
		struct place p = places[i].place;
		if (places[i].kind == ORIGIN_NONE || !p.path.len)
			continue;
		buf_printf(t->out, "    %sby:%s %.*s at %.*s:%u:%u\n", ink(t, DIM), ink(t, PLAIN),
			   STR_FMT(origin_word(places[i].kind)),
			   STR_FMT(check_report_path(t->report, p.path)), p.line, p.column);
	}
}

static void add_finding(const struct text *t, const struct finding *f, struct place place)
{
	struct str word = severity_word(f->severity);

	buf_printf(t->out, "  %u:%u %s%.*s%s %s%.*s%s: ", place.line, place.column,
		   ink(t, color_of(f->severity)), STR_FMT(word), ink(t, PLAIN), ink(t, BOLD),
		   STR_FMT(f->rule->id), ink(t, PLAIN));
	add_clean(t->out, f->message);
	buf_add_char(t->out, '\n');
	if (place.line)
		add_line(t, f, place);
	if (f->object.len)
		buf_printf(t->out, "    %sin:%s %.*s\n", ink(t, DIM), ink(t, PLAIN),
			   STR_FMT(f->object));
	if (f->node)
		add_chain(t, f);
	if (f->hint.len) {
		buf_printf(t->out, "    %shint:%s ", ink(t, CYAN), ink(t, PLAIN));
		add_clean(t->out, f->hint);
		buf_add_char(t->out, '\n');
	}
}

static void add_count(struct buf *out, uint32_t count, const char *word, const char *separator)
{
	if (count)
		buf_printf(out, "%s%u %s%s", separator, count, word, count == 1 ? "" : "s");
}

static void add_summary(const struct text *t, struct place first)
{
	const struct check_report *r = t->report;
	uint32_t errors = check_count(r->findings, SEVERITY_ERROR);
	uint32_t warnings = check_count(r->findings, SEVERITY_WARNING) - errors;
	uint32_t infos = r->findings->count - errors - warnings;

	if (!r->findings->count)
		buf_add(t->out, STR("no findings"));
	add_count(t->out, errors, "error", "");
	add_count(t->out, warnings, "warning", errors ? ", " : "");
	add_count(t->out, infos, "remark", errors + warnings ? ", " : "");
	buf_printf(t->out, " in %u object%s\n", r->object_count, r->object_count == 1 ? "" : "s");
	struct str path = r->path_count ? r->paths[0] : STR(".");
	if (errors + warnings && first.line)
		buf_printf(t->out, "next: edit %.*s:%u, then run forge check %.*s again\n",
			   STR_FMT(check_report_path(r, first.path)), first.line, STR_FMT(path));
	else if (!(errors + warnings))
		buf_printf(t->out, "next: forge rehearse runs the release before it ships\n");
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

void check_report_text(const struct check_report *report, struct buf *out, bool color)
{
	struct text t = { report, out, color };
	struct str file = STR_NONE;

	for (uint32_t i = 0; i < report->findings->count; i++) {
		const struct finding *f = &report->findings->items[i];
		struct place place = docset_place(report->set, f->node ? f->node->position : 0);
		struct str path = place.path.len ? place.path : STR("(generated)");
		if (!file.ptr || !str_equal(path, file))
			buf_printf(out, "%s%s%.*s%s\n", i ? "\n" : "", ink(&t, BOLD),
				   STR_FMT(check_report_path(report, path)), ink(&t, PLAIN));
		file = path;
		add_finding(&t, f, place);
	}
	if (report->findings->count)
		buf_add_char(out, '\n');
	add_summary(&t, first_to_edit(report));
}
