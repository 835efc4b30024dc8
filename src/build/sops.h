/*
 * sops - objects and files that SOPS has encrypted
 *
 * Layer: build. An encrypted object has the metadata of SOPS in a key of its own; generated Secrets
 * hold whole files, or the lines of one, that do. With a key of age they are decrypted as
 * kustomize-controller does it, and besides the integrity of their files is checked. Each value is
 * sealed then (doc/secret.h): no output has it. What no key of age can decrypt stays as it is;
 * where a decrypted object is needed all the same, each encrypted value is replaced by "assumed".
 *
 * Source: getsops/sops, README.md and sops.go; kustomize-controller, internal/decryptor.
 * Limits: SOPS_RECIPIENTS_MAX of a file, SOPS_PATH_BYTES_MAX of the keys that lead to a value,
 * SOPS_FILE_BYTES_MAX.
 */
#ifndef FORGE_BUILD_SOPS_H
#define FORGE_BUILD_SOPS_H

#include "base/error.h"
#include "base/map.h"
#include "doc/tree.h"
#include "source/age.h"

struct docset;

enum {
	SOPS_RECIPIENTS_MAX = 100,
	SOPS_PATH_BYTES_MAX = 64 << 10,
	SOPS_FILE_BYTES_MAX = 5 << 20, /* of one that a kustomization names, as in Flux */
};

/* A Secret that says it is encrypted: Flux refuses it without a decryption. */
bool sops_hides(const struct node *object);

/* The object as if decrypted; itself when nothing in it is encrypted, or is to stay so. */
const struct node *sops_assume(struct arena *arena, const struct node *object);

/* Decrypts the objects and files of many Kustomizations. */
struct sops {
	/* private: use the functions */
	struct docset *set;
	struct arena *arena;
	const struct age_keys *keys;
	uint32_t instruction; /* position of the spec.decryption that asks for it; 0: none */
	struct map data_keys; /* what age has encrypted → the key in it */
	struct map checked;   /* files whose integrity was checked, by their text */
	uint32_t closed;      /* objects and files that stayed encrypted */
	struct map needed;    /* what could open them: recipients, and services */
};

/* Borrows the keys; without one, nothing is decrypted. */
void sops_init(struct sops *sops, struct docset *set, const struct age_keys *keys);

/* From now on it is for the Kustomization whose decryption is at a position. */
void sops_begin(struct sops *sops, uint32_t instruction);

/* What stayed encrypted since then, and for whom it is encrypted, a sentence; absent: nothing. */
struct str sops_closed(struct sops *sops);

/*
 * The object decrypted; itself when it is not encrypted, is to stay so (its annotation decrypt:
 * disabled), or no key of age can decrypt it. Errors have Flux's words and the place: no key fits,
 * a value or the file was changed, a rule that cannot be read.
 */
MUST_USE int sops_decrypt(struct sops *sops, const struct node *object, const struct node **ret,
			  struct error *err);

/* Whole files. */
enum sops_format { SOPS_BINARY, SOPS_DOTENV, SOPS_INI, SOPS_JSON, SOPS_YAML };

/* By the end of a name. */
enum sops_format sops_format_of(struct str path);

struct sops_text {
	struct str path, text;
	uint32_t position; /* of its first byte */
	enum sops_format from, to;
};

/*
 * The text decrypted, as a generated text of the set that leads back to this one; itself when it is
 * not encrypted, or no key of age can decrypt it. Values of YAML and lines are sealed, and so is
 * all of the other formats. The bytes are those of SOPS but for YAML, which has its keys sorted,
 * and for comments, which are left out. Errors as those of sops_decrypt(), or a format that cannot
 * be made.
 */
MUST_USE int sops_decrypt_text(struct sops *sops, const struct sops_text *in, struct str *ret,
			       struct error *err);

#endif
