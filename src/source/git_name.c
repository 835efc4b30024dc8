/* git_name - which names a file of a repository may have */
#include "source/git_name.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "base/visible.h"

/* HFS+ takes no notice of these: ".g\u200cit" is ".git" there. */
static bool is_ignorable(uint32_t rune)
{
	return (rune >= 0x200c && rune <= 0x200f) || (rune >= 0x202a && rune <= 0x202e) ||
	       (rune >= 0x206a && rune <= 0x206f) || rune == 0xfeff;
}

/*
 * ".git" for a file system that ignores case, some characters (HFS+), blanks and points at the end
 * or what stands behind a colon, or that has short names (NTFS).
 */
static bool is_dot_git(struct str name)
{
	char seen[8] = { 0 };
	size_t len = 0;

	for (size_t at = 0; at < name.len;) {
		uint32_t rune = utf8_next(name, &at);
		if (is_ignorable(rune))
			continue;
		if (rune == ':' || rune == '\\')
			break;
		if ((rune == ' ' || rune == '.') && len >= 4)
			continue;
		if (len >= sizeof(seen) || rune > 0x7f)
			return false;
		seen[len++] = (char)(rune >= 'A' && rune <= 'Z' ? rune + 'a' - 'A' : rune);
	}
	struct str s = { seen, len };
	return str_equal(s, STR(".git")) || str_equal(s, STR("git~1"));
}

const char *git_name_fault(struct str name)
{
	if (!name.len)
		return "is empty";
	if (str_equal(name, STR(".")) || str_equal(name, STR("..")))
		return "is a step, no name";
	if (str_find_char(name, '/') >= 0)
		return "has a slash";
	if (!utf8_valid(name, NULL))
		return "is not UTF-8";
	for (size_t at = 0; at < name.len;) {
		uint32_t rune = utf8_next(name, &at);
		if (rune < 0x20 || (rune >= 0x7f && rune <= 0x9f))
			return "has a control character";
	}
	return is_dot_git(name) ? "stands for '.git'" : NULL;
}

int git_refuse_name(struct str where, struct str path, const char *fault, struct error *err)
{
	SCRATCH(scratch);

	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "%.*s has a file '%.*s': a name that %s",
		  STR_FMT(where), STR_FMT(visible(scratch, path)), fault);
	return error_hint(err, "Forge reads no repository with such a name; rename it");
}

int git_check_path(struct str where, struct str path, struct error *err)
{
	for (struct str rest = path; rest.ptr;) {
		const char *fault = git_name_fault(str_cut(&rest, '/'));
		if (fault)
			return git_refuse_name(where, path, fault, err);
	}
	return 0;
}
