/*
 * redact - remembers the texts of secrets and masks their copies in output for people
 *
 * Layer: doc. Marks (doc/secret.h) hide a secret where it stands. A copy that somebody typed, or
 * that comes in a message of another program, has no mark: so each document set remembers the texts
 * of its secrets, and the writers for people show SECRET_MASK for them wherever they stand.
 * Passwords in URLs, and values that a text assigns to the name of a credential (doc/credential.h),
 * are always masked.
 *
 * A short text or a plain word ("postgres", "true") is no telling text: it also occurs in many
 * places that are not secret. Such a secret is masked only where a node has the mark.
 *
 * Ownership: texts are borrowed for the life of the redactor.
 */
#ifndef FORGE_DOC_REDACT_H
#define FORGE_DOC_REDACT_H

#include "base/str.h"

struct arena;
struct node;
struct redactor;

struct redactor *redactor_new(struct arena *arena);

/* Remembers a secret: the text itself, in base64, as JSON string, decoded from base64, its lines,
 * and its words. Nothing when it is no telling text. O(length). */
void redactor_learn(struct redactor *r, struct str secret);

/* Remembers a line of a text that does not parse and may hold a secret: all its words except keys,
 * which the parser's message may quote. */
void redactor_learn_line(struct redactor *r, struct str line);

/* The text without the secrets; itself when it has none. O(length) for each secret that begins with
 * the same bytes, of which there are at most REDACT_ALIKE_MAX. */
enum { REDACT_ALIKE_MAX = 16 };
struct str redact(const struct redactor *r, struct arena *arena, struct str text);

/*
 * The tree with each key and scalar redacted, and with the values of keys that name a credential;
 * itself when there is nothing to redact. Documents are redacted before they are written, so that a
 * secret that looks like JSON or YAML masks no syntax, and line folding hides none.
 */
const struct node *redact_tree(const struct redactor *r, struct arena *arena, const struct node *n);

/* Whether a text is long and odd enough that wherever it stands it means the secret. */
bool redact_is_telling(struct str text);

/* Whether a text that does not parse may hold a secret: it has a word such as "password". */
bool redact_is_suspect(struct str text);

#endif
