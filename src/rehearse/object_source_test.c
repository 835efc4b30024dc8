/* object_source_test - objects that controllers made come from what their owners came from */
#include "rehearse/object_source.h"

#include "rehearse/rehearsal_test.h"

static const struct object *first(const struct rehearsal_fixture *f, kind_id kind)
{
	struct objects all =
		cache_list(runner_cache(f->r.platform->runner), f->arena, kind, STR("default"));

	CHECK_INT(all.count, 1);
	return all.items[0];
}

static void pods_come_from_their_deployment(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	const struct node *web = rehearsal_deployment(&f, "web", "web:1", 1);
	rehearsal_render(&f, 0, &web, 1);
	rehearsal_apply(&f, web);
	rehearsal_run_s(&f, 10);
	const struct object *pod = first(&f, KIND_POD), *set = first(&f, KIND_REPLICASET);
	CHECK(object_source(&f.r.repository, f.r.results.cluster, STR("Deployment"),
			    first(&f, KIND_DEPLOYMENT)->key) == web);
	CHECK(object_source(&f.r.repository, f.r.results.cluster, STR("ReplicaSet"), set->key) ==
	      web);
	CHECK(object_source(&f.r.repository, f.r.results.cluster, STR("Pod"), pod->key) == web);
	CHECK(!object_source(&f.r.repository, f.r.results.cluster, STR("Service"),
			     pod->key)); /* another kind of that name */
	CHECK(object_top_owner(f.r.results.cluster, pod) == first(&f, KIND_DEPLOYMENT));
	CHECK(object_top_owner(f.r.results.cluster, first(&f, KIND_DEPLOYMENT)) ==
	      first(&f, KIND_DEPLOYMENT));
	rehearsal_end(&f);
}

static void what_nobody_rendered_has_no_source(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:1", 1));
	rehearsal_run_s(&f, 10);
	CHECK(!object_source(&f.r.repository, f.r.results.cluster, STR("Pod"),
			     first(&f, KIND_POD)->key));
	rehearsal_end(&f);
}

static void the_last_render_counts(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	const struct node *one = rehearsal_deployment(&f, "web", "web:1", 1);
	const struct node *two = rehearsal_deployment(&f, "web", "web:2", 1);
	rehearsal_render(&f, 0, &one, 1);
	rehearsal_render(&f, 1, &two, 1);
	CHECK(object_source(&f.r.repository, f.r.results.cluster, STR("Deployment"),
			    object_key(one)) == two);
	rehearsal_end(&f);
}

TESTS({ "pods come from their Deployment", pods_come_from_their_deployment },
      { "objects that no render has are without source", what_nobody_rendered_has_no_source },
      { "the last render counts", the_last_render_counts })
