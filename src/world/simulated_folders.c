/* simulated_folders - changes in folders of a simulated world: what is written to its files */
#include "base/arena.h"
#include "world/simulated_inside.h"

struct simulated_folder_watch {
	struct folder_watch base;
	struct map folders; /* paths from the root */
	uint64_t turn;	    /* the event that tells; 0: none is due */
	struct simulated_folder_watch *next;
};

struct folder_watch *simulated_folder_watch_new(struct world *w, struct error *err)
{
	struct simulated *s = (struct simulated *)w;
	struct simulated_folder_watch *watch = arena_one(s->arena, struct simulated_folder_watch);

	(void)err;
	map_init(&watch->folders, s->arena);
	watch->next = s->folder_watches;
	s->folder_watches = watch;
	return &watch->base;
}

int simulated_folder_watch_add(struct folder_watch *base, struct str folder, struct error *err)
{
	struct simulated_folder_watch *watch = (struct simulated_folder_watch *)base;
	struct simulated *s = (struct simulated *)base->world;
	struct str resolved = snapshot_resolve(s->files, s->arena, folder);

	(void)err;
	if (resolved.ptr)
		map_put(&watch->folders, resolved, watch);
	return 0;
}

void simulated_folder_watch_free(struct folder_watch *base)
{
	struct simulated_folder_watch *watch = (struct simulated_folder_watch *)base;
	struct simulated_folder_watch **link = &((struct simulated *)base->world)->folder_watches;

	while (*link != watch)
		link = &(*link)->next;
	*link = watch->next;
	if (watch->turn)
		world_cancel(base->world, watch->turn);
}

static void tell(void *data)
{
	struct simulated_folder_watch *watch = data;

	watch->turn = 0;
	watch->base.changed(watch->base.data);
}

void simulated_folder_changed(struct simulated *s, struct str path)
{
	ptrdiff_t slash = str_find_last_char(path, '/');
	struct str folder = str_sub(path, 0, (size_t)MAX(slash, 0));

	for (struct simulated_folder_watch *w = s->folder_watches; w; w = w->next)
		if (!w->turn && map_get(&w->folders, folder))
			w->turn = world_post(&s->world, tell, w);
}
