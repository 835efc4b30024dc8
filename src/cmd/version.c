/* version - forge version: which forge this is, and the libraries inside */
#include <openssl/opensslv.h>
#include <zlib.h>

#include "cmd/command.h"

#ifndef FORGE_VERSION
#define FORGE_VERSION "0.1.0"
#endif

struct version_args {
	struct str output;
	bool all;
};

static const struct option version_options[] = {
	{ 0, "all", NULL, OPTION_BOOL, offsetof(struct version_args, all),
	  "also list the libraries that are linked in", NULL },
	{ 0, "json", NULL, OPTION_CONST, offsetof(struct version_args, output),
	  "print one JSON document", "json" },
	{},
};

static const struct {
	const char *name;
	const char *version;
} parts[] = {
	{ "openssl", OPENSSL_VERSION_STR },
	{ "zlib", ZLIB_VERSION },
	{ "compiler", __VERSION__ },
};

static void print_json(FILE *out, bool all)
{
	fprintf(out, "{\"apiVersion\":\"forge.dev/v1\",\"kind\":\"Version\",\"version\":\"%s\"",
		FORGE_VERSION);
	for (size_t i = 0; all && i < ARRAY_COUNT(parts); i++)
		fprintf(out, "%s\"%s\":\"%s\"", i ? "," : ",\"parts\":{", parts[i].name,
			parts[i].version);
	fprintf(out, "%s}\n", all ? "}" : "");
}

static int version_run(struct app *app, const void *args)
{
	const struct version_args *a = args;

	if (a->output.ptr) {
		print_json(app->out, a->all);
		return 0;
	}
	fprintf(app->out, "forge %s\n", FORGE_VERSION);
	for (size_t i = 0; a->all && i < ARRAY_COUNT(parts); i++)
		fprintf(app->out, "%s %s\n", parts[i].name, parts[i].version);
	return 0;
}

const struct command cmd_version = {
	.name = "version",
	.summary = "show the version of forge",
	.examples = "forge version\n"
		    "forge version --all\twith the versions of the libraries inside",
	.options = version_options,
	.size = sizeof(struct version_args),
	.run = version_run,
};
