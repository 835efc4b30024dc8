/* git_run_test - nothing that a repository says is run */
#include "source/git_run.h"

#include <stdlib.h>

#include "source/git_test.h"

/* Whatever runs it leaves a file `ran`. */
static const char setup[] = GIT_FIXTURE_INIT
	"mkdir app; printf 'a: 1\\n' >app/a.yaml; git add -A; git commit -qm one;"
	"printf '#!/bin/sh\\necho \"$0 $*\" >>%s\\nexit 1\\n' \"$PWD/ran\" >evil; chmod +x evil;"
	"printf 'ran\\nevil\\n*.cfg\\n' >.git/info/exclude";

/* All that is done with a repository. What it answers does not matter here. */
static void use(struct repository *r)
{
	struct git_working_tree tree;
	struct snapshot files;
	struct str text;

	git_close(&r->git);
	r->git = (struct git){ .objects = NULL };
	if (git_open(&r->git, r->world, r->arena, r->path, &r->err) < 0)
		return;
	CHECK(git_branch(&r->git, r->arena, &text, &r->err) <= 0);
	CHECK(git_resolve(&r->git, r->arena, STR("no-such"), &text, &r->err) < 0);
	if (git_snapshot(&r->git, r->arena, STR("HEAD"), &files, &r->err) == 0)
		repository_bytes(r, &files, STR("app/a.yaml"));
	if (git_read_working_tree(&r->git, r->arena, &tree, &r->err) == 0)
		repository_bytes(r, &tree.files, STR("app/a.yaml"));
}

static bool has_run(struct repository *r)
{
	struct str ran = str_concat(r->arena, r->path, STR("/ran"));
	bool result = file_exists(r->world, ran);
	struct error err;

	CHECK_INT(file_remove(r->world, ran, &err), 0);
	return result;
}

#define LOST_OBJECT                                                                                \
	"o=$(git rev-parse HEAD:app/a.yaml);"                                                      \
	"rm -f .git/objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-);"                         \
	"git config core.repositoryformatversion 1; git config extensions.partialClone origin;"    \
	"git config remote.origin.promisor true;"

/* Whether the trap works: plain git runs it. */
static void a_trap_is_sprung_by_git_itself(void)
{
	struct repository r = repository_new(setup);

	git_fixture_sh(r.world, r.path,
		       "git config core.fsmonitor \"$PWD/evil\"; git status >/dev/null 2>&1");
	CHECK(has_run(&r));
	git_fixture_sh(r.world, r.path,
		       LOST_OBJECT "git config remote.origin.url ssh://h/p; git config "
				   "core.sshCommand \"$PWD/evil\"; git show HEAD:app/a.yaml "
				   ">/dev/null 2>&1 || true");
	CHECK(has_run(&r));
	repository_free(&r);
}

static const struct {
	const char *what, *script;
} configurations[] = {
	{ "fsmonitor", "git config core.fsmonitor \"$PWD/evil\"" },
	{ "hooks", "mkdir hooks; for h in fsmonitor-watchman post-index-change "
		   "reference-transaction; "
		   "do cp evil hooks/$h; done; git config core.hooksPath \"$PWD/hooks\"" },
	{ "a clean filter",
	  "echo '*.yaml filter=x' >.git/info/attributes; git config filter.x.clean "
	  "\"$PWD/evil\"; git config filter.x.process \"$PWD/evil\"; git config "
	  "filter.x.smudge \"$PWD/evil\"; git config filter.x.required true; "
	  "touch -d 2001-01-01 app/a.yaml" },
	{ "textconv and external diff",
	  "echo '*.yaml diff=x' >.git/info/attributes; git config diff.x.textconv "
	  "\"$PWD/evil\"; git config diff.external \"$PWD/evil\"; git config "
	  "diff.x.command \"$PWD/evil\"" },
	{ "a pager, an editor, an alias",
	  "git config core.pager \"$PWD/evil\"; git config core.editor \"$PWD/evil\"; for "
	  "c in cat-file ls-files rev-parse symbolic-ref; do git config pager.$c "
	  "\"$PWD/evil\"; git config alias.$c \"!$PWD/evil\"; done" },
	{ "an included file",
	  "printf '[core]\\n fsmonitor = %s\\n' \"$PWD/evil\" >more.cfg; git config "
	  "include.path ../more.cfg; git config includeIf.gitdir:/.path ../more.cfg" },
	{ "the configuration of a worktree",
	  "git config core.repositoryformatversion 1; git config extensions.worktreeConfig "
	  "true; git config --worktree core.fsmonitor \"$PWD/evil\"" },
	{ "ssh of a partial clone",
	  LOST_OBJECT "git config remote.origin.url ssh://h/p; git config core.sshCommand "
		      "\"$PWD/evil\"" },
	{ "and its protocol is allowed",
	  LOST_OBJECT "git config remote.origin.url ssh://h/p; git config core.sshCommand "
		      "\"$PWD/evil\"; git config protocol.allow always; git config "
		      "protocol.ssh.allow always" },
	{ "upload-pack of a partial clone",
	  LOST_OBJECT "git config remote.origin.url \"$PWD\"; git config "
		      "remote.origin.uploadpack \"$PWD/evil\"" },
	{ "a remote helper",
	  LOST_OBJECT "git config remote.origin.url \"ext::$PWD/evil\"; git config "
		      "protocol.ext.allow always" },
	{ "another one",
	  LOST_OBJECT "git config remote.origin.url x; git config remote.origin.vcs ext; "
		      "git config protocol.allow always" },
	{ "a proxy of git://",
	  LOST_OBJECT "git config remote.origin.url git://h/p; git config core.gitProxy "
		      "\"$PWD/evil\"" },
	{ "credentials",
	  LOST_OBJECT "git config remote.origin.url http://127.0.0.1:1/p; git config "
		      "credential.helper \"!$PWD/evil\"; git config core.askPass "
		      "\"$PWD/evil\"" },
	{ "a submodule",
	  "git init -q sub; git -C sub -c user.name=f -c user.email=f@e commit -q "
	  "--allow-empty -m x; git -C sub config core.fsmonitor \"$PWD/evil\"; git add sub "
	  "2>/dev/null; git config submodule.recurse true" },
	{ "a repository in a clone, laid out as a bare one",
	  "cp -r .git app/inner; printf '[core]\\nbare = false\\nworktree = .\\nfsmonitor "
	  "= "
	  "%s\\n' \"$PWD/evil\" >app/inner/config" },
	{ "other references",
	  "git config core.alternateRefsCommand \"$PWD/evil\"; git config gpg.program "
	  "\"$PWD/evil\"; git config log.showSignature true; git config "
	  "uploadpack.packObjectsHook \"$PWD/evil\"" },
};

