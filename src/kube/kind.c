/* kind - the kinds of the Kubernetes API and how their objects are addressed */
#include "kube/kind.h"

#include "kube/object.h"

struct str kind_api_version(struct arena *arena, const struct kind *kind)
{
	struct gvk gvk = { kind->group, kind->versions[0].name, kind->name };
	return gvk_api_version(arena, gvk);
}

struct str kind_resource(struct arena *arena, const struct kind *kind)
{
	if (kind->group.len == 0)
		return kind->plural;
	return str_printf(arena, "%.*s.%.*s", STR_FMT(kind->plural), STR_FMT(kind->group));
}
