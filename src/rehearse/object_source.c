/* object_source - where in the repository an object of the cluster comes from */
#include "rehearse/object_source.h"

#include "api/cache.h"
#include "deliver/repository.h"

enum { OWNERS_MAX = 10 };

/* The object of that kind and name, whatever its group. */
static const struct object *find_live(const struct cache *cluster, struct str kind, struct key key)
{
	for (kind_id id = 1; id < cache_kind_limit(cluster); id++) {
		const struct object *o = cache_get(cluster, id, key);
		if (o && str_equal(o->kind->name, kind))
			return o;
	}
	return NULL;
}

const struct node *object_source(const struct repository *repository, const struct cache *cluster,
				 struct str kind, struct key key)
{
	const struct node *source = repository_find(repository, kind, key);
	const struct object *o = source ? NULL : find_live(cluster, kind, key);

	for (int i = 0; o && !source && i < OWNERS_MAX; i++) {
		o = cache_get_uid(cluster, o->facts.owner_uid);
		source = o ? repository_find(repository, o->kind->name, o->key) : NULL;
	}
	return source;
}

const struct object *object_top_owner(const struct cache *cluster, const struct object *o)
{
	for (int i = 0; i < OWNERS_MAX && o->facts.owner_uid.len; i++) {
		const struct object *owner = cache_get_uid(cluster, o->facts.owner_uid);
		if (!owner)
			break;
		o = owner;
	}
	return o;
}
