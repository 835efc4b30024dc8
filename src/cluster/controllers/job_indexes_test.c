/* job_indexes_test - indexes in order, the free ones between them, and how they are written */
#include "cluster/controllers/job_indexes.h"

#include "api/controller_test.h"

static struct job_indexes set_of(const int64_t *items, uint32_t count)
{
	return (struct job_indexes){ .items = (int64_t *)items, .count = count };
}

static void writes_runs(void)
{
	static const struct {
		int64_t items[4];
		uint32_t count;
		const char *text;
	} rows[] = {
		{ { 0 }, 0, "" },
		{ { 7 }, 1, "7" },
		{ { 0, 1 }, 2, "0,1" },
		{ { 0, 1, 2, 4 }, 4, "0-2,4" },
		{ { 0, 2000000000, 2000000001, 2000000002 }, 4, "0,2000000000-2000000002" },
	};
	struct arena *arena = arena_new("job_indexes_test");

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		struct job_indexes set = set_of(rows[i].items, rows[i].count);
		CHECK_STR(job_indexes_format(arena, &set), str_from_cstr(rows[i].text));
	}
	arena_free(arena);
}

static void finds_gaps(void)
{
	struct job_indexes set = set_of((const int64_t[]){ 0, 1, 3, 4 }, 4);

	CHECK_INT(job_indexes_skip(&set, 0), 2);
	CHECK_INT(job_indexes_skip(&set, 3), 5);
	CHECK_INT(job_indexes_skip(&set, 6), 6);
}

/* Two pods of one index, one that failed, one that is beyond, one at work. */
static void reads_pods(void)
{
	static const struct {
		const char *index, *phase;
	} pods[] = { { "4", "Succeeded" }, { "1", "Running" },	 { "4", "Failed" },
		     { "4", "Succeeded" }, { "9", "Succeeded" }, { "x", "Succeeded" } };
	struct fixture f = fixture_begin();

	for (size_t i = 0; i < ARRAY_COUNT(pods); i++)
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: Pod, metadata: {name: %s, "
					  "annotations: {batch.kubernetes.io/job-completion-index: "
					  "%c}}, status: {phase: %c}}",
					  str_printf(f.arena, "p%zu", i), pods[i].index,
					  pods[i].phase));
	struct objects all = cache_list(f.cache, f.arena, KIND_POD, STR("default"));
	struct job_indexes taken = job_indexes_of(f.arena, &all, 9, JOB_INDEX_TAKEN);
	struct job_indexes done = job_indexes_of(f.arena, &all, 9, JOB_INDEX_SUCCEEDED);
	CHECK_TEXT(job_indexes_format(f.arena, &taken), "1,4");
	CHECK_TEXT(job_indexes_format(f.arena, &done), "4");
	fixture_end(&f);
}

TESTS({ "runs are written short", writes_runs }, { "free indexes are found in order", finds_gaps },
      { "each index of a pod counts once", reads_pods })
