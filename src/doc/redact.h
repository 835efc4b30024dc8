/*
 * redact - texts of secrets that were met, and how their copies are kept out of what people read
 *
 * Layer: doc. Marks (doc/secret.h) hide a secret where it stands. What was copied from it by hand,
 * or has gone through a message of another program, has no mark: so each document set remembers the
 * texts of its secrets, and the writers for people show SECRET_MASK for them wherever they stand.
 * Passwords in URLs, and what a text gives to the name of a credential (doc/credential.h), are
 * masked without having been met.
 *
 * What is short or a plain word ("postgres", "true") is no telling text: it stands in many places
 * that are no secret. Such a secret is hidden by its mark alone.
 *
 * Ownership: texts are borrowed for the life of the redactor.
 */
#ifndef FORGE_DOC_REDACT_H
#define FORGE_DOC_REDACT_H

#include "base/str.h"

struct arena;
struct redactor;

struct redactor *redactor_new(struct arena *arena);

/* A secret: as it is, in base64, in JSON, what it is in base64 of, its lines, and the words in it.
 * Nothing when it is no telling text. O(length). */
void redactor_learn(struct redactor *r, struct str secret);

/* A line of a text that cannot be read and may hold a secret: its words but for the keys, which a
 * message about the fault may quote. */
void redactor_learn_line(struct redactor *r, struct str line);

/* The text without the secrets; itself when it has none. O(length) for each secret that begins with
 * the same bytes, of which there are at most REDACT_ALIKE_MAX. */
enum { REDACT_ALIKE_MAX = 16 };
struct str redact(const struct redactor *r, struct arena *arena, struct str text);

/* Whether a text is long and odd enough that wherever it stands it means the secret. */
bool redact_is_telling(struct str text);

/* Whether a text that cannot be read may hold a secret: it has a word that says so. */
bool redact_is_suspect(struct str text);

#endif
