/*
 * real_library - shared libraries that are loaded when they are first needed
 *
 * Layer: world. Private: real_http_client.c, real_http_server.c, real_library.c.
 *
 * A user declares a struct with one member for each function of the library, by the library's own
 * header, and fills it from a table of symbols:
 *
 *	struct zlib { typeof(&compress) compress; };
 *	const struct real_symbol symbols[] = { REAL_SYMBOL(struct zlib, compress) };
 */
#ifndef FORGE_WORLD_REAL_LIBRARY_H
#define FORGE_WORLD_REAL_LIBRARY_H

#include <stddef.h>

#include "base/error.h"

struct real_symbol {
	const char *name;
	size_t offset;
};

#define REAL_SYMBOL(table, function)                                                               \
	{                                                                                          \
#function, offsetof(table, function)                                               \
	}

struct real_library {
	const char *file;    /* libz.so.1 */
	const char *package; /* the one of Debian that has it */
	const struct real_symbol *symbols;
	size_t symbol_count;
};

/* Fills in *ret_table. It stays loaded. ERROR_OUTSIDE names the package that is missing. */
int real_library_load(const struct real_library *library, void *ret_table,
		      struct error *err) MUST_USE;

#endif
