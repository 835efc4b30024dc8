/* print_outcome - the outcome of a verb on the streams of the program */
#include "cmd/print_outcome.h"

#include <errno.h>

#include "cmd/print_error.h"
#include "cmd/write_objects.h"
#include "doc/set.h"
#include "world/world.h"

static void print_warnings(struct app *app, const struct findings *warnings)
{
	for (uint32_t i = 0; i < warnings->count; i++) {
		const struct finding *f = &warnings->items[i];
		struct place at = docset_place(app->docs, f->node ? f->node->position : 0);
		if (at.line)
			print_warning(app, "%.*s:%u:%u: %.*s", STR_FMT(at.path), at.line, at.column,
				      STR_FMT(f->message));
		else
			print_warning(app, "%.*s", STR_FMT(f->message));
		if (f->hint.len)
			print_hint(app, f->hint);
	}
}

static int write_outcome(struct app *app, const struct outcome *outcome, struct buf *out,
			 struct error *err)
{
	if (str_equal(app->format, STR("text")))
		return outcome_write_text(outcome, out, app->color_out, err);
	if (str_equal(app->format, STR("yaml")))
		return outcome_write_yaml(outcome, out, err);
	if (str_equal(app->format, STR("json")))
		outcome_write_json(outcome, out);
	else
		outcome_write_format(outcome, app->format, out, app->color_out);
	return 0;
}

static bool is_folder(const struct app *app)
{
	struct file_stat stat;
	struct error ignored;

	return file_stat(app->world, app->output, &stat, &ignored) == 0 &&
	       stat.kind == FILE_DIRECTORY;
}

int print_outcome(struct app *app, const struct outcome *outcome)
{
	SCRATCH(scratch);
	struct error err;
	struct buf out;

	buf_init(&out, scratch);
	if (!outcome->tells_findings)
		print_warnings(app, &outcome->findings);
	if (app->output.len && is_folder(app))
		return write_objects(app->world, app->output, outcome, &err) < 0
			       ? print_error(app, &err)
			       : outcome->status;
	if (write_outcome(app, outcome, &out, &err) < 0)
		return print_error(app, &err);
	struct str text = buf_str(&out);
	if (app->output.len)
		return file_write(app->world, app->output, text, &err) < 0 ? print_error(app, &err)
									   : outcome->status;
	if (text.len && fwrite(text.ptr, 1, text.len, app->out) < text.len)
		app->out_errno = errno;
	return outcome->status;
}
