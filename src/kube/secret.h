/*
 * secret - what in an object is secret
 *
 * Layer: kube. The code that reads objects (a build, a cluster's admission) marks them once; what
 * is made from them keeps the marks: doc/secret.h.
 */
#ifndef FORGE_KUBE_SECRET_H
#define FORGE_KUBE_SECRET_H

#include "doc/secret.h"

/*
 * The object with its secrets marked; itself when it has none, or when all are marked:
 * of a v1 Secret all values but those that say what it is, keys of its data that are no names of
 * keys, and the annotation in which kubectl keeps them once more;
 * of any other object texts whose key or name says so (doc/credential.h): {password: x},
 * {name: API_TOKEN, value: x}, [--token, x].
 */
const struct node *secret_marked(struct arena *arena, const struct node *object);

#endif
