/* real_file - files of the system: read at once, written beside and renamed */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/sort.h"
#include "base/vec.h"
#include "world/interrupt.h"
#include "world/real_inside.h"

struct path {
	char text[PATH_MAX];
};

static void close_descriptor(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
}
#define CLOSES __attribute__((cleanup(close_descriptor)))

static void close_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static int path_init(struct path *p, struct str path, struct error *err)
{
	if (path.len >= sizeof(p->text))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "a path of %zu bytes; the system allows %zu", path.len,
				 sizeof(p->text) - 1);
	if (!path.len || str_find_char(path, '\0') >= 0)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not a path",
				 STR_FMT(path));
	memcpy(p->text, path.ptr, path.len);
	p->text[path.len] = '\0';
	return 0;
}

/* What the user named and got wrong is input; the rest (permission, disk) lies outside. */
static int path_error(struct error *err, int number, struct str path)
{
	static const int wrong_paths[] = { ENOENT, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG };
	enum error_code code = ERROR_OUTSIDE;

	for (size_t i = 0; i < ARRAY_COUNT(wrong_paths); i++)
		if (number == wrong_paths[i])
			code = ERROR_INPUT;
	return error_errno(err, code, number, "'%.*s'", STR_FMT(path));
}

/* --- reading --------------------------------------------------------------------------------- */

static int read_error(struct error *err, int number, struct str path)
{
	path_error(err, number, path);
	return number == EBADF ? error_hint(err, "it is closed; send something to it") : -1;
}

/* Reads to the end; size_bytes is only where to begin (0 for pipes, and files grow). */
static int read_all(int descriptor, struct arena *arena, size_t size_bytes, struct str path,
		    struct str *ret, struct error *err)
{
	struct buf buf;
	size_t room_bytes = MAX(size_bytes + 1, 4096);

	buf_init(&buf, arena);
	for (;;) {
		ssize_t count = read(descriptor, buf_reserve(&buf, room_bytes), room_bytes);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return read_error(err, errno, path);
		if (count == 0)
			break;
		buf_advance(&buf, (size_t)count);
		if (buf.len > WORLD_FILE_BYTES_MAX)
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "'%.*s' is too large; allowed are %d bytes", STR_FMT(path),
					 WORLD_FILE_BYTES_MAX);
		room_bytes = buf.len >= size_bytes ? MAX(buf.len, 4096) : size_bytes + 1 - buf.len;
	}
	*ret = buf_str(&buf);
	return 0;
}

/* What the user hands over as an open descriptor, like the output of a program, may be anything. */
static bool is_handed_over(struct str path)
{
	return str_starts(path, STR("/dev/fd/")) || str_starts(path, STR("/proc/self/fd/")) ||
	       str_equal(path, STR("/dev/stdin")) || str_equal(path, STR("/dev/null"));
}

/* A pipe waits for a writer that may never come, a device may have no end. */
static int refuse_special(struct str path, struct error *err)
{
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
		  "'%.*s' is a pipe, a socket or a device, not a file", STR_FMT(path));
	return error_hint(err, "what a program sends is read from /dev/stdin");
}

/* Regular by its mode, and yet no file: the system makes what it says of its programs, their
 * environments too. */
static bool is_kernel_file(int descriptor)
{
	enum { PROC = 0x9fa0, SYS = 0x62656572 };
	struct statfs s;

	return fstatfs(descriptor, &s) == 0 && (s.f_type == PROC || s.f_type == SYS);
}

/* The standard input is read where it stands, whatever it is; it may be closed, or a socket. */
static int open_path(const char *path, int flags)
{
	if (strcmp(path, "/dev/stdin") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | flags);
}

/* A descriptor, or -1. */
static int open_to_read(struct str path, size_t *ret_size_bytes, struct error *err)
{
	struct path p;
	struct stat stat;

	if (path_init(&p, path, err) < 0)
		return -1;
	bool waits = is_handed_over(path);
	CLOSES int descriptor = open_path(p.text, waits ? 0 : O_NONBLOCK);
	if (descriptor < 0 && errno == ENXIO)
		return refuse_special(path, err);
	if (descriptor < 0 || fstat(descriptor, &stat) < 0)
		return path_error(err, errno, path);
	if (S_ISDIR(stat.st_mode))
		return path_error(err, EISDIR, path);
	if (!waits && (!S_ISREG(stat.st_mode) || is_kernel_file(descriptor)))
		return refuse_special(path, err);
	*ret_size_bytes = S_ISREG(stat.st_mode) ? (size_t)stat.st_size : 0;
	int result = descriptor;
	descriptor = -1;
	return result;
}

