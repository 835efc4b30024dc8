/*
 * sops - objects that SOPS has encrypted
 *
 * Layer: build. Forge has no decryption keys: where a decrypted object is needed, each encrypted
 * value is replaced by "assumed". Objects have the metadata of SOPS in a key of its own; generated
 * ones hold whole files, or the lines of one, that do.
 */
#ifndef FORGE_BUILD_SOPS_H
#define FORGE_BUILD_SOPS_H

#include "doc/tree.h"

/* A Secret that says it is encrypted: Flux refuses it without a decryption. */
bool sops_hides(const struct node *object);

/* The object as if decrypted; itself when nothing in it is encrypted. */
const struct node *sops_assume(struct arena *arena, const struct node *object);

#endif
