/*
 * finding - results of checks, collected in a sink
 *
 * Layer: doc. A finding says that the input is wrong in a way worth telling; the check goes on and
 * finds the rest. Every module has its own table of rules. Only cmd/ and ui/ print.
 */
#ifndef FORGE_DOC_FINDING_H
#define FORGE_DOC_FINDING_H

#include "base/str.h"
#include "doc/tree.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

struct rule {
	struct str id; /* schema/unknown-field */
	enum severity severity;
	struct str summary; /* one line of documentation */
};

struct finding {
	const struct rule *rule;
	const struct node *node; /* where; its chain of origins is the finding's */
	struct str message;
	enum severity severity; /* the rule's, unless softened */
	struct str hint;	/* absent when there is none */
	struct str object;	/* Kind/namespace/name; absent when it is about a file */
};

struct findings {
	/* private: use the functions */
	struct arena *arena;
	struct finding *items;
	uint32_t count;
	uint32_t capacity;
	struct str object; /* of the findings to come */
};

void findings_init(struct findings *findings, struct arena *arena);

/* The object that the next findings are about (borrowed). */
void findings_about(struct findings *findings, struct str object);

/* Appends; what is secret in the node is masked in message and hint. The hint is set by
 * finding_hint on the last one. */
void finding_add(struct findings *findings, const struct rule *rule, const struct node *node,
		 const char *format, ...) PRINTF_LIKE(4, 5);
void finding_hint(struct findings *findings, const char *format, ...) PRINTF_LIKE(2, 3);

/* Lowers the severity of the last finding to at most this one: for checks that do not see
 * everything. */
void finding_soften(struct findings *findings, enum severity severity);

struct str severity_word(enum severity severity);

#endif
