/* build - forge build: print exactly what would be applied */
#include "base/buf.h"
#include "build/kustomize.h"
#include "cmd/command.h"
#include "doc/json.h"
#include "world/world.h"

struct build_args {
	struct str load_restrictor;
	struct str output;
};

static const struct build_args build_defaults = {
	.load_restrictor = STR_INIT("LoadRestrictionsRootOnly"),
	.output = STR_INIT("yaml"),
};

static const struct option build_options[] = {
	{ 0, "load-restrictor", "RULE", OPTION_STR, offsetof(struct build_args, load_restrictor),
	  "LoadRestrictionsRootOnly (default): files lie below their kustomization; or "
	  "LoadRestrictionsNone",
	  "LoadRestrictionsRootOnly LoadRestrictionsNone" },
	{ 'o', "output", "FORMAT", OPTION_STR, offsetof(struct build_args, output),
	  "yaml (default), byte for byte as kubectl kustomize prints it; or json", "yaml json" },
	{},
};

static void print_warnings(struct app *app, struct docset *set, const struct findings *warnings)
{
	for (uint32_t i = 0; i < warnings->count; i++) {
		const struct finding *f = &warnings->items[i];
		struct place at = docset_place(set, f->node ? f->node->position : 0);
		app_warn(app, "%.*s:%u:%u: %.*s", STR_FMT(at.path), at.line, at.column,
			 STR_FMT(f->message));
	}
}

static int print(struct app *app, const struct render *render, struct str format, struct error *err)
{
	struct buf out;

	buf_init(&out, app->arena);
	if (str_equal(format, STR("json"))) {
		for (uint32_t i = 0; i < render->count; i++) {
			json_write(&out, render->objects[i], JSON_SORT_KEYS | JSON_SECRETS);
			buf_add_char(&out, '\n');
		}
	} else if (render_write(render, &out, err) < 0) {
		return -1;
	}
	app_write(app, buf_str(&out));
	return 0;
}

static int build_run(struct app *app, const void *args)
{
	const struct build_args *a = args;
	struct files files = { .world = app->world };
	struct docset *set = docset_new(app->arena);
	struct kustomize_options options = {
		.load_restrictions_none =
			str_equal(a->load_restrictor, STR("LoadRestrictionsNone")),
	};
	struct findings warnings;
	struct render render;
	struct error err;

	app->docs = set;
	findings_init(&warnings, app->arena);
	options.warnings = &warnings;
	struct str path = app->arg_count ? app->args[0] : STR(".");
	if (kustomize_build(&files, path, &options, set, &render, &err) < 0)
		return app_fail(app, &err);
	print_warnings(app, set, &warnings);
	return print(app, &render, a->output, &err) < 0 ? app_fail(app, &err) : 0;
}

const struct command cmd_build = {
	.name = "build",
	.args = "[DIR]",
	.summary = "print exactly what would be applied",
	.about = "Builds a directory with a kustomization: resources, components, generators, "
		 "patches and all other transformers of kustomize 5.7.1.",
	.examples = "forge build apps/production\tthe objects, as kubectl kustomize prints them\n"
		    "forge build -o json .\tone object a line",
	.options = build_options,
	.size = sizeof(struct build_args),
	.defaults = &build_defaults,
	.run = build_run,
};
