/* layer_remote - entries of a kustomization that name a base by a URL */
#include "base/arena.h"
#include "build/kustomize/layer.h"
#include "source/remote_url.h"
#include "source/remotes.h"

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

int layer_open_remote(struct layer *l, const struct node *entry, bool is_folder,
		      struct remote_base *ret)
{
	const struct builder_url url = { node_text(entry), entry, is_folder };

	return builder_open_url(l->b, &url, ret);
}

int layer_refuse_url(struct layer *l, const struct node *entry)
{
	struct error *err = l->b->err;
	struct remote_url url;

	builder_hide_url(l->b, node_text(entry), entry);
	if (remote_url_parse(l->arena, node_text(entry), &url, err) == 0)
		builder_fail(l->b, entry, "there is no such base");
	err->position = entry->position;
	error_hint(err, "a repository is named https://HOST/ORG/REPO//PATH, or by http, ssh or "
			"file");
	return error_wrap(err, "accumulating resources from '%.*s'",
			  STR_FMT(layer_shown(l, entry)));
}
