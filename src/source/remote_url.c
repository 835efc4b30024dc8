/* remote_url - the URL of a remote base: which repository, the folder in it, which revision */
#include "source/remote_url.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/duration.h"
#include "base/file_path.h"
#include "base/num.h"
#include "base/vec.h"

enum { ORG_AND_REPO = 2 /* segments of a path that name a repository, where no mark ends it */ };

static const struct scheme {
	struct str prefix;
	const char *name;
} schemes[REMOTE_SCHEME_COUNT] = {
	[REMOTE_HTTP] = { STR_INIT("http://"), "http" },
	[REMOTE_HTTPS] = { STR_INIT("https://"), "https" },
	[REMOTE_SSH] = { STR_INIT("ssh://"), "ssh" },
	[REMOTE_FILE] = { STR_INIT("file://"), "file" },
};

const char *remote_scheme_name(enum remote_scheme scheme)
{
	return schemes[scheme].name;
}

bool remote_scheme_may_name(enum remote_scheme fetched_by, enum remote_scheme named)
{
	static const bool may[REMOTE_SCHEME_COUNT][REMOTE_SCHEME_COUNT] = {
		[REMOTE_HTTP] = { [REMOTE_HTTP] = true, [REMOTE_HTTPS] = true },
		[REMOTE_HTTPS] = { [REMOTE_HTTPS] = true },
		[REMOTE_SSH] = { [REMOTE_HTTPS] = true, [REMOTE_SSH] = true },
		[REMOTE_FILE] = { true, true, true, true },
	};

	return may[fetched_by][named];
}

/* --- what is written ------------------------------------------------------------------------- */

/* A URL taken apart, as far as kustomize's parser is. */
struct parts {
	bool has_scheme;
	enum remote_scheme scheme;
	struct str user; /* "git@"; "" */
	struct str host; /* with what ends it: "example.com/", "github.com:" */
	struct str rest;
};

static bool strip_nocase(struct str *s, struct str prefix)
{
	if (s->len < prefix.len || !str_equal_nocase(str_sub(*s, 0, prefix.len), prefix))
		return false;
	*s = str_from(*s, prefix.len);
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* [a-zA-Z][a-zA-Z0-9-]*@ */
static struct str take_user(struct str *s)
{
	size_t i = 0;

	while (i < s->len && (is_letter(s->ptr[i]) ||
			      (i && ((s->ptr[i] >= '0' && s->ptr[i] <= '9') || s->ptr[i] == '-'))))
		i++;
	if (!i || i == s->len || s->ptr[i] != '@')
		return STR("");
	struct str user = str_sub(*s, 0, i + 1);
	*s = str_from(*s, i + 1);
	return user;
}

static bool is_github(struct str s)
{
	return strip_nocase(&s, STR("github.com/")) || strip_nocase(&s, STR("github.com:"));
}

/* Where the host ends; a colon ends it in user@host:path. */
static ptrdiff_t host_end(struct str s, bool takes_colon)
{
	ptrdiff_t slash = str_find_char(s, '/'), colon = str_find_char(s, ':');

	if (takes_colon && (slash < 0 || (colon > 0 && colon < slash)))
		return colon;
	return slash;
}

static int no_url(struct str text, const char *why, struct error *err)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			 "'%.*s' is no URL of a repository: %s", STR_FMT(text), why);
}

static int take_host(struct parts *p, struct str shown, struct error *err)
{
	bool github = is_github(p->rest);
	bool is_scp = !p->has_scheme && (p->user.len || github);

	if (!p->has_scheme && !is_scp)
		return no_url(shown, "it has no scheme", err);
	if (p->has_scheme && p->scheme == REMOTE_FILE)
		return 0;
	ptrdiff_t end = host_end(p->rest, is_scp);
	p->host = end < 0 ? p->rest : str_sub(p->rest, 0, (size_t)end + 1);
	p->rest = end < 0 ? STR("") : str_from(p->rest, (size_t)end + 1);
	/* What is a user there comes by ssh, whatever is written. */
	if (github && (p->user.len || (p->has_scheme && p->scheme == REMOTE_SSH)))
		*p = (struct parts){ .scheme = REMOTE_SSH,
				     .user = p->user,
				     .host = STR("github.com:"),
				     .rest = p->rest };
	else if (github)
		*p = (struct parts){ .has_scheme = true,
				     .scheme = REMOTE_HTTPS,
				     .user = STR(""),
				     .host = STR("github.com/"),
				     .rest = p->rest };
	else if (is_scp)
		p->scheme = REMOTE_SSH;
	if (!p->host.len || str_equal(p->host, STR("/")))
		return no_url(shown, "it has no host", err);
	return 0;
}

static void split_at(struct str s, size_t end, size_t skip, struct str *ret, struct str *ret_path)
{
	*ret = str_sub(s, 0, end);
	*ret_path = str_from(s, MIN(end + skip, s.len));
}

