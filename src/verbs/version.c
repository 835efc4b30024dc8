/* version - which forge this is, and the libraries inside */
#include <openssl/opensslv.h>
#include <zlib.h>

#include "doc/make.h"
#include "verbs/verbs.h"

#ifndef FORGE_VERSION
#define FORGE_VERSION "0.1.0"
#endif

struct version_args {
	bool all;
};

static const struct argument version_arguments[] = {
	{ 0, "all", NULL, ARGUMENT_BOOL, offsetof(struct version_args, all),
	  "also list the libraries that are linked in" },
	{ 0, "json", NULL, ARGUMENT_FORMAT, .help = "print one JSON document", .values = "json" },
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

static void version_text(const struct outcome *outcome, struct ink *out)
{
	const struct node *document = outcome->documents.items[0];
	const struct node *all = node_get_lit(document, "parts");

	ink_printf(out, "forge %.*s\n", STR_FMT(node_str_at(document, "version")));
	for (uint32_t i = 0; i < node_entry_count(all); i++)
		ink_printf(out, "%.*s %.*s\n", STR_FMT(node_text(node_entry(all, i)->key)),
			   STR_FMT(node_text(node_entry(all, i)->value)));
}

static int version_run(const struct verb_context *context, const void *args, struct outcome *ret,
		       struct error *err)
{
	const struct version_args *a = args;
	struct arena *arena = context->arena;
	const struct node *all = NULL;

	(void)err;
	for (size_t i = 0; a->all && i < ARRAY_COUNT(parts); i++)
		all = node_with(arena, all, str_from_cstr(parts[i].name),
				node_cstr(arena, parts[i].version));
	nodes_add(arena, &ret->documents,
		  node_make(arena,
			    "{apiVersion: forge.dev/v1, kind: Version, version: %c, parts: %?n}",
			    FORGE_VERSION, all));
	ret->text = version_text;
	return 0;
}

const struct verb verb_version = {
	.name = "version",
	.group = VERB_FORGE,
	.summary = "show the version of forge",
	.examples = "forge version\n"
		    "forge version --all\twith the versions of the libraries inside",
	.arguments = version_arguments,
	.size = sizeof(struct version_args),
	.read_only = true,
	.run = version_run,
};
