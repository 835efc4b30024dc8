/* diff_test - revisions, the working tree and folders compared; text, JSON and Markdown */

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/set.h"
#include "source/git_fixture.h"
#include "verbs/verbs.h"
#include "world/real.h"
#include "world/world.h"

/* Two commits of an application, and a change that is not committed. */
static const char setup[] = GIT_FIXTURE_INIT
	"mkdir app old; printf 'namespace: shop\\nresources: [web.yaml]\\n' "
	">app/kustomization.yaml;"
	"cat >app/web.yaml <<E\n"
	"apiVersion: apps/v1\n"
	"kind: Deployment\n"
	"metadata: {name: web}\n"
	"spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, "
	"spec: {containers: [{name: web, image: \"web:1\"}]}}}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: Secret\n"
	"metadata: {name: key}\n"
	"stringData: {k: hunter22}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: ConfigMap\n"
	"metadata: {name: c}\n"
	"data: {a: \"</pre>|**x**@you\", app.ini: \"x=1\\npassword=hunter24\\n\"}\n"
	"E\n"
	"printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: gone}\\n' >old/a.yaml;"
	"git add -A; git commit -qm one;"
	"git rm -qr old; sed -i 's/web:1/web:2/; s/hunter22/hunter23/; s/hunter24/hunter25/; "
	"s/x=1/x=2/; s/you/them/' app/web.yaml; git commit -qam two;"
	"sed -i s/web:2/web:3/ app/web.yaml; mkdir new;"
	"printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: new}\\n' >new/a.yaml";

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
	struct fixture f = { .world = real_new(1), .arena = arena_new("diff_test") };

	f.path = git_fixture_new(f.world, f.arena, setup);
	return f;
}

static void end(struct fixture *f)
{
	git_fixture_remove(f->world, f->path);
	arena_free(f->arena);
	world_free(f->world);
}

/* With a path below the repository as second argument. Returns the status, or -1. */
static int diff(struct fixture *f, const char *revision, const char *path, bool stat, bool origins)
{
	void *args = arena_alloc(f->arena, verb_diff.size);
	const struct node *arguments =
		node_make(f->arena, "{old: %c, new: %s, stat: %b, origins: %b}", revision,
			  str_printf(f->arena, "%.*s/%s", STR_FMT(f->path), path), stat, origins);

	f->context = (struct verb_context){ .world = f->world,
					    .arena = f->arena,
					    .set = docset_new(f->arena) };
	if (verb_arguments_read(&verb_diff, arguments, f->arena, args, &f->err) < 0 ||
	    verb_run(&verb_diff, &f->context, args, &f->outcome, &f->err) < 0)
		return -1;
	return f->outcome.status;
}

static struct str text_of(struct fixture *f)
{
	struct buf out;

	buf_init(&out, f->arena);
	CHECK_INT(outcome_write_text(&f->outcome, &out, /* color= */ false, &f->err), 0);
	return buf_str(&out);
}

static struct str markdown_of(struct fixture *f)
{
	struct buf out;

	buf_init(&out, f->arena);
	outcome_write_format(&f->outcome, STR("markdown"), &out, /* color= */ false);
	return buf_str(&out);
}

static struct str json_of(struct fixture *f)
{
	struct buf out;

	buf_init(&out, f->arena);
	outcome_write_json(&f->outcome, &out);
	return buf_str(&out);
}

static void two_revisions(void)
{
	struct fixture f = begin();

	CHECK_INT(diff(&f, "HEAD~1..HEAD", "app", false, false), 1);
	CHECK_TEXT(text_of(&f), "~ ConfigMap/shop/c\n"
				"  - data.a: </pre>|**x**@you\n"
				"  + data.a: </pre>|**x**@them\n"
				"  ~ data[app.ini]:\n"
				"  -   x=1\n"
				"  +   x=2\n"
				"      password=***\n"
				"~ Secret/shop/key\n"
				"  ~ stringData.k: a secret in it changed\n"
				"~ Deployment/shop/web\n"
				"  - spec.template.spec.containers[name=web].image: web:1\n"
				"  + spec.template.spec.containers[name=web].image: web:2\n"
				"\n"
				"3 changed\n");
	CHECK_INT(diff(&f, "HEAD..HEAD", "app", false, false), 0);
	CHECK_TEXT(text_of(&f), "no differences\n");
	/* What is left out is HEAD. */
	CHECK_INT(diff(&f, "HEAD~1..", "app", true, false), 1);
	CHECK_TEXT(text_of(&f), "~ ConfigMap/shop/c  +0 ~2 -0\n"
				"~ Secret/shop/key  +0 ~1 -0\n"
				"~ Deployment/shop/web  +0 ~1 -0\n"
				"3 changed\n");
	end(&f);
}

static void the_working_tree(void)
{
	struct fixture f = begin();

	CHECK_INT(diff(&f, "HEAD", "app", false, true), 1);
	CHECK_TEXT(text_of(&f), "~ Deployment/shop/web\n"
				"      resource at app/kustomization.yaml:2:13\n"
				"      written at app/web.yaml:1:1\n"
				"  - spec.template.spec.containers[name=web].image: web:2\n"
				"      written at app/web.yaml:4:127\n"
				"  + spec.template.spec.containers[name=web].image: web:3\n"
				"      written at app/web.yaml:4:127\n"
				"\n"
				"1 changed\n");
	end(&f);
}

