/* file_path - names of files as texts: nothing is looked up */
#include "base/file_path.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

struct str file_path_without_steps(struct arena *arena, struct str path)
{
	VEC(struct str) parts = {};
	struct buf buf;

	for (struct str rest = path; rest.ptr;) {
		struct str part = str_cut(&rest, '/');
		if (!part.len || str_equal(part, STR(".")))
			continue;
		if (!str_equal(part, STR("..")))
			VEC_PUSH(arena, &parts, part);
		else if (parts.count)
			parts.count--;
	}
	buf_init(&buf, arena);
	for (uint32_t i = 0; i < parts.count; i++) {
		buf_add_char(&buf, '/');
		buf_add(&buf, parts.items[i]);
	}
	return buf.len ? buf_str(&buf) : STR("/");
}

struct str file_path_seen_from(struct arena *arena, struct str folder, struct str path)
{
	struct buf buf;

	if (!str_starts(path, STR("/")))
		return str_strip_prefix(path, STR("./"));
	struct str to = file_path_without_steps(arena, path), from = folder;
	buf_init(&buf, arena);
	str_cut(&to, '/');
	str_cut(&from, '/');
	while (to.ptr && from.len) {
		struct str next_to = to, next_from = from;
		if (!str_equal(str_cut(&next_to, '/'), str_cut(&next_from, '/')))
			break;
		to = next_to;
		from = next_from;
	}
	while (from.len) {
		buf_add(&buf, buf.len ? STR("/..") : STR(".."));
		str_cut(&from, '/');
	}
	if (to.len && buf.len)
		buf_add_char(&buf, '/');
	if (to.ptr)
		buf_add(&buf, to);
	return buf.len ? buf_str(&buf) : STR(".");
}

bool file_path_leads_above(struct str path)
{
	int depth = 0;

	for (struct str rest = path; rest.ptr && depth >= 0;) {
		struct str part = str_cut(&rest, '/');
		if (str_equal(part, STR("..")))
			depth--;
		else if (part.len && !str_equal(part, STR(".")))
			depth++;
	}
	return depth < 0;
}
