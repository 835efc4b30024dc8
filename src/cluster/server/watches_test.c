/* watches_test - which changes a watch gets, from which version on, and when it ends */
#include "cluster/server/watches.h"

#include "cluster/server/change_log.h"
#include "cluster/server/server_test.h"

struct heard {
	struct arena *arena;
	struct str text; /* "+a@3 ~a@4 -a@5 " */
	struct api_watch *watch;
	struct watches *watches;
	bool ends_at_once; /* with its first event */
};

static void on_event(void *context, const struct api_watch_event *event)
{
	struct heard *h = context;

	if (event->type == API_ENDED) {
		h->text = str_printf(h->arena, "%.*s%d %.*s", STR_FMT(h->text), event->status->code,
				     STR_FMT(event->status->message));
		return;
	}
	const struct object *o = event->after ? event->after : event->before;
	h->text = str_printf(h->arena, "%.*s%c%.*s ", STR_FMT(h->text), "+~-"[event->type],
			     STR_FMT(o->key.name));
	if (h->ends_at_once)
		watches_end(h->watches, h->watch);
}

static void listen(struct fixture *f, struct heard *h, const struct api_watch_request *request)
{
	*h = (struct heard){ .arena = f->arena,
			     .text = STR(""),
			     .watches = store_watches(f->server.store) };
	h->watch = watches_begin(h->watches, store_cache(f->server.store), f->server.schemas,
				 request, on_event, h);
}

static void put(struct fixture *f, const char *name, const char *label)
{
	fixture_send(
		f, API_APPLY,
		node_make(f->arena,
			  "{apiVersion: v1, kind: ConfigMap, metadata: {name: %c, namespace: a, "
			  "labels: {app: %c}}}",
			  name, label));
}

static void run(struct fixture *f)
{
	struct error err;

	CHECK_INT(world_run_for(f->world, 1000, &err), 0);
}

static void only_what_is_selected(void)
{
	struct fixture f = fixture_begin();
	struct heard all, web, named, elsewhere;

	put(&f, "x", "web");
	put(&f, "y", "api");
	listen(&f, &all, &(struct api_watch_request){ .kind = KIND_CONFIGMAP });
	listen(&f, &web, &(struct api_watch_request){ .label_selector = STR("app=web") });
	listen(&f, &named,
	       &(struct api_watch_request){ .kind = KIND_CONFIGMAP,
					    .field_selector = STR("metadata.name=y") });
	listen(&f, &elsewhere, &(struct api_watch_request){ .namespace = STR("b") });
	CHECK_TEXT(all.text, "+x +y ");
	CHECK_TEXT(web.text, "+x ");
	CHECK_TEXT(named.text, "+y ");
	put(&f, "y", "web"); /* now it is selected: added */
	put(&f, "x", "api"); /* no more: removed */
	run(&f);
	CHECK_TEXT(all.text, "+x +y ~y ~x ");
	CHECK_TEXT(web.text, "+x +y -x ");
	CHECK_TEXT(named.text, "+y ~y ");
	CHECK_TEXT(elsewhere.text, "");
	fixture_end(&f);
}

static void resumed_behind_a_version(void)
{
	struct fixture f = fixture_begin();
	struct heard h;

	put(&f, "x", "web");
	uint64_t version = store_version(f.server.store);
	put(&f, "y", "web");
	run(&f); /* others have heard of it */
	put(&f, "z", "web");
	listen(&f, &h,
	       &(struct api_watch_request){ .kind = KIND_CONFIGMAP, .after_version = version });
	CHECK_TEXT(h.text, ""); /* not before it returns */
	run(&f);
	CHECK_TEXT(h.text, "+y +z ");
	fixture_end(&f);
}

static void too_old_a_version_is_410(void)
{
	struct fixture f = fixture_begin();
	struct heard h;

	for (int i = 0; i < CHANGES_KEPT_MAX + 2; i++)
		put(&f, i % 2 ? "x" : "y", i % 4 < 2 ? "web" : "api");
	run(&f);
	listen(&f, &h, &(struct api_watch_request){ .kind = KIND_CONFIGMAP, .after_version = 1 });
	CHECK(h.watch == NULL);
	CHECK(str_starts(h.text, STR("410 too old resource version: 1 (")));
	uint64_t oldest = store_version(f.server.store) - CHANGES_KEPT_MAX;
	listen(&f, &h, &(struct api_watch_request){ .kind = KIND_POD, .after_version = oldest });
	CHECK(h.watch != NULL);
	fixture_end(&f);
}

static void a_wrong_selector_is_400(void)
{
	struct fixture f = fixture_begin();
	struct heard h;

	listen(&f, &h, &(struct api_watch_request){ .label_selector = STR("=") });
	CHECK(h.watch == NULL);
	CHECK_TEXT(h.text, "400 found '=', expected: !, identifier, or 'end of string'");
	listen(&f, &h,
	       &(struct api_watch_request){ .kind = KIND_CONFIGMAP,
					    .field_selector = STR("nope=x") });
	CHECK(h.watch == NULL);
	fixture_end(&f);
}

static void nothing_comes_after_the_end(void)
{
	struct fixture f = fixture_begin();
	struct heard once, ended;

	listen(&f, &once, &(struct api_watch_request){ .kind = KIND_CONFIGMAP });
	listen(&f, &ended, &(struct api_watch_request){ .kind = KIND_CONFIGMAP });
	once.ends_at_once = true;
	put(&f, "x", "web");
	put(&f, "y", "web");
	watches_end(ended.watches, ended.watch);
	run(&f);
	CHECK_TEXT(once.text, "+x ");
	CHECK_TEXT(ended.text, "");
	fixture_end(&f);
}

TESTS({ "a watch gets only what it selects", only_what_is_selected },
      { "a watch is resumed behind a version", resumed_behind_a_version },
      { "too old a version ends with 410", too_old_a_version_is_410 },
      { "a wrong selector ends with 400", a_wrong_selector_is_400 },
      { "nothing comes after the end", nothing_comes_after_the_end })