static void configuration_runs_nothing(void)
{
	for (size_t i = 0; TEST_ROW(configurations, i, configurations[i].what); i++) {
		struct repository r = repository_new(setup);
		git_fixture_sh(r.world, r.path, configurations[i].script);
		has_run(&r); /* by the script itself */
		use(&r);
		CHECK(!has_run(&r));
		repository_free(&r);
	}
}

/* What somebody may have in the environment, as in a hook or in a job of CI. */
static void the_environment_runs_nothing(void)
{
	static const struct {
		const char *name, *value;
	} rows[] = {
		{ "GIT_CONFIG_PARAMETERS", "'core.fsmonitor'='%s'" },
		{ "GIT_EXTERNAL_DIFF", "%s" },
		{ "GIT_SSH_COMMAND", "%s" },
		{ "GIT_ASKPASS", "%s" },
		{ "GIT_PAGER", "%s" },
		{ "GIT_EXEC_PATH", "%s.d" },
		{ "GIT_CONFIG_GLOBAL", "%s.cfg" },
		{ "GIT_CONFIG_SYSTEM", "%s.cfg" },
		{ "GIT_TRACE", "%s.trace" },
		{ "GIT_TRACE2_EVENT", "%s.trace" },
	};
	struct repository r = repository_new(setup);
	struct str evil = str_concat(r.arena, r.path, STR("/evil"));

	git_fixture_sh(r.world, r.path,
		       "printf '[core]\\n fsmonitor = %s\\n' \"$PWD/evil\" >evil.cfg; mkdir "
		       "evil.d; cp evil evil.d/git-cat-file; cp evil evil.d/git");
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		struct str value =
			str_replace(r.arena, str_from_cstr(rows[i].value), STR("%s"), evil);
		setenv(rows[i].name, str_cstr(r.arena, value), 1);
		use(&r);
		unsetenv(rows[i].name);
		CHECK(!has_run(&r));
		CHECK(!file_exists(r.world, str_concat(r.arena, evil, STR(".trace"))));
	}
	repository_free(&r);
}

/* A program named git in the repository is not the one that is meant. */
static void git_is_not_looked_for_in_the_repository(void)
{
	struct repository r = repository_new(setup);
	struct str before = str_copy(r.arena, str_from_cstr(getenv("PATH")));

	git_fixture_sh(r.world, r.path, "mkdir bin; cp evil bin/git; cp evil git");
	setenv("PATH", str_cstr(r.arena, str_printf(r.arena, "bin::.:%.*s", STR_FMT(before))), 1);
	use(&r);
	setenv("PATH", str_cstr(r.arena, before), 1);
	CHECK(!has_run(&r));
	repository_free(&r);
}

/* Of objects that are not there it is said so; nothing is fetched. */
static void a_partial_clone_is_not_completed(void)
{
	struct repository r = repository_new(setup);
	struct snapshot files;
	struct str bytes;

	git_fixture_sh(r.world, r.path,
		       "git clone -q --bare . ../whole.$$; mv ../whole.$$ whole.git;" LOST_OBJECT
		       "git config remote.origin.url \"$PWD/whole.git\"");
	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &files, &r.err), 0);
	CHECK_INT(snapshot_read(snapshot_find(&files, STR("app/a.yaml")), &bytes, &r.err), -1);
	CHECK(strstr(r.err.text, "'app/a.yaml'"));
	repository_free(&r);
}

TESTS({ "plain git runs the test's malicious configuration", a_trap_is_sprung_by_git_itself },
      { "configuration runs nothing", configuration_runs_nothing },
      { "the environment runs nothing", the_environment_runs_nothing },
      { "git is not looked for in the repository", git_is_not_looked_for_in_the_repository },
      { "a partial clone is not completed", a_partial_clone_is_not_completed })
