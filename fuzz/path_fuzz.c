/* path_fuzz - paths of any bytes: what is read, written and read again has the same steps */
#include "base/arena.h"
#include "doc/json.h"
#include "doc/path.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct str text = { (const char *)bytes, MIN(size_bytes, (size_t)4096) };
	struct path path, again;
	struct error err;
	const struct node *root = json_read(docset_new(arena), STR("d"),
					    STR("{\"a\":[{\"name\":\"b\"},{\"c\":{}}]}"), &err);

	if (path_parse(arena, text, &path, &err) < 0)
		return 0;
	path_find(root, &path);
	struct str dotted = path_format(arena, &path);
	int result = path_parse(arena, dotted, &again, &err);
	assert(result == 0 && str_equal(path_format(arena, &again), dotted));
	struct str pointer = path_pointer(arena, &path);
	result = path_parse(arena, pointer, &again, &err);
	assert(result == 0 && str_equal(path_pointer(arena, &again), pointer));
	return 0;
}
