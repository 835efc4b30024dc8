/*
 * scalar - what a scalar means: null, bool, number or text, by dialect
 *
 * Layer: doc. GO_V3 is go-yaml v3's resolution (0777 and 0o17 octal, yes and y strings), SIGS is
 * YAML 1.1 as sigs.k8s.io/yaml reads it (yes is true, 1:30 sexagesimal is a string there too), JSON
 * is JSON. Rules and measured table: docs/parity.md; source: go-yaml v3 resolve.go, v2 resolve.go.
 */
#ifndef FORGE_DOC_SCALAR_H
#define FORGE_DOC_SCALAR_H

#include "doc/tree.h"

enum scalar_type {
	SCALAR_NULL,
	SCALAR_BOOL,
	SCALAR_INT,   /* int64 */
	SCALAR_UINT,  /* above INT64_MAX */
	SCALAR_FLOAT, /* .inf and .nan included */
	SCALAR_STR,
	SCALAR_TIMESTAMP, /* becomes RFC 3339 text on its way through JSON */
	SCALAR_BINARY,	  /* !!binary: base64 text */
	SCALAR_MERGE,	  /* the key << */
	SCALAR_NONE,	  /* a list, a map or nothing: no scalar at all */
};

struct scalar {
	enum scalar_type type;
	union {
		bool boolean;
		int64_t integer;
		uint64_t unsigned_integer;
		double number;
	};
	struct str text; /* as spelled; STR_NONE of SCALAR_NONE */
};

/* Never fails, whatever n is. O(length), no allocation. */
struct scalar scalar_of(const struct node *n);

/* Of a text in a dialect, plain and without a tag. */
struct scalar scalar_of_plain(struct str text, enum dialect dialect);

/* Whether go-yaml decodes n as its tag says; !!int abc and !!binary ??? are errors there. */
bool scalar_fits_tag(const struct node *n);

/*
 * The text after the way through JSON: 511 for 0777, "1e+21" for 1e21, RFC 3339 for timestamps,
 * decoded bytes for !!binary. Lives in the arena or is borrowed from the node. *ret_is_string says
 * whether the result is a JSON string. STR_NONE of what is no scalar.
 */
struct str scalar_json_text(struct arena *arena, const struct node *n, bool *ret_is_string);

#endif
