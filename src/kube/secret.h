/*
 * secret - what in an object is secret
 *
 * Layer: kube. Whoever takes objects in (a build, a cluster's admission) marks them, once for all
 * that is made from them: doc/secret.h.
 */
#ifndef FORGE_KUBE_SECRET_H
#define FORGE_KUBE_SECRET_H

#include "doc/secret.h"

/*
 * The object with its secrets marked: data and stringData of a v1 Secret, and the annotation in
 * which kubectl keeps them once more. Itself when it is no Secret, and when all are marked.
 */
const struct node *secret_marked(struct arena *arena, const struct node *object);

#endif
