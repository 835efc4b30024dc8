/* builder_files - files that a kustomization names by a path or a URL, and bases by a URL */
#include "build/kustomize/builder.h"
#include "doc/redact.h"
#include "doc/set.h"
#include "source/remote_url.h"
#include "source/remotes.h"

static const struct rule rule_not_locked = {
	STR_INIT("build/remote-not-locked"),
	SEVERITY_WARNING,
	STR_INIT("a remote base is not in forge.lock: it may be another one tomorrow"),
};

/* Who sees the line, or a message of another program, does not see what stands before the "@". */
void builder_hide_url(struct builder *b, struct str url, const struct node *at)
{
	struct str userinfo = remote_url_userinfo(url), password = userinfo;
	struct redactor *redactor = docset_redactor(b->set);

	if (!userinfo.ptr)
		return;
	str_cut(&password, ':');
	redactor_learn(redactor, userinfo);
	redactor_learn(redactor, password);
	if (at)
		docset_hide(b->set, at->position, at->position + (uint32_t)url.len + 1);
}

static void warn(struct builder *b, const struct node *at, const struct remote_base *base)
{
	if (base->is_locked || base->is_told || !b->warnings)
		return;
	finding_add(b->warnings, &rule_not_locked, at,
		    "the remote base '%.*s' is not locked: what it names may change",
		    STR_FMT(base->shown));
	finding_hint(b->warnings, "forge build --update-lock");
}

int builder_open_url(struct builder *b, const struct builder_url *url, struct remote_base *ret)
{
	struct remotes_request request = { .url = url->text,
					   .from = b->files,
					   .top = b->top,
					   .top_folder = b->chain[0],
					   .is_folder = url->is_folder };

	builder_hide_url(b, url->text, url->at);
	if (!b->top->remotes) {
		if (b->options->meets_remote)
			*b->options->meets_remote = true;
		builder_fail(b, url->at, "remote bases are not read here");
		return error_hint(b->err, "copy it into the repository");
	}
	if (remotes_open(b->top->remotes, &request, ret, b->err) < 0) {
		b->err->position = url->at ? url->at->position : ERROR_NO_POSITION;
		return -1;
	}
	warn(b, url->at, ret);
	return 0;
}

/* By http or https. */
static int load_url(struct builder *b, struct str text, struct str *ret_text, struct str *ret_path)
{
	const struct builder_url url = { .text = text };
	struct remote_base base;

	if (builder_open_url(b, &url, &base) < 0)
		return -1;
	if (!base.text.ptr)
		return builder_fail(b, NULL, "URL is a git repository: '%.*s'",
				    STR_FMT(base.shown));
	*ret_text = base.text;
	*ret_path = base.shown;
	return 0;
}

int builder_load_file(struct builder *b, struct str directory, struct str path,
		      struct str *ret_text, struct str *ret_path)
{
	struct str full = builder_join(b->arena, directory, path), real;

	if (remote_url_is_file(path))
		return load_url(b, path, ret_text, ret_path);
	if (builder_leads_out(b, NULL, full))
		return -1;
	if (files_kind(b->files, b->arena, full) != FILE_REGULAR ||
	    files_realpath(b->files, b->arena, full, &real, b->err) < 0)
		return builder_fail(b, NULL, "open %.*s: no such file or directory",
				    STR_FMT(builder_shown(b, full)));
	if (!builder_allows(b, directory, real))
		return builder_fail(b, NULL, "security; file '%.*s' is not in or below '%.*s'",
				    STR_FMT(builder_shown(b, real)),
				    STR_FMT(builder_shown(b, directory)));
	*ret_path = full;
	return files_read(b->files, b->arena, full, ret_text, b->err);
}
