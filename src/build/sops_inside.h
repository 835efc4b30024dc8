/*
 * sops_inside - what the files of sops share
 *
 * Layer: build. Private: sops.c, sops_text.c, sops_tree.c, sops_value.c.
 */
#ifndef FORGE_BUILD_SOPS_INSIDE_H
#define FORGE_BUILD_SOPS_INSIDE_H

#include <openssl/types.h>

#include "base/buf.h"
#include "build/sops.h"

struct regex;

#define SOPS_ENCRYPTED STR("ENC[AES256_GCM,")

struct sops_key {
	uint8_t bytes[AGE_KEY_BYTES];
};

/* Which values are encrypted: those with a key on their way that the rule names, or all others. */
struct sops_rule {
	struct str suffix;	   /* absent: not by it */
	const struct regex *regex; /* NULL: not by it */
	bool is_by_comment;	   /* comments are not kept: by what a value looks like */
	bool names_encrypted;
};

/* One document that is being decrypted. */
struct sops_reading {
	struct sops *sops;
	const struct node *metadata;
	const struct sops_key *key;
	struct sops_rule rule;
	EVP_MD_CTX *digest;	/* of the values; NULL: not wanted */
	bool digests_encrypted; /* only those */
	struct buf path;	/* "data:password:" */
	struct error *err;
};

/* What a document could be decrypted with. */
enum sops_access {
	SOPS_OPEN,
	SOPS_CLOSED, /* no key was given, or none of age is asked for: noted as needed */
	SOPS_FAILED, /* err says why */
};

/* sops_tree.c: begins to decrypt a document with this metadata (a map). */
enum sops_access sops_open(struct sops *sops, const struct node *metadata, struct sops_reading *ret,
			   struct error *err);

/* The tree decrypted, without its metadata. */
MUST_USE int sops_open_tree(struct sops_reading *r, const struct node *tree,
			    const struct node **ret);

/* Whether the documents are what the metadata has signed. */
MUST_USE int sops_check(struct sops_reading *r, const struct node *const *documents,
			uint32_t count);

/*
 * sops_value.c: the scalar decrypted, for r->path; *ret is NULL when it was a comment. A text of
 * SOPS keeps its place and its step.
 */
MUST_USE int sops_open_value(struct sops_reading *r, const struct node *scalar,
			     const struct node **ret);

/* The same for a text, as bytes, with other further data. */
MUST_USE int sops_open_bytes(struct sops_reading *r, const struct node *scalar, struct str further,
			     struct str *ret, struct str *ret_type);

/* The bytes of a value that the digest counts. */
struct str sops_digested(struct arena *arena, const struct node *scalar);

/* sops_text.c: whether a text looks encrypted, and in which format. */
bool sops_find_format(struct str text, enum sops_format *ret);

#endif
