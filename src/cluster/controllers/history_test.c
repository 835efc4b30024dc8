/* history_test - revisions of a template: made once, numbered, and cleaned up */
#include "cluster/controllers/history.h"

#include "api/controller_test.h"

static const struct object *put_set(struct fixture *f, const char *spec)
{
	return fixture_put(f, node_make(f->arena,
					"{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: "
					"web}, spec: %n}",
					node_make(f->arena, spec)));
}

/* Of a template with that image, by name. */
static void put_revision(struct fixture *f, const char *name, const char *image, int number)
{
	fixture_put(
		f, node_make(f->arena,
			     "{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: %c, "
			     "labels: {hash: %c}, ownerReferences: [{apiVersion: apps/v1, kind: "
			     "StatefulSet, name: web, uid: uid-web, controller: true}]}, data: "
			     "{spec: {template: {image: %c, $patch: replace}}}, revision: %d}",
			     name, name, image, number));
}

static void put_pod(struct fixture *f, const char *mark)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Pod, metadata: {name: p, labels: "
				 "{controller-revision-hash: %c}, ownerReferences: [{apiVersion: "
				 "apps/v1, kind: StatefulSet, name: web, uid: uid-web, controller: "
				 "true}]}}",
				 mark));
}

static struct revision_name keep(struct fixture *f, const struct object *set)
{
	struct view *view = arena_one(f->arena, struct view);

	plan_init(&f->plan, f->arena);
	*view = (struct view){ .cache = f->cache, .schemas = f->schemas, .arena = f->arena };
	return history_keep(&(struct history){ view, &f->plan, set, STR("hash"), true });
}

/* Revisions old (image a) and older (image b); the present template has the image that is named. */
static void the_present_template_has_the_highest_number(void)
{
	static const struct {
		const char *image;
		int old, older;	 /* numbers; 0: it is not there */
		struct str name; /* absent: one is made */
		int64_t number;	 /* written; -1: nothing is */
	} rows[] = {
		{ "a", 0, 0, { NULL, 0 }, 1 },	    { "c", 5, 3, { NULL, 0 }, 6 },
		{ "a", 5, 3, STR_INIT("old"), -1 }, { "b", 5, 3, STR_INIT("older"), 6 },
		{ "a", 5, 5, STR_INIT("old"), -1 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].image); i++) {
		struct fixture f = fixture_begin();
		const struct object *set = fixture_put(
			&f, node_make(f.arena,
				      "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: "
				      "web}, spec: {template: {image: %c}}}",
				      rows[i].image));
		if (rows[i].old)
			put_revision(&f, "old", "a", rows[i].old);
		if (rows[i].older)
			put_revision(&f, "older", "b", rows[i].older);
		struct revision_name found = keep(&f, set);
		if (rows[i].name.ptr) {
			CHECK_STR(found.name, rows[i].name);
			CHECK_STR(found.hash, rows[i].name);
		} else {
			CHECK_STR(found.name, STR_CAT(f.arena, STR("web-"), found.hash));
			CHECK_INT(f.plan.writes.items[0].request.verb, API_CREATE);
		}
		int64_t number = -1;
		if (CHECK_INT(f.plan.writes.count, rows[i].number >= 0) && f.plan.writes.count)
			number = node_int_at(f.plan.writes.items[0].request.body, "revision", -1);
		CHECK_INT(number, rows[i].number);
		fixture_end(&f);
	}
}

/* Beside the present one (image now); those that pods have stay. */
static void the_oldest_without_pods_go(void)
{
	static const struct {
		const char *spec, *pod; /* the revision that a pod has */
		const char *deleted;
	} rows[] = {
		{ "{template: {image: now}}", "none", "" }, /* ten are kept */
		{ "{template: {image: now}, revisionHistoryLimit: 3}", "none", "" },
		{ "{template: {image: now}, revisionHistoryLimit: 2}", "none", "r1" },
		{ "{template: {image: now}, revisionHistoryLimit: 1}", "none", "r1 r2" },
		{ "{template: {image: now}, revisionHistoryLimit: 0}", "none", "r1 r2 r3" },
		{ "{template: {image: now}, revisionHistoryLimit: -1}", "none", "r1 r2 r3" },
		{ "{template: {image: now}, revisionHistoryLimit: 2}", "r1", "r2" },
		{ "{template: {image: now}, revisionHistoryLimit: 0}", "r2", "r1 r3" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		struct str deleted = STR("");
		const struct object *set = put_set(&f, rows[i].spec);
		put_revision(&f, "r2", "b", 2);
		put_revision(&f, "r1", "a", 1);
		put_revision(&f, "r3", "c", 3);
		put_revision(&f, "r4", "now", 4);
		put_pod(&f, rows[i].pod);
		keep(&f, set);
		for (uint32_t w = 0; w < f.plan.writes.count; w++)
			deleted = STR_CAT(f.arena, deleted, w ? STR(" ") : STR(""),
					  f.plan.writes.items[w].request.key.name);
		CHECK_STR(deleted, str_from_cstr(rows[i].deleted));
		fixture_end(&f);
	}
}

/* Of a revision without a number. */
static void no_number_is_zero(void)
{
	static const struct {
		const char *image;
		int other;	/* number of another revision; 0: there is none */
		int64_t number; /* written; -1: nothing is */
	} rows[] = { { "a", 0, -1 }, { "b", 0, 1 }, { "a", 1, 2 }, { "b", 1, 2 } };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].image); i++) {
		struct fixture f = fixture_begin();
		const struct object *set = fixture_put(
			&f, node_make(f.arena,
				      "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: "
				      "web}, spec: {template: {image: %c}}}",
				      rows[i].image));
		put_revision(&f, "old", "a", 0);
		const struct object *old = cache_get(f.cache, KIND_CONTROLLERREVISION,
						     (struct key){ STR("default"), STR("old") });
		fixture_put(&f, node_without(f.arena, old->root, STR("revision")));
		if (rows[i].other)
			put_revision(&f, "other", "c", rows[i].other);
		keep(&f, set);
		int64_t number = -1;
		if (f.plan.writes.count)
			number = node_int_at(f.plan.writes.items[0].request.body, "revision", -1);
		CHECK_INT(number, rows[i].number);
		fixture_end(&f);
	}
}

static void revisions_are_found_by_name(void)
{
	struct fixture f = fixture_begin();
	const struct object *set = put_set(&f, "{template: {image: now}}");
	const struct view view = { .cache = f.cache, .arena = f.arena };
	const struct history history = { &view, &f.plan, set, STR("hash"), true };

	put_revision(&f, "r1", "a", 1);
	put_revision(&f, "r2", "b", 2);
	CHECK_TEXT(history_find(&history, STR("r2"))->key.name, "r2");
	CHECK(!history_find(&history, STR("r3")));
	fixture_end(&f);
}

TESTS({ "the present template has the highest number",
	the_present_template_has_the_highest_number },
      { "the oldest revisions without pods are deleted", the_oldest_without_pods_go },
      { "no number is zero", no_number_is_zero },
      { "revisions are found by name", revisions_are_found_by_name })