/* A mark that says where the repository ends; false: there is none. */
static bool split_marked(struct str s, struct str *ret, struct str *ret_path)
{
	ptrdiff_t at = str_find(s, STR("_git/"));

	if (at >= 0) {
		size_t name = (size_t)at + STR("_git/").len;
		ptrdiff_t slash = str_find_char(str_from(s, name), '/');
		split_at(s, slash < 0 ? s.len : name + (size_t)slash, 1, ret, ret_path);
		return true;
	}
	at = str_find(s, STR("//"));
	if (at >= 0) {
		split_at(s, (size_t)at, 2, ret, ret_path);
		return true;
	}
	at = str_find(s, STR(".git"));
	if (at >= 0)
		split_at(s, (size_t)at + STR(".git").len, 0, ret, ret_path);
	return at >= 0;
}

static bool split_segments(struct str s, struct str *ret, struct str *ret_path)
{
	size_t end = 0;

	for (int i = 0; i < ORG_AND_REPO; i++) {
		ptrdiff_t slash = str_find_char(str_from(s, end), '/');
		if (slash < 0 && i + 1 < ORG_AND_REPO)
			return false;
		end = slash < 0 ? s.len : end + (size_t)slash + (i + 1 < ORG_AND_REPO);
	}
	split_at(s, end, 1, ret, ret_path);
	return true;
}

/* --- the query ------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	char low = is_letter(c) ? (char)(c | 0x20) : c;

	for (int i = 0; i < 16; i++)
		if (digits[i] == low)
			return i;
	return -1;
}

/* False for a "%" without two digits. */
static bool percent_decode(struct arena *arena, struct str s, bool plus_is_blank, struct str *ret)
{
	struct buf buf;

	buf_init(&buf, arena);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '%') {
			int high = i + 2 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
			int low = i + 2 < s.len ? hex_digit(s.ptr[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		buf_add_char(&buf, plus_is_blank && s.ptr[i] == '+' ? ' ' : c);
	}
	*ret = buf_str(&buf);
	return true;
}

static void take_timeout(struct str value, int64_t *ret_ms)
{
	int64_t count;

	if (num_int64(value, &count) && count > 0 && count <= INT64_MAX / 1000)
		*ret_ms = count * 1000;
	else if (duration_parse(value, &count) && count > 0)
		*ret_ms = MAX(count / NS_PER_MS, 1);
}

/* As Go's strconv.ParseBool; anything else says nothing. */
static void take_bool(struct str value, bool *ret)
{
	static const struct {
		struct str word;
		bool means;
	} words[] = { { STR_INIT("1"), true },	    { STR_INIT("t"), true },
		      { STR_INIT("T"), true },	    { STR_INIT("true"), true },
		      { STR_INIT("TRUE"), true },   { STR_INIT("True"), true },
		      { STR_INIT("0"), false },	    { STR_INIT("f"), false },
		      { STR_INIT("F"), false },	    { STR_INIT("false"), false },
		      { STR_INIT("FALSE"), false }, { STR_INIT("False"), false } };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (str_equal(value, words[i].word))
			*ret = words[i].means;
}

struct parameters {
	struct str ref, version, timeout, submodules;
};

/* The first of each name counts. A query that is none says nothing at all, as in kustomize. */
static void read_query(struct arena *arena, struct str query, struct remote_url *ret)
{
	struct parameters p = {};
	struct {
		struct str name;
		struct str *value;
	} known[] = { { STR("ref"), &p.ref },
		      { STR("version"), &p.version },
		      { STR("timeout"), &p.timeout },
		      { STR("submodules"), &p.submodules } };

	while (query.len) {
		struct str value = str_cut(&query, '&'), key;
		if (str_find_char(value, ';') >= 0)
			return;
		struct str name = str_cut(&value, '=');
		if (!percent_decode(arena, name, true, &key) ||
		    !percent_decode(arena, value, true, &value))
			return;
		for (size_t i = 0; i < ARRAY_COUNT(known); i++)
			if (str_equal(key, known[i].name) && !known[i].value->ptr)
				*known[i].value = value;
	}
	ret->ref = p.ref.len ? p.ref : p.version.len ? p.version : STR("");
	take_timeout(p.timeout, &ret->timeout_ms);
	take_bool(p.submodules, &ret->submodules);
}

/* --- credentials ----------------------------------------------------------------------------- */

struct str remote_url_userinfo(struct str text)
{
	struct str rest = text;

	strip_nocase(&rest, STR("git::"));
	if (!strip_nocase(&rest, STR("https://")) && !strip_nocase(&rest, STR("http://")))
		return STR_NONE;
	struct str authority = rest;
	for (size_t i = 0; i < rest.len; i++)
		if (rest.ptr[i] == '/' || rest.ptr[i] == '?' || rest.ptr[i] == '#') {
			authority = str_sub(rest, 0, i);
			break;
		}
	ptrdiff_t at = str_find_last_char(authority, '@');
	return at < 0 ? STR_NONE : str_sub(authority, 0, (size_t)at);
}

/* Where such a URL has them, "user:password@" and "token@" are left out. */
static struct str without_userinfo(struct arena *arena, struct str text, struct str userinfo)
{
	if (!userinfo.ptr)
		return text;
	size_t from = (size_t)(userinfo.ptr - text.ptr);
	return str_concat(arena, str_sub(text, 0, from), str_from(text, from + userinfo.len + 1));
}

static int take_credentials(struct arena *arena, struct str text, struct remote_url *ret,
			    struct error *err)
{
	struct str userinfo = remote_url_userinfo(text);

	ret->shown = without_userinfo(arena, text, userinfo);
	if (!userinfo.ptr)
		return 0;
	if (!percent_decode(arena, userinfo, false, &ret->credentials))
		return no_url(ret->shown, "its credentials are not encoded as in a URL", err);
	if (str_find_char(ret->credentials, ':') < 0)
		ret->credentials = str_concat(arena, ret->credentials, STR(":"));
	return 0;
}

/* --- all of it ------------------------------------------------------------------------------- */

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return true;
	return false;
}

