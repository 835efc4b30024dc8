/*
 * verb - what Forge can do, as a value: a row with a name and arguments, and a function
 *
 * Layer: verbs. A verb lives in one file, src/verbs/<verb>.c, and is listed in verbs.c. The command
 * line, MCP tools and the dashboard are made from the row, and all call the same function: args
 * struct in, outcome out. It prints nothing and reads no option.
 *
 *	struct verb_context context = { .world = world, .arena = arena, .set = docset_new(arena) };
 *	void *args = arena_alloc(arena, verb_check.size);
 *	struct outcome outcome;
 *
 *	if (verb_arguments_read(&verb_check, node, arena, args, err) < 0 ||
 *	    verb_run(&verb_check, &context, args, &outcome, err) < 0)
 *		return -1;
 *	outcome_write_json(&outcome, out);
 */
#ifndef FORGE_VERBS_VERB_H
#define FORGE_VERBS_VERB_H

#include "verbs/argument.h"
#include "verbs/outcome.h"

struct age_keys;
struct docset;
struct world;

/* What a verb is about: help shows them in these groups, in this order. */
enum verb_group {
	VERB_REPOSITORY,
	VERB_RELEASE,
	VERB_CLUSTER,
	VERB_PIPELINE,
	VERB_AGENTS,
	VERB_VIEWS,
	VERB_LANGUAGES,
	VERB_FORGE,
	VERB_GROUP_COUNT,
};

/* What a status means. Tables end with .text NULL. */
struct exit_status {
	int status;
	const char *text;
};

/* Callbacks that show progress of a long verb and can cancel it. They run in the thread of the
 * verb. */
struct verb_watcher {
	bool (*is_due)(void *context); /* cheap: whether a line would be shown now */
	void (*show)(void *context, struct str line);
	bool (*is_cancelled)(void *context); /* NULL: never */
	/* Shows an outcome, or where that is NULL an error, of a verb that goes on; their places
	 * are in the set. NULL: nobody looks before the verb ends. */
	void (*publish)(void *context, const struct outcome *outcome, const struct error *err,
			struct docset *set);
	void *context;
};

struct verb_context {
	struct world *world;
	struct arena *arena;		    /* the outcome lives in it */
	struct docset *set;		    /* where errors and findings find their line */
	const struct verb_watcher *watcher; /* NULL: nobody watches */
};

struct verb {
	const char *name;
	enum verb_group group;
	const char *summary;
	const char *about;    /* more than the summary; may be NULL */
	const char *examples; /* lines "forge check\tmistakes of the repository here" */
	const struct argument *arguments;
	const struct exit_status
		*exits;	      /* where one says more than the common table; may be NULL */
	size_t size;	      /* of the args struct */
	uint64_t steps_max;   /* that one run may take (base/budget.h); 0: no limit */
	bool read_only;	      /* changes nothing outside of Forge */
	bool network;	      /* may go to the network */
	bool long_running;    /* ends early when its watcher wants no more */
	bool hidden;	      /* not in help and completion */
	bool signed_argument; /* a last word like -up that is no option is an argument */
	int (*run)(const struct verb_context *context, const void *args, struct outcome *ret,
		   struct error *err);
	/* Of a group, like "forge sandbox run"; ends with NULL, and run is NULL then. */
	const struct verb *const *verbs;
};

/* For verbs that read a repository, and for those that run a cluster: a hundred times what the
 * largest known ones take, and more. */
#define VERB_READ_STEPS_MAX 50000000
#define VERB_RUN_STEPS_MAX  200000000

/* The row of verbs that read a repository; its field is an int64_t limit_memory_bytes. */
#define VERB_LIMIT_MEMORY(args_struct)                                                             \
	{                                                                                          \
		.name = "limit-memory", .value = "SIZE", .type = ARGUMENT_BYTES,                   \
		.offset = offsetof(args_struct, limit_memory_bytes),                               \
		.help = "the memory that this may take: more is an error (default 1Gi)",           \
		.fallback = "1Gi"                                                                  \
	}

/* The row of verbs that decrypt what SOPS has encrypted; its field is a struct str. The text says
 * when it counts: "with --cluster: ". */
#define VERB_AGE_KEY_FILE(args_struct, field, text)                                                \
	{                                                                                          \
		.name = "age-key-file", .value = "FILE", .type = ARGUMENT_STR,                     \
		.offset = offsetof(args_struct, field),                                            \
		.help = text                                                                       \
			"keys of age for what SOPS has encrypted; else those of "                  \
			"$SOPS_AGE_KEY or $SOPS_AGE_KEY_FILE. Decrypted values are never printed"  \
	}

