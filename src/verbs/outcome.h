/*
 * outcome - the result of a verb: documents, findings, exit status, and text for people
 *
 * Layer: verbs. Everything lives in the arena of the verb's context. The caller of the verb writes
 * the documents as JSON or YAML, or calls .text; nothing here prints.
 */
#ifndef FORGE_VERBS_OUTCOME_H
#define FORGE_VERBS_OUTCOME_H

#include "base/error.h"
#include "base/ink.h"
#include "doc/finding.h"
#include "doc/nodes.h"

struct docset;

/*
 * Which secrets the output has unmasked: all of build, whose output is applied; in the JSON of the
 * sandbox, which programs compare with a real cluster, those that are no telling text
 * (doc/redact.h).
 */
enum outcome_secrets {
	OUTCOME_SECRETS_HIDDEN,
	OUTCOME_SECRETS_PLAIN_IN_JSON,
	OUTCOME_SECRETS_SHOWN,
};

/* A form of its own for people, like a tree. Tables end with .name NULL. */
struct outcome_format {
	const char *name; /* one of the values of the verb's ARGUMENT_FORMAT */
	void (*text)(const void *data, struct ink *out);
	const void *data;
};

struct outcome {
	/* private: use outcome_documents */
	struct nodes documents;
	/*
	 * Makes the document when the format needs one and .documents is empty. For documents that
	 * take long to make and that .text does not need: for a rehearsal of 8,000 objects that is
	 * an eighth of the time.
	 */
	const struct node *(*make_document)(const struct outcome *outcome, struct arena *arena);
	/* public */
	unsigned json_flags; /* enum json_write_flags that suit them, without JSON_SECRETS */
	enum outcome_secrets secrets;
	/* Their places are in the context's document set. */
	struct findings findings;
	bool tells_findings; /* in documents and text; else they are warnings beside the answer */
	const struct docset *set; /* of the context: its secrets are in no output for people */
	int status; /* exit status: 0, ERROR_NO, or ERROR_INPUT of an answer about a part */
	/* Writers of a document with more than the document itself; NULL: the usual ones. */
	void (*as_json)(const struct outcome *outcome, const struct node *document,
			struct buf *out);
	int (*as_yaml)(const struct outcome *outcome, const struct node *document, struct buf *out,
		       struct error *err);
	/* For people; NULL: the documents as YAML. */
	void (*text)(const struct outcome *outcome, struct ink *out);
	const struct outcome_format *formats; /* besides text, yaml and json; NULL: none */
	void *data;			      /* of these functions; private to the verb */
};

/* One; of build one for each object. One that has to be made lives in the arena. */
struct nodes outcome_documents(const struct outcome *outcome, struct arena *arena);

/* Each document as JSON and a line feed. */
void outcome_write_json(const struct outcome *outcome, struct buf *out);

/* The documents as YAML, separated by ---. Errors: a value that JSON has no form for. */
MUST_USE int outcome_write_yaml(const struct outcome *outcome, struct buf *out, struct error *err);

/* For people: .text, or YAML. */
MUST_USE int outcome_write_text(const struct outcome *outcome, struct buf *out, bool color,
				struct error *err);

/* In one of its own formats, which there must be. */
void outcome_write_format(const struct outcome *outcome, struct str name, struct buf *out,
			  bool color);

#endif
