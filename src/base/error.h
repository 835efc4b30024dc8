/*
 * error - why an operation could not be done
 *
 * Layer: base. A fixed-size value: code, position, text, hint; nothing is allocated. Functions that
 * can fail take `struct error *err` last, return -1 or NULL, and set err only then. Wrapping
 * prepends text on the way up. The code is the exit status that a command ends with when nobody
 * handles the error.
 *
 * A position is a number of the document set (doc/set.h); ERROR_NO_POSITION when the error has no
 * source.
 *
 *	return error_set(err, ERROR_INPUT, node->position, "'%.*s' is not a quantity",
 * STR_FMT(text));
 */
#ifndef FORGE_BASE_ERROR_H
#define FORGE_BASE_ERROR_H

#include <stdint.h>

#include "base/str.h"

enum { ERROR_TEXT_BYTES = 1024, ERROR_HINT_BYTES = 256, ERROR_VIA_MAX = 16 };
#define ERROR_NO_POSITION 0u

enum error_code {
	ERROR_NONE = 0,
	ERROR_NO = 1,	    /* the answer is no */
	ERROR_INPUT = 2,    /* usage, or input that cannot be read or built */
	ERROR_OUTSIDE = 3,  /* something outside is missing: network, cluster, program */
	ERROR_REFUSED = 4,  /* permission, policy, approval */
	ERROR_DEADLINE = 5, /* a deadline passed before the goal was reached */
	ERROR_BUG = 70,
	ERROR_INTERRUPTED = 130, /* who called wants no more */
};

struct error {
	enum error_code code;
	uint32_t position;
	/* How one came to the position: places that name the file of the one before. */
	uint32_t via_count;
	uint32_t via[ERROR_VIA_MAX];
	char text[ERROR_TEXT_BYTES];
	char hint[ERROR_HINT_BYTES];
};

/* Sets all of *err (hint empty) and returns -1. A longer text is cut at its end. */
int error_set(struct error *err, enum error_code code, uint32_t position, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* The same with the text of errno appended. */
int error_errno(struct error *err, enum error_code code, int number, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* What to do about it: one clause without a full stop. Returns -1. */
int error_hint(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Prepends "<text>: ". Returns -1. */
int error_wrap(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/*
 * Notes the place that led to where the error is, on the way up; the one that is its position says
 * nothing new. Beyond ERROR_VIA_MAX the last one stays. Returns -1.
 */
int error_via(struct error *err, uint32_t position);

/* Puts the text behind what is there, as it is. Returns -1. */
int error_append(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
