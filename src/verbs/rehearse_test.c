/* rehearse_test - a rehearsal as a call: its document, its text, its status, and its early end */

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/set.h"
#include "source/git_fixture.h"
#include "verbs/verbs.h"
#include "world/real.h"
#include "world/world.h"

/* A repository with one Deployment, and a change of it in the working tree. */
static const char setup[] = GIT_FIXTURE_INIT
	"echo 'resources: [web.yaml]' >kustomization.yaml; cat >web.yaml <<E\n"
	"apiVersion: apps/v1\n"
	"kind: Deployment\n"
	"metadata: {name: web, namespace: default}\n"
	"spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, "
	"spec: {containers: [{name: web, image: \"web:1\"}]}}}\n"
	"E\n"
	"git add -A; git commit -qm one; sed -i s/web:1/web:2/ web.yaml;"
	"printf 'apiVersion: forge.dev/v1alpha1\\nkind: Scenario\\nmetadata: {name: x}\\n"
	"spec: {expect: {outcome: rolledBack}}\\n' >expect.yaml";

struct fixture {
	struct arena *arena;
	struct world *world;
	struct str path;
	struct verb_context context;
	struct outcome outcome;
	struct error err;
};

static struct fixture begin(void)
{
	struct fixture f = { .world = real_new(1), .arena = arena_new("rehearse_test") };

	f.path = git_fixture_new(f.world, f.arena, setup);
	f.context = (struct verb_context){ .world = f.world,
					   .arena = f.arena,
					   .set = docset_new(f.arena) };
	return f;
}

static void end(struct fixture *f)
{
	git_fixture_remove(f->world, f->path);
	arena_free(f->arena);
	world_free(f->world);
}

static int rehearse(struct fixture *f, const struct node *arguments)
{
	void *args = arena_alloc(f->arena, verb_rehearse.size);

	if (verb_arguments_read(&verb_rehearse, arguments, f->arena, args, &f->err) < 0)
		return -1;
	return verb_run(&verb_rehearse, &f->context, args, &f->outcome, &f->err);
}

static void document_and_text(void)
{
	struct fixture f = begin();
	struct buf out;

	buf_init(&out, f.arena);
	CHECK_INT(
		rehearse(&f, node_make(f.arena, "{path: %s, seed: 7, no-rollback: true}", f.path)),
		0);
	CHECK_INT(f.outcome.status, 0);
	const struct node *document = outcome_documents(&f.outcome, f.arena).items[0];
	CHECK_TEXT(node_str_at(document, "outcome"), "healthy");
	CHECK_INT(node_int_at(document, "seed", 0), 7);
	CHECK(!node_bool_at(document, "rollback.shipped", true));
	CHECK_INT(outcome_write_text(&f.outcome, &out, /* color= */ false, &f.err), 0);
	CHECK(str_contains(buf_str(&out), STR("seed 7")));
	end(&f);
}

static void an_expectation_that_does_not_hold_is_status_1(void)
{
	struct fixture f = begin();

	CHECK_INT(rehearse(&f, node_make(f.arena, "{path: %s, scenario: [%s]}", f.path,
					 STR_CAT(f.arena, f.path, STR("/expect.yaml")))),
		  0);
	CHECK_INT(f.outcome.status, ERROR_NO);
	end(&f);
}

/* --- a watcher ------------------------------------------------------------------------------- */

enum { LINES_WANTED = 3 };

struct watcher {
	int line_count;
	bool named_what_it_does;
};

static bool is_due(void *context)
{
	(void)context;
	return true;
}

static void show(void *context, struct str line)
{
	struct watcher *w = context;

	w->line_count++;
	w->named_what_it_does = line.len > 0 && !str_contains(line, STR("\n"));
}

static bool has_seen_enough(void *context)
{
	return ((struct watcher *)context)->line_count == LINES_WANTED;
}

static void a_watcher_ends_it(void)
{
	struct fixture f = begin();
	struct watcher watcher = {};
	struct verb_watcher row = {
		.is_due = is_due, .show = show, .is_cancelled = has_seen_enough, .context = &watcher
	};

	f.context.watcher = &row;
	CHECK_INT(rehearse(&f, node_make(f.arena, "{path: %s}", f.path)), -1);
	CHECK_INT(f.err.code, ERROR_INTERRUPTED);
	CHECK_INT(watcher.line_count, LINES_WANTED);
	CHECK(watcher.named_what_it_does);
	end(&f);
}

TESTS({ "the document and the text are of one run", document_and_text },
      { "an expectation that does not hold is status 1",
	an_expectation_that_does_not_hold_is_status_1 },
      { "a watcher gets progress lines and cancels the rehearsal", a_watcher_ends_it })