/* The row of verbs that compose a cluster; its field is a struct argument_list. */
#define VERB_SOURCE(args_struct, field)                                                            \
	{                                                                                          \
		.name = "source", .value = "NAMESPACE/NAME=PATH", .type = ARGUMENT_LIST,           \
		.offset = offsetof(args_struct, field),                                            \
		.help = "with --cluster: the folder of a source that is not this repository; may " \
			"be given many times"                                                      \
	}

/* The row of verbs that read a repository; its field is a struct str load_restrictor. The text says
 * what LoadRestrictionsRootOnly allows. */
#define VERB_LOAD_RESTRICTOR(args_struct, text)                                                    \
	{                                                                                          \
		.name = "load-restrictor", .value = "RULE", .type = ARGUMENT_ENUM,                 \
		.offset = offsetof(args_struct, load_restrictor),                                  \
		.help = "LoadRestrictionsRootOnly (default): " text "; or LoadRestrictionsNone",   \
		.values = "LoadRestrictionsRootOnly LoadRestrictionsNone",                         \
		.fallback = "LoadRestrictionsRootOnly"                                             \
	}
#define VERB_RESTRICTS_BUILDS "files lie below their kustomization, and bases in the repository"

/* The row of verbs that build; its field is an enum yes_no. The text says what holds when it is not
 * given. */
#define VERB_OFFLINE(args_struct, field, text)                                                     \
	{                                                                                          \
		.name = "offline", .type = ARGUMENT_YES_NO,                                        \
		.offset = offsetof(args_struct, field),                                            \
		.help = "take remote bases from forge.lock and the cache alone, and fetch "        \
			"nothing; --offline=false fetches what is missing. " text                  \
	}
#define VERB_OFFLINE_BY_DEFAULT "This is the default"

/*
 * Why no remote base is fetched; NULL: it may be. said is the value of that argument; when nothing
 * is said, only a build fetches, and not where the variable CI says that this is a CI system.
 */
const char *verb_offline(const struct verb_context *context, enum yes_no said, bool is_build);

/* Remote bases for a verb that is no build; remotes_close() when it ends. */
struct remotes;
struct remotes *verb_remotes(const struct verb_context *context, enum yes_no said);

/* Whether the value of that argument lifts the rule. */
bool verb_leaves_root(struct str load_restrictor);

/*
 * Runs it with a filled args struct, within its budget of steps and of memory. *ret is set only on
 * success. Errors are those of the verb; one that was cancelled ends with ERROR_INTERRUPTED.
 */
MUST_USE int verb_run(const struct verb *verb, const struct verb_context *context, const void *args,
		      struct outcome *ret, struct error *err);

/*
 * Fills *args (verb->size zeroed bytes) from a JSON object with a property for each argument, as
 * verb_schema says; NULL: no arguments. Texts are borrowed. Errors name the argument and what is
 * allowed, at the position of the value.
 */
MUST_USE int verb_arguments_read(const struct verb *verb, const struct node *arguments,
				 struct arena *arena, void *args, struct error *err);

/* How the positional arguments are written: "NAME [PATH...]"; STR_NONE when there are none. */
struct str verb_usage(const struct verb *verb, struct arena *arena);

/* For verbs that run long: whether a progress line is due now, and showing one. */
bool verb_progress_is_due(const struct verb_context *context);
void verb_progress(const struct verb_context *context, struct str line);

/* For verbs that go on: hands out an outcome, or an error, now. */
void verb_publish(const struct verb_context *context, const struct outcome *outcome,
		  const struct error *err, struct docset *set);

/* -1 and ERROR_INTERRUPTED once the watcher has cancelled the verb. */
MUST_USE int verb_check_cancelled(const struct verb_context *context, struct error *err);

/*
 * The text of a file that an argument names. A link in a repository must not lead out of it
 * (build/root.h): the user who names the file may not know that it is a link.
 */
MUST_USE int verb_read_file(const struct verb_context *context, struct str path, struct str *ret,
			    struct error *err);

/*
 * The keys of that file or, when it is absent, of $SOPS_AGE_KEY and of the file that
 * $SOPS_AGE_KEY_FILE names; none when no one says. Errors name the variable or the file, and
 * nothing that it holds.
 */
MUST_USE int verb_age_keys(const struct verb_context *context, struct str file,
			   struct age_keys *ret, struct error *err);

/* The exit statuses in ascending order, and what one means for a verb (NULL: in general). */
extern const struct exit_status exit_statuses[];
const char *exit_status_text(const struct verb *verb, int status);

#endif