static void a_path_of_one_side(void)
{
	struct fixture f = begin();

	CHECK_INT(diff(&f, "HEAD~1..HEAD", "old", false, false), 1);
	CHECK_TEXT(text_of(&f), "- ConfigMap/gone\n\n1 removed\n");
	CHECK_INT(diff(&f, "HEAD", "new", false, false), 1);
	CHECK_TEXT(text_of(&f), "+ ConfigMap/new\n\n1 added\n");
	CHECK_INT(diff(&f, "HEAD~1..HEAD", "nowhere/at/all", false, false), -1);
	CHECK_TEXT(str_from_cstr(f.err.text), "'nowhere/at/all' is in neither revision");
	end(&f);
}

static void what_is_no_revision(void)
{
	struct fixture f = begin();

	CHECK_INT(diff(&f, "nope", "app", false, false), -1);
	CHECK(str_starts(str_from_cstr(f.err.text), STR("'nope' is not a revision")));
	CHECK_INT(diff(&f, "HEAD...HEAD", "app", false, false), -1);
	CHECK_TEXT(str_from_cstr(f.err.text), "'HEAD...HEAD' has three dots");
	CHECK_INT(diff(&f, "../nope", "app", false, false), -1);
	CHECK_TEXT(str_from_cstr(f.err.text), "'../nope' does not exist");
	end(&f);
}

static void two_folders(void)
{
	struct fixture f = begin();
	struct str app = str_printf(f.arena, "%.*s/app", STR_FMT(f.path));

	CHECK_INT(diff(&f, str_cstr(f.arena, app), "new", false, false), 1);
	CHECK_TEXT(text_of(&f), "+ ConfigMap/new\n"
				"- ConfigMap/shop/c\n"
				"- Secret/shop/key\n"
				"- Deployment/shop/web\n"
				"\n"
				"1 added, 3 removed\n");
	CHECK_INT(diff(&f, str_cstr(f.arena, app), "app", false, false), 0);
	end(&f);
}

static void json_fields(void)
{
	struct fixture f = begin();

	CHECK_INT(diff(&f, "HEAD", "app", false, true), 1);
	CHECK_TEXT(json_text(f.arena, outcome_documents(&f.outcome, f.arena).items[0], 0),
		   "{\"apiVersion\":\"forge.dev/v1\",\"kind\":\"Differences\",\"changes\":["
		   "{\"change\":\"changed\",\"object\":{\"apiVersion\":\"apps/v1\",\"kind\":"
		   "\"Deployment\",\"namespace\":\"shop\",\"name\":\"web\"},\"origin\":["
		   "{\"step\":\"resource\",\"file\":\"app/kustomization.yaml\",\"line\":2,"
		   "\"column\":13},{\"step\":"
		   "\"written\",\"file\":\"app/web.yaml\",\"line\":1,\"column\":1}],\"fields\":["
		   "{\"field\":\"spec.template.spec.containers[name=web].image\",\"path\":"
		   "\"/spec/template/spec/containers/0/image\",\"oldPath\":"
		   "\"/spec/template/spec/containers/0/image\",\"old\":\"web:2\",\"new\":\"web:3\","
		   "\"oldOrigin\":[{\"step\":\"written\",\"file\":\"app/web.yaml\",\"line\":4,"
		   "\"column\":127}],\"origin\":[{\"step\":\"written\",\"file\":\"app/web.yaml\","
		   "\"line\":4,\"column\":127}]}]}],\"totals\":{\"added\":0,\"changed\":1,"
		   "\"removed\":0}}");
	end(&f);
}

static void no_secret_is_shown(void)
{
	struct fixture f = begin();

	CHECK_INT(diff(&f, "HEAD~1..HEAD", "app", false, false), 1);
	CHECK(!str_contains(text_of(&f), STR("hunter")));
	CHECK(!str_contains(json_of(&f), STR("hunter")));
	CHECK(!str_contains(markdown_of(&f), STR("hunter")));
	end(&f);
}

/* Nothing of the repository is markup: no tag, no mention, no end of a cell. */
static void markdown_is_escaped(void)
{
	struct fixture f = begin();

	CHECK_INT(diff(&f, "HEAD~1..HEAD", "app", false, false), 1);
	struct str text = markdown_of(&f);
	CHECK(str_starts(text,
			 STR("**forge diff**: 3 changed\n\n"
			     "| change | object | fields | |\n|---|---|---|---|\n"
			     "| changed | <code>ConfigMap/shop/c</code> | +0 &#126;2 -0 |  |\n")));
	CHECK(str_contains(text, STR("  - data&#46;a&#58; &#60;/pre&#62;&#124;&#42;&#42;x&#42;"
				     "&#42;&#64;you\n")));
	CHECK(!str_contains(text, STR("@")));
	CHECK_INT(diff(&f, "HEAD..HEAD", "app", false, false), 0);
	CHECK_TEXT(markdown_of(&f), "**forge diff**: no differences\n");
	CHECK_INT(diff(&f, "HEAD~1..HEAD", "app", true, false), 1);
	CHECK(!str_contains(markdown_of(&f), STR("<details>")));
	end(&f);
}

TESTS({ "two revisions", two_revisions }, { "a revision and the working tree", the_working_tree },
      { "a path that one side alone has", a_path_of_one_side },
      { "what is no revision", what_is_no_revision }, { "two folders", two_folders },
      { "fields of the JSON", json_fields }, { "no secret is shown", no_secret_is_shown },
      { "Markdown is escaped", markdown_is_escaped })
