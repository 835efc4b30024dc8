/* ignore - patterns of .gitignore and .sourceignore files */
#include "base/ignore.h"

#include "base/glob.h"
#include "base/vec.h"

struct ignore_pattern {
	struct str directory; /* of the file it stands in */
	struct str text;      /* without "!" and the slashes at its ends */
	bool includes;	      /* "!" */
	bool only_directories;
	bool anchored; /* it has a slash, so it begins at its directory */
	/* Most patterns need no glob: "a.yaml" and "*.tmp". */
	bool is_literal;
	bool is_suffix; /* without the star; what it is compared with has no slash */
};

/* Blanks at the end do not count, unless the last one is escaped. */
static struct str strip_line(struct str line)
{
	line = str_strip_suffix(line, STR("\r"));
	while (str_ends(line, STR(" ")) && !str_ends(line, STR("\\ ")))
		line.len--;
	return line;
}

static bool pattern_parse(struct str line, struct ignore_pattern *p)
{
	line = strip_line(line);
	if (!line.len || line.ptr[0] == '#')
		return false;
	p->includes = line.ptr[0] == '!';
	if (p->includes)
		line = str_from(line, 1);
	p->only_directories = str_ends(line, STR("/"));
	line = str_strip_suffix(line, STR("/"));
	p->anchored = str_find_char(line, '/') >= 0;
	p->text = str_strip_prefix(line, STR("/"));
	p->is_literal = !glob_is_pattern(p->text);
	p->is_suffix = !p->anchored && str_starts(p->text, STR("*")) &&
		       !glob_is_pattern(str_from(p->text, 1));
	return p->text.len > 0;
}

void ignore_add(struct ignore *ignore, struct arena *arena, struct str directory, struct str lines)
{
	for (struct str rest = lines; rest.ptr;) {
		struct ignore_pattern pattern = { .directory = directory };
		if (!pattern_parse(str_cut(&rest, '\n'), &pattern))
			continue;
		VEC_PUSH(arena, ignore, pattern);
		ignore->size_bytes += pattern.text.len;
	}
}

/* The path below the pattern's directory; absent when it is not in there. */
static struct str below(const struct ignore_pattern *p, struct str path)
{
	if (!p->directory.len)
		return path;
	struct str rest = str_strip_prefix(path, p->directory);
	if (rest.len == path.len || !str_starts(rest, STR("/")))
		return STR_NONE;
	return str_from(rest, 1);
}

static bool text_matches(const struct ignore_pattern *p, struct str name)
{
	if (p->is_literal)
		return str_equal(p->text, name);
	if (p->is_suffix)
		return str_ends(name, str_from(p->text, 1));
	return glob_match(p->text, name, GLOB_DOUBLE_STAR);
}

/* Tries the path itself and each directory it is in. */
static bool pattern_match(const struct ignore_pattern *p, struct str path, bool is_directory)
{
	size_t part_start = 0;

	path = below(p, path);
	for (size_t end = 0; path.len && end <= path.len; end++) {
		if (end < path.len && path.ptr[end] != '/')
			continue;
		bool is_whole = end == path.len;
		struct str name = str_sub(path, p->anchored ? 0 : part_start, end);
		part_start = end + 1;
		if (is_whole && p->only_directories && !is_directory)
			continue;
		if (text_matches(p, name))
			return true;
	}
	return false;
}

bool ignore_match(const struct ignore *ignore, struct str path, bool is_directory)
{
	for (uint32_t i = ignore->count; i-- > 0;)
		if (pattern_match(&ignore->items[i], path, is_directory))
			return !ignore->items[i].includes;
	return false;
}

static bool pattern_match_entry(const struct ignore_pattern *p, struct str path, bool is_directory)
{
	if (p->only_directories && !is_directory)
		return false;
	path = below(p, path);
	if (!p->anchored)
		path = str_from(path, (size_t)(str_find_last_char(path, '/') + 1));
	return path.len && text_matches(p, path);
}

bool ignore_match_entry(const struct ignore *ignore, struct str path, bool is_directory)
{
	for (uint32_t i = ignore->count; i-- > 0;)
		if (pattern_match_entry(&ignore->items[i], path, is_directory))
			return !ignore->items[i].includes;
	return false;
}
