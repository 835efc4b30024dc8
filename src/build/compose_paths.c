/* compose_paths - what a path of a repository is by its name alone */
#include "build/compose_inside.h"

bool compose_is_yaml(struct str name)
{
	return str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml"));
}

struct str compose_parent(struct str path)
{
	ptrdiff_t slash = str_find_last_char(path, '/');
	return slash <= 0 ? STR("/") : str_sub(path, 0, (size_t)slash);
}

bool compose_is_at_or_below(struct str directory, struct str top)
{
	struct str rest = str_strip_prefix(directory, top);

	return top.ptr && directory.ptr && str_starts(directory, top) &&
	       (!rest.len || str_starts(rest, STR("/")));
}
