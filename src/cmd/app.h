/*
 * app - one run of the program: streams, colour, the verb that was called and how it was called
 *
 * Layer: cmd. Results go to .out, everything else to .err; exit statuses are those of verb.h.
 */
#ifndef FORGE_CMD_APP_H
#define FORGE_CMD_APP_H

#include <stdio.h>

#include "verbs/verb.h"

enum { APP_PATH_BYTES = 64 };

struct app {
	struct world *world;
	struct arena *arena; /* lives as long as the process */
	FILE *out, *err;
	int out_errno; /* errno of a failed write to .out; 0: none failed */
	bool color_out, color_err;
	const struct verb *const *verbs; /* all that can be called (commands.h), ends with NULL */
	const struct verb *verb;	 /* the one that runs */
	char path[APP_PATH_BYTES];	 /* how it was called: "forge pipeline plan" */
	struct str format;		 /* how its outcome is printed: text, json, yaml */
	struct str output;		 /* file or folder that gets it; absent: .out */
	struct docset *docs;		 /* where errors find their line; NULL: none yet */
};

#endif
