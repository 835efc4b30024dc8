/*
 * substitute - ${variables} in texts, as Flux' postBuild has them
 *
 * Layer: lang. Source: fluxcd/pkg/envsubst. Strict mode: a variable that is not set and has no
 * default is an error.
 *
 * Limits: SUBSTITUTE_DEPTH_MAX nested defaults, SUBSTITUTE_BYTES_MAX bytes of result.
 */
#ifndef FORGE_LANG_SUBSTITUTE_H
#define FORGE_LANG_SUBSTITUTE_H

#include "base/buf.h"
#include "base/error.h"
#include "doc/segments.h"
#include "doc/tree.h"

enum { SUBSTITUTE_DEPTH_MAX = 32, SUBSTITUTE_BYTES_MAX = 64 << 20 };

struct substitution {
	struct str text;
	uint32_t position;	      /* of the text in its document set; 0: it is in none */
	const struct node *variables; /* a map of scalars */
	bool strict;
};

/*
 * Appends the result to out. segments (NULL: not wanted) lead what was copied to its place in the
 * text and each value to that of its ${…}, marked when a secret has a part in it; errors have the
 * place of the ${…}, too, when the text has a position.
 */
MUST_USE int substitute(const struct substitution *input, struct buf *out,
			struct segments *segments, struct error *err);

/* The variable that the next ${…} from *at on names; *at is behind the name then. False: there is
 * none. Those of defaults are found, too. */
bool substitute_next(struct str text, size_t *at, struct str *ret_name);

/* [_a-zA-Z][_a-zA-Z0-9]*: a variable has such a name; a ${…} may name one that begins with a digit,
 * which is never set. */
bool substitute_is_name(struct str name);

#endif
