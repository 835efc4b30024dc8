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