static int check_text(struct str text, struct error *err)
{
	if (text.len > REMOTE_URL_BYTES_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "a URL of more than %d bytes",
				 REMOTE_URL_BYTES_MAX);
	if (has_control(text))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "a URL with control characters");
	return 0;
}

static void take_scheme(struct parts *p)
{
	strip_nocase(&p->rest, STR("git::"));
	for (int i = 0; i < REMOTE_SCHEME_COUNT && !p->has_scheme; i++)
		if (strip_nocase(&p->rest, schemes[i].prefix)) {
			p->has_scheme = true;
			p->scheme = (enum remote_scheme)i;
		}
	p->user = take_user(&p->rest);
	if (!p->has_scheme || p->scheme != REMOTE_FILE || !p->user.len)
		return;
	/* Of a file it is a part of the path, which goes on behind it. */
	p->rest = (struct str){ p->user.ptr, p->user.len + p->rest.len };
	p->user = STR("");
}

/* Programs would take it for an option. */
static int refuse_dash(const struct parts *p, struct str shown, struct error *err)
{
	if (str_starts(p->host, STR("-")))
		return no_url(shown, "a host does not begin with '-'", err);
	if (!p->has_scheme && str_starts(p->rest, STR("-")))
		return no_url(shown, "a path behind ':' does not begin with '-'", err);
	return 0;
}

int remote_url_parse(struct arena *arena, struct str text, struct remote_url *ret,
		     struct error *err)
{
	struct remote_url url = { .timeout_ms = REMOTE_TIMEOUT_MS, .submodules = true };
	struct str query, repository, path;

	if (check_text(text, err) < 0 || take_credentials(arena, text, &url, err) < 0)
		return -1;
	if (str_starts(text, STR("/")))
		return no_url(url.shown, "it is a path", err);
	query = url.shown;
	struct parts p = { .rest = str_cut(&query, '?') };
	url.ref = STR("");
	read_query(arena, query, &url);
	take_scheme(&p);
	if (take_host(&p, url.shown, err) < 0 || refuse_dash(&p, url.shown, err) < 0)
		return -1;
	bool is_file = p.has_scheme && p.scheme == REMOTE_FILE;
	url.is_marked = split_marked(p.rest, &repository, &path) || url.ref.len;
	if (!split_marked(p.rest, &repository, &path)) {
		repository = p.rest;
		path = STR("");
		if (!is_file && !split_segments(p.rest, &repository, &path))
			return no_url(url.shown, "its path is not /ORGANISATION/REPOSITORY", err);
	}
	if (!repository.len)
		return no_url(url.shown, "it has no path", err);
	url.path = str_strip_prefix(path, STR("/"));
	if (file_path_leads_above(url.path))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "url path exits repo: %.*s",
				 STR_FMT(url.shown));
	struct str scheme = p.has_scheme ? schemes[p.scheme].prefix : STR("");
	url.scheme = p.scheme;
	url.repository = STR_CAT(arena, scheme, p.user, p.host, repository);
	*ret = url;
	return 0;
}

/* --- files ----------------------------------------------------------------------------------- */

bool remote_url_is_file(struct str text)
{
	return strip_nocase(&text, STR("https://")) || strip_nocase(&text, STR("http://"));
}

int remote_url_parse_file(struct arena *arena, struct str text, struct remote_url *ret,
			  struct error *err)
{
	struct remote_url url = { .timeout_ms = REMOTE_TIMEOUT_MS,
				  .path = STR(""),
				  .ref = STR("") };
	struct str rest = text;

	if (check_text(text, err) < 0 || take_credentials(arena, text, &url, err) < 0)
		return -1;
	if (!remote_url_is_file(text))
		return no_url(url.shown, "it is not https or http", err);
	url.scheme = strip_nocase(&rest, STR("https://")) ? REMOTE_HTTPS : REMOTE_HTTP;
	rest = url.shown;
	url.repository = str_cut(&rest, '#');
	*ret = url;
	return 0;
}

bool remote_url_is_meant(struct str text)
{
	return str_contains(text, STR("://")) || is_github(text);
}
