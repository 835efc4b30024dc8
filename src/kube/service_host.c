/* service_host - the names by which a Service is reached: web, web.shop, web.shop.svc … */
#include "kube/service_host.h"

#define DOMAIN ".cluster.local"
#define SVC    ".svc"

/* "name.namespace" where the end says that it is of a cluster: the last label is the namespace. */
static struct key split_at_last(struct str text)
{
	ptrdiff_t dot = str_find_last_char(text, '.');

	if (dot <= 0)
		return (struct key){};
	return (struct key){ str_from(text, (size_t)dot + 1), str_sub(text, 0, (size_t)dot) };
}

struct key service_host_key(struct str host, struct str namespace)
{
	struct str rest = str_strip_suffix(str_strip_suffix(host, STR(SVC DOMAIN)), STR(SVC));
	struct str name, behind = rest;

	if (!rest.len || str_find_char(rest, '*') >= 0)
		return (struct key){};
	if (rest.len != host.len)
		return split_at_last(rest);
	name = str_cut(&behind, '.');
	if (!behind.ptr)
		return (struct key){ namespace, name };
	if (!name.len || !behind.len || str_find_char(behind, '.') >= 0)
		return (struct key){};
	return (struct key){ behind, name };
}

bool service_host_same(struct str a, struct str a_namespace, struct str b, struct str b_namespace)
{
	struct key x = service_host_key(a, a_namespace), y = service_host_key(b, b_namespace);

	return x.name.len && key_equal(x, y);
}

struct str service_host_text(struct arena *arena, struct key service)
{
	return STR_CAT(arena, service.name, STR("."), service.namespace, STR(SVC DOMAIN));
}
