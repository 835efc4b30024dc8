/*
 * argument - one argument of a verb as a row: name, type, help, default, and where its value goes
 *
 * Layer: verbs. One table holds options and positional arguments alike. Each row fills one field of
 * the verb's args struct, from a word of a command line or from a JSON object: both ways check the
 * same facts, and help, completion, man pages and JSON Schemas are made from the same rows.
 *
 *	struct check_args { struct argument_list paths; struct str severity; };
 *
 *	static const struct argument check_arguments[] = {
 *		{ 0, "paths", "PATH", ARGUMENT_LIST, offsetof(struct check_args, paths),
 *		  "files and folders", .is_positional = true },
 *		{ 'o', "output", "FORMAT", ARGUMENT_FORMAT, .help = "text (default) or json",
 *		  .values = "text json" },
 *		{ 0, "severity", "LEVEL", ARGUMENT_ENUM, offsetof(struct check_args, severity),
 *		  "the least severity that fails", .values = "error warning info",
 *		  .fallback = "warning" },
 *		{},
 *	};
 */
#ifndef FORGE_VERBS_ARGUMENT_H
#define FORGE_VERBS_ARGUMENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct arena;
struct node;

enum argument_type {
	ARGUMENT_STR,	   /* struct str */
	ARGUMENT_ENUM,	   /* struct str, one of .values */
	ARGUMENT_INT,	   /* int64_t */
	ARGUMENT_DURATION, /* int64_t, in ms, from a Go duration like 1m30s */
	ARGUMENT_BYTES,	   /* int64_t, from a quantity like 512Mi */
	ARGUMENT_LIST,	   /* struct argument_list; an option may be given many times */
	ARGUMENT_BOOL,	   /* bool */
	ARGUMENT_YES_NO,   /* enum yes_no: a bool of which one can tell that it is not given */
	ARGUMENT_COUNT,	   /* int64_t; a command line counts how often it is given, like -vv */
	/*
	 * How the command line prints the outcome: one of .values, the first unless it is given; no
	 * field, and not in JSON objects. Without .value it takes none and stands for .values.
	 */
	ARGUMENT_FORMAT,
};

enum yes_no { NOT_SAID, SAID_YES, SAID_NO };

struct argument_list {
	struct str *items;
	uint32_t count;
	uint32_t capacity;
};

/* A table of them ends with .name NULL. */
struct argument {
	char letter;	   /* of the option; 0: none */
	const char *name;  /* of the option without dashes, and of the JSON property */
	const char *value; /* how help names the value; NULL when an option takes none */
	enum argument_type type;
	size_t offset;
	const char *help;
	const char *values;   /* the only ones allowed, separated by blanks; NULL: any */
	const char *fallback; /* the value when it is not given, as a word; NULL: zeros */
	bool is_positional;   /* no option: by its place among these; a list comes last */
	bool is_required;     /* positional ones only */
	bool takes_path;      /* of an ARGUMENT_FORMAT: a file or a folder, too (cmd/options.h) */
	int64_t minimum;      /* of an ARGUMENT_INT; no limits when both are 0 */
	int64_t maximum;      /* INT64_MAX: none */
};

static inline bool argument_is_row(const struct argument *a)
{
	return a && a->name;
}

bool argument_takes_value(const struct argument *a);

/* Fields of *args as they are when nothing is given; *args is zeroed before. */
void arguments_init(const struct argument *table, struct arena *arena, void *args);

/*
 * Sets the field from a word (borrowed); a list gets one more item. Errors say what is allowed;
 * dashes ("--" or "") stand before the name in them. Not for ARGUMENT_COUNT.
 */
MUST_USE int argument_set(const struct argument *a, void *args, struct str word,
			  struct arena *arena, const char *dashes, struct error *err);

/* Sets the field from a JSON value (texts borrowed) of just the type that the JSON Schema names. */
MUST_USE int argument_set_node(const struct argument *a, void *args, const struct node *value,
			       struct arena *arena, struct error *err);

/* Whether one of .values; true when any is allowed. Otherwise *err lists them. */
MUST_USE int argument_check_values(const struct argument *a, struct str word, const char *dashes,
				   struct error *err);

#endif
