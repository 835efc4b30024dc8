/* real_folders - changes in folders, as inotify tells them */
#include <errno.h>
#include <limits.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/arena.h"
#include "world/real_inside.h"

struct real_folder_watch {
	struct folder_watch base;
	int descriptor;
};

enum {
	CHANGES = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_MOVE_SELF,
	EVENTS_BYTES = 16 << 10,
};

/* All that has happened so far counts as one change: who watches looks at everything again. */
static void take_events(void *data, int descriptor, unsigned events)
{
	struct real_folder_watch *watch = data;
	_Alignas(struct inotify_event) char bytes[EVENTS_BYTES];
	ssize_t length;
	bool some = false;

	(void)events;
	while ((length = read(descriptor, bytes, sizeof(bytes))) > 0 ||
	       (length < 0 && errno == EINTR))
		some = some || length > 0;
	if (some)
		watch->base.changed(watch->base.data);
}

struct folder_watch *real_folder_watch_new(struct world *w, struct error *err)
{
	int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (descriptor < 0) {
		bool is_limit = errno == EMFILE;
		error_errno(err, ERROR_OUTSIDE, errno, "folders cannot be watched");
		if (is_limit)
			error_hint(err, "other programs watch, too, and the system has a limit: "
					"fs.inotify.max_user_instances");
		return NULL;
	}
	struct real_folder_watch *watch = heap_alloc(sizeof(*watch));
	watch->descriptor = descriptor;
	real_watch(w, descriptor, REAL_READABLE, /* background= */ false, take_events, watch);
	return &watch->base;
}

int real_folder_watch_add(struct folder_watch *base, struct str folder, struct error *err)
{
	struct real_folder_watch *watch = (struct real_folder_watch *)base;
	SCRATCH(scratch);

	if (inotify_add_watch(watch->descriptor, str_cstr(scratch, folder), CHANGES | IN_ONLYDIR) >=
		    0 ||
	    errno == ENOENT || errno == ENOTDIR)
		return 0;
	bool is_limit = errno == ENOSPC;
	error_errno(err, ERROR_OUTSIDE, errno, "'%.*s' cannot be watched", STR_FMT(folder));
	return is_limit ? error_hint(err, "the system has a limit: fs.inotify.max_user_watches")
			: -1;
}

void real_folder_watch_free(struct folder_watch *base)
{
	struct real_folder_watch *watch = (struct real_folder_watch *)base;

	real_unwatch(base->world, watch->descriptor);
	close(watch->descriptor);
	heap_free(watch);
}
