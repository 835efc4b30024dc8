/* compose_many_test - all kustomizations of a folder, on several threads */
#include "base/arena.h"
#include "base/test.h"
#include "build/compose.h"
#include "world/files.h"
#include "world/real.h"

enum { OVERLAYS = 40 };

static void put(struct world *w, struct arena *arena, struct str folder, const char *path,
		struct str text)
{
	struct str full = str_printf(arena, "%.*s/%s", STR_FMT(folder), path);
	struct error err;

	CHECK_INT(directory_make(w, str_sub(full, 0, (size_t)str_find_last_char(full, '/')), &err),
		  0);
	CHECK_INT(file_write(w, full, text, &err), 0);
}

/* A base, overlays of it, one that does not build, and one with a warning. */
static void write_tree(struct world *w, struct arena *arena, struct str top)
{
	put(w, arena, top, "base/kustomization.yaml", STR("resources: [cm.yaml]\n"));
	put(w, arena, top, "base/cm.yaml",
	    STR("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: y}\n"));
	for (int i = 0; i < OVERLAYS; i++)
		put(w, arena, top,
		    str_cstr(arena, str_printf(arena, "o%02d/kustomization.yaml", i)),
		    str_printf(arena, "resources: [../base]\nnamePrefix: p%d-\n", i));
	put(w, arena, top, "broken/kustomization.yaml", STR("resources: [none.yaml]\n"));
	put(w, arena, top, "old/kustomization.yaml", STR("bases: [../base]\n"));
}

static void all_are_built_in_the_order_of_their_paths(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct files files = { .world = w };
	struct composition all;
	struct findings warnings;
	struct str top;
	struct error err;

	CHECK_INT(file_realpath(w, arena, STR("."), &top, &err), 0);
	top = str_concat(arena, top, STR("/many"));
	write_tree(w, arena, top);
	findings_init(&warnings, arena);
	if (!CHECK_INT(compose_many(&files, top, docset_new(arena), &warnings, &all, &err), 0))
		return;
	/* broken, o00 … o39, old: the base is used by others. */
	CHECK_INT(all.parts.count, OVERLAYS + 2);
	CHECK_STR(all.parts.items[0].label, STR("broken"));
	CHECK_INT(all.parts.items[0].state, COMPOSE_FAILED);
	CHECK(str_contains(all.parts.items[0].reason, STR("/broken/kustomization.yaml:1:13: ")));
	CHECK_INT(all.render.count, OVERLAYS + 1);
	for (uint32_t i = 0; i < OVERLAYS && i + 1 < all.parts.count; i++) {
		const struct compose_part *part = &all.parts.items[i + 1];
		CHECK_STR(part->label, str_printf(arena, "o%02u", i));
		CHECK_INT(part->count, 1);
		CHECK_STR(object_name(all.render.objects[part->first]),
			  str_printf(arena, "p%u-a", i));
	}
	CHECK_INT(warnings.count, 1);
	CHECK(str_contains(warnings.items[0].message, STR("/old/kustomization.yaml:1:")));
	world_free(w);
}

static void a_folder_without_one_is_refused(void)
{
	SCRATCH(arena);
	struct world *w = real_new(1);
	struct files files = { .world = w };
	struct composition all;
	struct error err;

	put(w, arena, STR("."), "plain/a.yaml", STR("a: b\n"));
	CHECK_INT(compose_many(&files, STR("plain"), docset_new(arena), NULL, &all, &err), -1);
	CHECK(str_contains(str_from_cstr(err.text), STR("'plain' holds no kustomization")));
	world_free(w);
}

TESTS({ "all are built, in the order of their paths", all_are_built_in_the_order_of_their_paths },
      { "a folder without one is refused", a_folder_without_one_is_refused }, )
