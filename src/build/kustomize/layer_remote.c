/* layer_remote - entries of a kustomization that name a base by a URL */
#include "base/arena.h"
#include "build/kustomize/layer.h"
#include "doc/redact.h"
#include "doc/set.h"
#include "source/remote_url.h"
#include "source/remotes.h"

static const struct rule rule_not_locked = {
	STR_INIT("build/remote-not-locked"),
	SEVERITY_WARNING,
	STR_INIT("a remote base is not in forge.lock: it may be another one tomorrow"),
};

bool layer_is_remote(const struct layer *l, const struct node *entry)
{
	return remotes_is_url(l->arena, node_text(entry));
}

struct str layer_shown(const struct layer *l, const struct node *entry)
{
	struct str text = node_text(entry), userinfo = remote_url_userinfo(text);

	if (!userinfo.ptr)
		return text;
	size_t from = (size_t)(userinfo.ptr - text.ptr);
	return str_concat(l->arena, str_sub(text, 0, from),
			  str_from(text, from + userinfo.len + 1));
}

/* Who sees the line, or a message of another program, does not see what stands before the "@". */
static void hide_credentials(struct layer *l, const struct node *entry)
{
	struct str userinfo = remote_url_userinfo(node_text(entry)), password = userinfo;
	struct redactor *redactor = docset_redactor(l->b->set);

	if (!userinfo.ptr)
		return;
	str_cut(&password, ':');
	redactor_learn(redactor, userinfo);
	redactor_learn(redactor, password);
	docset_hide(l->b->set, entry->position,
		    entry->position + (uint32_t)node_text(entry).len + 1);
}

static void warn(struct layer *l, const struct node *entry, const struct remote_base *base)
{
	if (base->is_locked || base->is_told || !l->b->warnings)
		return;
	finding_add(l->b->warnings, &rule_not_locked, entry,
		    "the remote base '%.*s' is not locked: what it names may change",
		    STR_FMT(base->shown));
	finding_hint(l->b->warnings, "forge build --update-lock");
}

int layer_open_remote(struct layer *l, const struct node *entry, bool is_folder,
		      struct remote_base *ret)
{
	struct builder *b = l->b;
	struct remotes_request request = { .url = node_text(entry),
					   .from = b->files,
					   .top = b->top,
					   .top_folder = b->chain[0],
					   .is_folder = is_folder };

	hide_credentials(l, entry);
	if (!b->top->remotes) {
		if (b->options->meets_remote)
			*b->options->meets_remote = true;
		builder_fail(b, entry, "remote bases are not read here");
		return error_hint(b->err, "copy it into the repository");
	}
	if (remotes_open(b->top->remotes, &request, ret, b->err) < 0) {
		b->err->position = entry->position;
		return -1;
	}
	warn(l, entry, ret);
	return 0;
}

int layer_refuse_url(struct layer *l, const struct node *entry)
{
	struct error *err = l->b->err;
	struct remote_url url;

	hide_credentials(l, entry);
	if (remote_url_parse(l->arena, node_text(entry), &url, err) == 0)
		builder_fail(l->b, entry, "there is no such base");
	err->position = entry->position;
	error_hint(err, "a repository is named https://HOST/ORG/REPO//PATH, or by http, ssh or "
			"file");
	return error_wrap(err, "accumulating resources from '%.*s'",
			  STR_FMT(layer_shown(l, entry)));
}
