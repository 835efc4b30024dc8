/* regex - RE2 behind the C functions of regex.h: compiling and finding */
#include <new>
#include <re2/re2.h>

extern "C" {
#include "base/arena.h"
#include "base/error.h"
#include "lang/regex.h"
}

struct regex {
	RE2 engine;
	bool whole;

	regex(const re2::StringPiece &pattern, const RE2::Options &options, bool whole_)
	    : engine(pattern, options), whole(whole_)
	{
	}
};

static re2::StringPiece piece(struct str s)
{
	return re2::StringPiece(s.ptr ? s.ptr : "", s.len);
}

static void regex_destroy(void *re)
{
	static_cast<struct regex *>(re)->~regex();
}

/* Go names groups with (?<name>…) too, which this version of RE2 does not know. */
static std::string with_go_groups(struct str pattern)
{
	std::string out;
	out.reserve(pattern.len + 8);
	bool in_class = false;
	for (size_t i = 0; i < pattern.len; i++) {
		const char c = pattern.ptr[i];
		out += c;
		if (c == '\\' && i + 1 < pattern.len) {
			out += pattern.ptr[++i];
		} else if (c == '[') {
			in_class = true;
		} else if (c == ']') {
			in_class = false;
		} else if (!in_class && c == '(' && i + 3 < pattern.len &&
			   pattern.ptr[i + 1] == '?' && pattern.ptr[i + 2] == '<' &&
			   pattern.ptr[i + 3] != '=' && pattern.ptr[i + 3] != '!') {
			out += "?P";
			i++;
		}
	}
	return out;
}

const struct regex *regex_compile(struct arena *arena, struct str pattern, unsigned flags,
				  struct error *err)
{
	if (pattern.len > REGEX_PATTERN_MAX) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			  "a regular expression of %zu bytes; allowed are %d", pattern.len,
			  REGEX_PATTERN_MAX);
		return nullptr;
	}
	RE2::Options options;
	options.set_log_errors(false);
	options.set_max_mem(REGEX_MEMORY_MAX);
	options.set_dot_nl((flags & REGEX_DOT_NEWLINE) != 0);

	void *memory = arena_alloc_raw(arena, sizeof(struct regex), alignof(struct regex));
	struct regex *re =
		new (memory) regex(with_go_groups(pattern), options, (flags & REGEX_WHOLE) != 0);
	arena_cleanup(arena, regex_destroy, re);
	if (re->engine.ok())
		return re;
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not a regular expression: %s",
		  STR_FMT(pattern), re->engine.error().c_str());
	error_hint(err, "the syntax is that of RE2: no backreferences and no look-around");
	return nullptr;
}

bool regex_match(const struct regex *re, struct str text)
{
	const re2::StringPiece input = piece(text);
	return re->engine.Match(input, 0, input.size(),
				re->whole ? RE2::ANCHOR_BOTH : RE2::UNANCHORED, nullptr, 0);
}

bool regex_find(const struct regex *re, struct str text, size_t from, struct str *groups,
		uint32_t group_count)
{
	const re2::StringPiece input = piece(text);
	if (from > input.size())
		return false;
	re2::StringPiece found[REGEX_GROUPS_MAX];
	const uint32_t count = MIN(group_count, static_cast<uint32_t>(REGEX_GROUPS_MAX));
	const RE2::Anchor anchor = re->whole ? RE2::ANCHOR_BOTH : RE2::UNANCHORED;
	if (!re->engine.Match(input, from, input.size(), anchor, found, static_cast<int>(count)))
		return false;
	for (uint32_t i = 0; i < group_count; i++) {
		const bool has = i < count && found[i].data() != nullptr;
		groups[i].ptr = has ? found[i].data() : nullptr;
		groups[i].len = has ? found[i].size() : 0;
	}
	return true;
}

uint32_t regex_group_count(const struct regex *re)
{
	return static_cast<uint32_t>(re->engine.NumberOfCapturingGroups()) + 1;
}

int regex_group_index(const struct regex *re, struct str name)
{
	const auto &groups = re->engine.NamedCapturingGroups();
	const auto at = groups.find(std::string(name.ptr ? name.ptr : "", name.len));
	return at == groups.end() ? -1 : at->second;
}

struct str regex_quote(struct arena *arena, struct str text)
{
	const std::string quoted = RE2::QuoteMeta(piece(text));
	struct str s = { quoted.data(), quoted.size() };
	return str_copy(arena, s);
}
