/* shell - words of a command line as a shell reads them back */
#include "base/shell.h"

#include "base/arena.h"

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       str_find_char(STR("%+,-./:=@_"), c) >= 0;
}

struct str shell_word(struct arena *arena, struct str word)
{
	bool plain = word.len > 0;

	if (str_starts(word, STR("-")))
		word = str_concat(arena, STR("./"), word);
	for (size_t i = 0; i < word.len && plain; i++)
		plain = is_plain(word.ptr[i]);
	if (plain)
		return word;
	return STR_CAT(arena, STR("'"), str_replace(arena, word, STR("'"), STR("'\\''")), STR("'"));
}