int real_file_read(struct world *w, struct arena *arena, struct str path, struct str *ret,
		   struct error *err)
{
	size_t size_bytes = 0;

	(void)w;
	CLOSES int descriptor = open_to_read(path, &size_bytes, err);
	if (descriptor < 0)
		return -1;
	return read_all(descriptor, arena, MIN(size_bytes, (size_t)WORLD_FILE_BYTES_MAX), path, ret,
			err);
}

int real_file_scan(struct world *w, struct str path, file_chunk_fn chunk, void *data,
		   struct error *err)
{
	enum { CHUNK_BYTES = 1 << 16 };
	SCRATCH(scratch);
	char *bytes = arena_alloc_raw(scratch, CHUNK_BYTES, 1);
	size_t size_bytes = 0;

	(void)w;
	CLOSES int descriptor = open_to_read(path, &size_bytes, err);
	if (descriptor < 0)
		return -1;
	for (;;) {
		ssize_t count = read(descriptor, bytes, CHUNK_BYTES);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return path_error(err, errno, path);
		if (count == 0)
			return 0;
		chunk(data, (struct str){ bytes, (size_t)count });
	}
}

static enum file_kind kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return FILE_REGULAR;
	if (S_ISDIR(mode))
		return FILE_DIRECTORY;
	return S_ISLNK(mode) ? FILE_LINK : FILE_OTHER;
}

/* As git has it: root stands for the one who called sudo, too. */
static bool is_own(uid_t owner)
{
	const char *text = getenv("SUDO_UID");
	uint64_t caller;

	if (owner == geteuid())
		return true;
	return geteuid() == 0 && text && num_uint64(str_from_cstr(text), 10, &caller) &&
	       owner == caller;
}

int real_file_stat(struct world *w, struct str path, struct file_stat *ret, struct error *err)
{
	struct path p;
	struct stat s;

	(void)w;
	if (path_init(&p, path, err) < 0)
		return -1;
	if (stat(p.text, &s) < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			return path_error(err, errno, path);
		*ret = (struct file_stat){ .kind = FILE_ABSENT };
		return 0;
	}
	*ret = (struct file_stat){
		.kind = kind_of(s.st_mode),
		.executable = (s.st_mode & S_IXUSR) != 0,
		.is_own = is_own(s.st_uid),
		.size_bytes = (uint64_t)s.st_size,
		.modified_ms = s.st_mtim.tv_sec * 1000ll + s.st_mtim.tv_nsec / 1000000,
	};
	return 0;
}

static int compare_entries(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(((const struct file_entry *)a)->name,
			   ((const struct file_entry *)b)->name);
}

static enum file_kind kind_of_entry(int directory, const struct dirent *entry)
{
	struct stat s;

	switch (entry->d_type) {
	case DT_REG:
		return FILE_REGULAR;
	case DT_DIR:
		return FILE_DIRECTORY;
	case DT_LNK:
		return FILE_LINK;
	case DT_UNKNOWN:
		if (fstatat(directory, entry->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0)
			return kind_of(s.st_mode);
	}
	return FILE_OTHER;
}

int real_file_list(struct world *w, struct arena *arena, struct str path, struct file_list *ret,
		   struct error *err)
{
	struct path p;
	struct file_list list = {};

	(void)w;
	if (path_init(&p, path, err) < 0)
		return -1;
	__attribute__((cleanup(close_directory))) DIR *directory = opendir(p.text);
	if (!directory)
		return path_error(err, errno, path);
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(directory);
		if (!entry && errno)
			return path_error(err, errno, path);
		if (!entry)
			break;
		struct str name = str_from_cstr(entry->d_name);
		if (str_equal(name, STR(".")) || str_equal(name, STR("..")))
			continue;
		struct file_entry item = { str_copy(arena, name),
					   kind_of_entry(dirfd(directory), entry) };
		VEC_PUSH(arena, &list, item);
	}
	sort_stable(list.items, list.count, sizeof(*list.items), compare_entries, NULL);
	*ret = list;
	return 0;
}

int real_file_realpath(struct world *w, struct arena *arena, struct str path, struct str *ret,
		       struct error *err)
{
	struct path p, resolved;

