/*
 * sops - objects that SOPS has encrypted
 *
 * Layer: build. Their keys are not here, so that nothing can be decrypted: what must look as if it
 * had been gets the value "assumed" wherever an encrypted one stands. Objects have the metadata of
 * SOPS in a key of its own; generated ones hold whole files, or the lines of one, that do.
 */
#ifndef FORGE_BUILD_SOPS_H
#define FORGE_BUILD_SOPS_H

#include "doc/tree.h"

/* A Secret whose data cannot be read before it is decrypted. */
bool sops_hides(const struct node *object);

/* The object as if decrypted; itself when nothing in it is encrypted. */
const struct node *sops_assume(struct arena *arena, const struct node *object);

#endif
