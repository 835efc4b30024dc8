/* remote_lock - forge.lock: what the remote bases of a repository are resolved to */
#include "source/remote_lock.h"

#include "base/arena.h"
#include "base/buf.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/set.h"
#include "doc/yaml.h"

enum { SHA1_DIGITS = 40, SHA256_DIGITS = 64 };

static bool is_hash(struct str s, size_t digits)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'f'))
			return false;
	return s.len == digits;
}

bool remote_lock_is_commit(struct str text)
{
	return is_hash(text, SHA1_DIGITS) || is_hash(text, SHA256_DIGITS);
}

/* --- reading --------------------------------------------------------------------------------- */

static int bad(const struct node *n, const char *what, struct error *err)
{
	return error_set(err, ERROR_INPUT, n ? n->position : ERROR_NO_POSITION, "%s", what);
}

static int read_entry(const struct node *n, struct remote_lock_entry *ret, struct error *err)
{
	struct {
		const char *name;
		struct str *value;
	} fields[] = { { "url", &ret->url },
		       { "commit", &ret->commit },
		       { "sha256", &ret->sha256 } };

	*ret = (struct remote_lock_entry){ .url = STR_NONE };
	if (!node_is_map(n))
		return bad(n, "an entry is a map of url and commit, or of url and sha256", err);
	for (uint32_t i = 0; i < node_entry_count(n); i++) {
		const struct entry *e = node_entry(n, i);
		struct str *value = NULL;
		for (size_t k = 0; k < ARRAY_COUNT(fields); k++)
			if (str_equal(node_text(e->key), str_from_cstr(fields[k].name)))
				value = fields[k].value;
		if (!value || !node_is_scalar(e->value))
			return bad(e->key, "an entry has a url, and a commit or a sha256", err);
		*value = node_text(e->value);
	}
	if (!ret->url.len)
		return bad(n, "an entry without url", err);
	if (ret->commit.ptr ? ret->sha256.ptr || !remote_lock_is_commit(ret->commit)
			    : !is_hash(ret->sha256, SHA256_DIGITS))
		return bad(n, "an entry has a commit of 40 digits, or a sha256 of 64", err);
	return 0;
}

static int read_entries(struct arena *arena, const struct node *root, struct remote_lock *ret,
			struct error *err)
{
	const struct node *list = node_get(root, STR("remotes"));

	if (!node_is_map(root) || node_entry_count(root) != 1 || !node_is_list(list))
		return bad(root, "it has one list, 'remotes'", err);
	if (node_item_count(list) > REMOTE_LOCK_ENTRIES_MAX)
		return error_set(err, ERROR_INPUT, list->position, "more than %d entries",
				 REMOTE_LOCK_ENTRIES_MAX);
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct remote_lock_entry entry;
		if (read_entry(node_item(list, i), &entry, err) < 0)
			return -1;
		if (remote_lock_find(ret, entry.url))
			return bad(node_item(list, i), "a url that has an entry already", err);
		remote_lock_put(arena, ret, entry);
	}
	return 0;
}

int remote_lock_read(struct arena *arena, struct str text, struct remote_lock *ret,
		     struct error *err)
{
	struct docset *set = docset_new(arena);
	struct remote_lock lock = {};
	const struct node *root =
		yaml_read_one(set, STR(REMOTE_LOCK_NAME), text, DIALECT_GO_V3, err);

	if (root && read_entries(arena, root, &lock, err) == 0) {
		*ret = lock;
		return 0;
	}
	struct place at = docset_place(set, err->position);
	err->position = ERROR_NO_POSITION;
	if (at.line)
		error_wrap(err, "line %u", at.line);
	return error_hint(err, "'forge build --update-lock' writes it anew, once it is removed");
}

/* --- entries --------------------------------------------------------------------------------- */

const struct remote_lock_entry *remote_lock_find(const struct remote_lock *lock, struct str url)
{
	for (uint32_t i = 0; i < lock->entries.count; i++)
		if (str_equal(lock->entries.items[i].url, url))
			return &lock->entries.items[i];
	return NULL;
}

void remote_lock_put(struct arena *arena, struct remote_lock *lock, struct remote_lock_entry entry)
{
	uint32_t at = 0;

	while (at < lock->entries.count && str_compare(lock->entries.items[at].url, entry.url) < 0)
		at++;
	if (at < lock->entries.count && str_equal(lock->entries.items[at].url, entry.url)) {
		lock->entries.items[at] = entry;
		return;
	}
	VEC_PUSH(arena, &lock->entries, entry);
	for (uint32_t i = lock->entries.count - 1; i > at; i--)
		lock->entries.items[i] = lock->entries.items[i - 1];
	lock->entries.items[at] = entry;
}

/* --- writing --------------------------------------------------------------------------------- */

/* As JSON where YAML would read it as something else than a text, or not at all. */
static struct str as_scalar(struct arena *arena, struct str url)
{
	const struct str plain = STR("/:.-_?=&%@+~,$()!*");

	for (size_t i = 0; i < url.len; i++) {
		char c = url.ptr[i];
		bool is_word =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!is_word && str_find_char(plain, c) < 0)
			return json_text(arena, node_str(arena, url), 0);
	}
	return url;
}

struct str remote_lock_write(struct arena *arena, const struct remote_lock *lock)
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_add(&buf, STR("# The remote bases of this repository: forge build --update-lock writes "
			  "this file.\nremotes:"));
	buf_add(&buf, lock->entries.count ? STR("\n") : STR(" []\n"));
	for (uint32_t i = 0; i < lock->entries.count; i++) {
		const struct remote_lock_entry *e = &lock->entries.items[i];
		bool is_commit = e->commit.ptr != NULL;
		buf_printf(&buf, "- url: %.*s\n  %s: %.*s\n", STR_FMT(as_scalar(arena, e->url)),
			   is_commit ? "commit" : "sha256",
			   STR_FMT(is_commit ? e->commit : e->sha256));
	}
	return buf_str(&buf);
}
