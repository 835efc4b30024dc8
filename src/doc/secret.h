/*
 * secret - marks on scalars that only programs may read, or that nobody may
 *
 * Layer: doc. A scalar is marked by the code that reads it and knows that it is a secret
 * (kube/secret.h, a substitution from a Secret). The mark is part of the node, so copies, merges,
 * patches and literals keep it; code that computes a value from a marked scalar marks the result
 * (node_marked_like), and scalars parsed from a generated text are marked by its segments. Keys and
 * containers are not marked by themselves.
 *
 * All output for people shows SECRET_MASK instead: yaml_write, json_write, go_text, paths of
 * differences, messages of findings and lines of places. Programs (output of `build`, requests,
 * hashes, comparisons) ask for secrets as they are with YAML_SECRETS or JSON_SECRETS.
 *
 * What was decrypted is sealed: it is a secret that no output may have, either. Builds compute with
 * it as with all others; what writes their objects masks them before (secret_sealed_masked()).
 */
#ifndef FORGE_DOC_SECRET_H
#define FORGE_DOC_SECRET_H

#include "doc/tree.h"

struct docset;

#define SECRET_MASK STR("***")

static inline bool node_is_secret(const struct node *n)
{
	return n && n->secrecy != SECRECY_NONE;
}

/* The text of a scalar as people may see it; STR_NONE of what is none. */
static inline struct str node_shown(const struct node *n)
{
	return node_is_secret(n) ? SECRET_MASK : node_text(n);
}

/* Whether a scalar of the tree is marked. O(nodes). */
bool node_has_secret(const struct node *n);

/* The tree with each of its values marked, all but null; itself when they are. */
const struct node *node_marked_secret(struct arena *arena, const struct node *n);

/* The same with each of its values sealed. */
const struct node *node_sealed(struct arena *arena, const struct node *n);

/* The tree with SECRET_MASK in place of each sealed key and value; itself without such. */
const struct node *secret_sealed_masked(struct arena *arena, const struct node *n);

/* The tree with no marks on what is no telling text (doc/redact.h); what is sealed stays so. */
const struct node *secret_marked_telling(struct arena *arena, const struct node *n);

/* Marked as the highest of source's scalars is: for what was computed from it. */
const struct node *node_marked_like(struct arena *arena, const struct node *n,
				    const struct node *source);

/* A tree that was read from a generated text, with each scalar marked that a secret has a part in.
 * O(nodes log nodes) when there is a secret in the text. */
const struct node *secret_marked_generated(struct docset *set, const struct node *root);

/* The text with the texts of the tree's marked scalars masked. Secrets shorter than
 * SECRET_BYTES_MIN occur by chance in any text and are not masked, unless they are the whole
 * text. */
enum { SECRET_BYTES_MIN = 4 };
struct str secret_masked(struct arena *arena, struct str text, const struct node *n);

/* Hides the marked scalars of the tree where lines of their files are shown, and has the set
 * remember their texts (doc/redact.h). The document counts as looked through. */
void secret_hide(struct docset *set, const struct node *root);

#endif