	(void)w;
	if (path_init(&p, path, err) < 0)
		return -1;
	if (!realpath(p.text, resolved.text))
		return path_error(err, errno, path);
	*ret = str_copy(arena, str_from_cstr(resolved.text));
	return 0;
}

int real_file_link(struct world *w, struct arena *arena, struct str path, struct str *ret,
		   struct error *err)
{
	struct path p, target;

	(void)w;
	if (path_init(&p, path, err) < 0)
		return -1;
	ssize_t count = readlink(p.text, target.text, sizeof(target.text));
	if (count < 0 && errno != EINVAL && errno != ENOENT && errno != ENOTDIR)
		return path_error(err, errno, path);
	*ret = count < 0 ? STR_NONE : str_copy(arena, (struct str){ target.text, (size_t)count });
	return 0;
}

/* --- writing --------------------------------------------------------------------------------- */

static int write_all(int descriptor, struct str bytes)
{
	while (bytes.len) {
		ssize_t count = write(descriptor, bytes.ptr, bytes.len);
		if (count < 0 && errno != EINTR)
			return -1;
		if (count > 0)
			bytes = str_from(bytes, (size_t)count);
	}
	return fsync(descriptor);
}

/* mkdir -p of all of the path, or of what stands before its last slash. */
static int make_directories(struct path *p, bool with_last)
{
	for (char *at = p->text + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		bool failed = mkdir(p->text, 0777) < 0 && errno != EEXIST;
		*at = '/';
		if (failed)
			return -1;
	}
	return with_last && mkdir(p->text, 0777) < 0 && errno != EEXIST ? -1 : 0;
}

/* The rename itself must reach the disk, too. */
static void sync_directory(const struct path *p)
{
	struct path parent = *p;
	char *slash = strrchr(parent.text, '/');

	if (slash)
		slash[slash == parent.text] = '\0';
	CLOSES int descriptor = open(slash ? parent.text : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor >= 0)
		fsync(descriptor);
}

/* A new file next to p that nobody else writes; the mode is the one of p when it is there. */
static int open_beside(const struct path *p, struct path *beside)
{
	struct stat old;
	mode_t mode = stat(p->text, &old) == 0 ? old.st_mode & 07777 : 0666;

	if (strlen(p->text) + sizeof(".forge-2147483647") > sizeof(beside->text)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(beside->text, sizeof(beside->text), "%.*s.forge-%d", PATH_MAX - 32, p->text,
		 (int)gettid());
	unlink(beside->text);
	interrupt_file(beside->text);
	int descriptor = open(beside->text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (descriptor >= 0 && mode != 0666)
		fchmod(descriptor, mode);
	return descriptor;
}

/* Returns the number of the error, or 0. */
static int replace(const struct path *p, struct str bytes)
{
	struct path beside;

	CLOSES int descriptor = open_beside(p, &beside);
	if (descriptor < 0)
		return errno;
	if (write_all(descriptor, bytes) == 0 && rename(beside.text, p->text) == 0)
		return 0;
	int number = errno;
	unlink(beside.text);
	return number;
}

int real_file_write(struct world *w, struct str path, struct str bytes, struct error *err)
{
	struct path p, resolved;

	(void)w;
	if (path_init(&p, path, err) < 0)
		return -1;
	if (make_directories(&p, /* with_last= */ false) < 0)
		return path_error(err, errno, path);
	/* A link stays one: its target is replaced. */
	if (realpath(p.text, resolved.text))
		p = resolved;
	int number = replace(&p, bytes);
	interrupt_file(NULL);
	if (number)
		return path_error(err, number, path);
	sync_directory(&p);
	return 0;
}

int real_file_remove(struct world *w, struct str path, struct error *err)
{
	struct path p;

	(void)w;
	if (path_init(&p, path, err) < 0)
		return -1;
	if (remove(p.text) < 0 && errno != ENOENT)
		return path_error(err, errno, path);
	return 0;
}

int real_file_rename(struct world *w, struct str from, struct str to, struct error *err)
{
	struct path source, target;

	(void)w;
	if (path_init(&source, from, err) < 0 || path_init(&target, to, err) < 0)
		return -1;
	if (rename(source.text, target.text) < 0)
		return path_error(err, errno, to);
	sync_directory(&target);
	return 0;
}

int real_directory_make(struct world *w, struct str path, struct error *err)
{
	struct path p;

	(void)w;
	if (path_init(&p, path, err) < 0)
		return -1;
	return make_directories(&p, /* with_last= */ true) < 0 ? path_error(err, errno, path) : 0;
}
