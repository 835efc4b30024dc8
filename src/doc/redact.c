/* redact - remembers the texts of secrets and masks their copies in output for people */
#include "doc/redact.h"

#include <string.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "doc/credential.h"
#include "doc/json.h"
#include "doc/scalar.h"
#include "doc/secret.h"

enum {
	HEAD_BYTES = 8,	   /* what a telling text has at least; secrets are found by them */
	WORD_BYTES = 12,   /* letters alone are telling from here on */
	DOTTED_BYTES = 20, /* and what has dots, as host names and versions have */
};

struct alike {
	VEC(struct str) texts; /* that begin with the same bytes */
	bool is_full;	       /* all that begins so is one */
};

struct redactor {
	struct arena *arena;
	struct map heads; /* first bytes → struct alike */
	struct map known; /* secrets that were learned: each comes several times in a build */
};

struct redactor *redactor_new(struct arena *arena)
{
	struct redactor *r = arena_one(arena, struct redactor);

	r->arena = arena;
	map_init(&r->heads, arena);
	map_init(&r->known, arena);
	return r;
}

/* Learning */

struct letters {
	bool lower, upper, digits, dots, separators, others;
};

static struct letters letters_of(struct str text)
{
	struct letters l = {};

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c >= 'a' && c <= 'z')
			l.lower = true;
		else if (c >= 'A' && c <= 'Z')
			l.upper = true;
		else if (c >= '0' && c <= '9')
			l.digits = true;
		else if (c == '.')
			l.dots = true;
		else if (str_find_char(STR("-_/: "), c) >= 0)
			l.separators = true;
		else
			l.others = true;
	}
	return l;
}

/* What age encrypts for: whoever has it cannot decrypt. */
static bool is_public_key(struct str text)
{
	enum { AGE_RECIPIENT_BYTES = 62 };

	return text.len == AGE_RECIPIENT_BYTES && str_starts(text, STR("age1"));
}

bool redact_is_telling(struct str text)
{
	if (is_public_key(text))
		return false;
	if (text.len < HEAD_BYTES)
		return false;
	struct letters l = letters_of(text);
	bool has_letters = l.lower || l.upper;
	if (l.dots)
		return text.len >= DOTTED_BYTES && l.upper && l.lower && l.digits;
	if (l.others)
		return has_letters || l.digits;
	return has_letters && (l.digits || (text.len >= WORD_BYTES && !l.separators));
}

static void learn_text(struct redactor *r, struct str text)
{
	if (!redact_is_telling(text))
		return;
	struct str head = str_sub(text, 0, HEAD_BYTES);
	struct alike *a = map_get(&r->heads, head);
	if (!a) {
		a = arena_one(r->arena, struct alike);
		map_put(&r->heads, head, a);
	}
	for (uint32_t i = 0; i < a->texts.count; i++)
		if (str_equal(a->texts.items[i], text))
			return;
	if (a->texts.count == REDACT_ALIKE_MAX)
		a->is_full = true;
	else
		VEC_PUSH(r->arena, &a->texts, text);
}

/* As JSON has it, without the quotes. */
static void learn_escaped(struct redactor *r, struct str text)
{
	struct buf buf;

	buf_init(&buf, r->arena);
	json_write_string(&buf, text, 0);
	struct str json = buf_str(&buf);
	if (json.len != text.len + 2)
		learn_text(r, str_sub(json, 1, json.len - 1));
}

/* Lines of keys, and what stands between the signs of URLs and JSON. */
static void learn_words(struct redactor *r, struct str text, const char *signs)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && !strchr(signs, text.ptr[i]))
			continue;
		if (i > from && i - from < text.len)
			learn_text(r, str_sub(text, from, i));
		from = i + 1;
	}
}

static void learn_plain(struct redactor *r, struct str text)
{
	learn_text(r, text);
	learn_escaped(r, text);
	learn_words(r, text, "\n");
	learn_words(r, text, "\n\t \"',;:@/?&={}[]");
}

void redactor_learn_line(struct redactor *r, struct str line)
{
	size_t from = 0;

	for (size_t i = 0; i <= line.len; i++) {
		if (i < line.len && !strchr("\t \"'`,;:@/?&={}[]*!%|>#", line.ptr[i]))
			continue;
		bool is_key = i < line.len && line.ptr[i] == ':';
		if (i > from && !is_key)
			learn_text(r, str_sub(line, from, i));
		from = i + 1;
	}
}

void redactor_learn(struct redactor *r, struct str secret)
{
	struct str plain;

	if (secret.len < HEAD_BYTES || map_put(&r->known, secret, r))
		return;
	learn_plain(r, secret);
	learn_text(r, base64_encode(r->arena, secret, 0));
	if (base64_decode(r->arena, secret, 0, &plain, NULL) && utf8_valid(plain, NULL))
		learn_plain(r, plain);
}

/* Masking */

