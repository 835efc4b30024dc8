/* real_library - shared libraries that are loaded when they are first needed */
#include "world/real_library.h"

#include <dlfcn.h>
#include <string.h>

static int missing(const struct real_library *library, const char *what, struct error *err)
{
	error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION, "cannot load '%s': %s", library->file,
		  what ? what : "no reason given");
	return error_hint(err, "install it: apt-get install %s", library->package);
}

int real_library_load(const struct real_library *library, void *ret_table, struct error *err)
{
	void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return missing(library, dlerror(), err);
	for (size_t i = 0; i < library->symbol_count; i++) {
		void *function = dlsym(handle, library->symbols[i].name);
		if (!function)
			return missing(library, dlerror(), err);
		memcpy((char *)ret_table + library->symbols[i].offset, &function, sizeof(function));
	}
	return 0;
}