/* How long the secret at the beginning of a text is; 0: there is none. */
static size_t secret_length(const struct redactor *r, struct str rest)
{
	const struct alike *a =
		rest.len < HEAD_BYTES ? NULL : map_get(&r->heads, str_sub(rest, 0, HEAD_BYTES));
	size_t longest = 0;

	for (uint32_t i = 0; a && i < a->texts.count; i++)
		if (a->texts.items[i].len > longest && str_starts(rest, a->texts.items[i]))
			longest = a->texts.items[i].len;
	if (a && a->is_full)
		while (longest < rest.len && !strchr("\n\t \"'", rest.ptr[longest]))
			longest++;
	return longest;
}

/* Behind "://": how long a password is and where it begins: "user:password@", or "token@". */
static size_t password_length(struct str rest, size_t *ret_from)
{
	size_t end = 0, colon = SIZE_MAX;

	while (end < rest.len && !strchr("/?#\n\t \"'@", rest.ptr[end])) {
		if (rest.ptr[end] == ':' && colon == SIZE_MAX)
			colon = end;
		end++;
	}
	if (end == rest.len || rest.ptr[end] != '@')
		return 0;
	if (colon == SIZE_MAX && end < HEAD_BYTES)
		return 0; /* git@ */
	*ret_from = colon == SIZE_MAX ? 0 : colon + 1;
	return end - *ret_from;
}

struct str redact(const struct redactor *r, struct arena *arena, struct str text)
{
	struct buf out;
	size_t kept = 0; /* up to here it is in out */

	buf_init(&out, arena);
	for (size_t at = 0; at < text.len; at++) {
		struct str rest = str_from(text, at);
		size_t from = 0, length = r->heads.count ? secret_length(r, rest) : 0;
		if (!length && rest.ptr[0] == ':' && str_starts(rest, STR("://"))) {
			length = password_length(str_from(rest, 3), &from);
			from += 3;
		}
		bool may_be_given = rest.ptr[0] == ':' || rest.ptr[0] == '=' || rest.ptr[0] == 'B';
		if (!length && may_be_given && (length = credential_value(text, at, &from)))
			from -= at;
		if (!length)
			continue;
		buf_add(&out, str_sub(text, kept, at + from));
		buf_add(&out, SECRET_MASK);
		kept = at + from + length;
		at = kept - 1;
	}
	if (!kept)
		return text;
	buf_add(&out, str_from(text, kept));
	return buf_str(&out);
}

static const struct node *redact_scalar(const struct redactor *r, struct arena *arena,
					const struct node *n)
{
	struct str text = node_text(n), shown = node_is_secret(n) ? text : redact(r, arena, text);

	return shown.ptr == text.ptr ? n : node_with_text(arena, n, shown);
}

static const struct node *redact_items(const struct redactor *r, struct arena *arena,
				       const struct node *list)
{
	const struct node *made = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = redact_tree(r, arena, node_item(list, i));
		if (item != node_item(list, i))
			made = node_list_put(arena, list, made, i, item);
	}
	return made;
}

static struct entry redact_entry(const struct redactor *r, struct arena *arena, struct entry e)
{
	bool is_credential = node_text(e.value).len >= CREDENTIAL_BYTES_MIN &&
			     credential_is_named(node_text(e.key)) &&
			     scalar_of(e.value).type == SCALAR_STR &&
			     !credential_is_placeholder(node_text(e.value));

	return (struct entry){ redact_scalar(r, arena, e.key),
			       is_credential ? node_with_text(arena, e.value, SECRET_MASK)
					     : redact_tree(r, arena, e.value) };
}

static const struct node *redact_members(const struct redactor *r, struct arena *arena,
					 const struct node *map)
{
	struct entry *entries = NULL;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct entry *e = node_entry(map, i);
		struct entry shown = redact_entry(r, arena, *e);
		if (shown.key == e->key && shown.value == e->value)
			continue;
		if (!entries)
			entries = node_entries_copy(arena, map);
		entries[i] = shown;
	}
	return entries ? node_with_entries(arena, map, entries, node_entry_count(map)) : map;
}

const struct node *redact_tree(const struct redactor *r, struct arena *arena, const struct node *n)
{
	if (node_is_map(n))
		return redact_members(r, arena, n);
	return node_is_list(n) ? redact_items(r, arena, n) : redact_scalar(r, arena, n);
}

static bool has_word(struct str text, struct str word)
{
	for (size_t at = 0; at + word.len <= text.len; at++)
		if (str_equal_nocase(str_sub(text, at, at + word.len), word))
			return true;
	return false;
}

bool redact_is_suspect(struct str text)
{
	static const struct str words[] = { STR_INIT("secret"),	     STR_INIT("passw"),
					    STR_INIT("passphrase"),  STR_INIT("token"),
					    STR_INIT("credential"),  STR_INIT("stringdata"),
					    STR_INIT("private"),     STR_INIT("api_key"),
					    STR_INIT("apikey"),	     STR_INIT("api-key"),
					    STR_INIT("dockerconfig") };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (has_word(text, words[i]))
			return true;
	return false;
}
