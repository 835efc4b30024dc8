/*
 * go_text - decoded JSON as Go's fmt prints it: map[a:1 b:[2 3]]
 *
 * Layer: kube. Private: its folder, kube/smp/, kube/ssa/.
 */
#ifndef FORGE_KUBE_GO_TEXT_H
#define FORGE_KUBE_GO_TEXT_H

#include "doc/tree.h"

/* %v: keys sorted, texts without quotes, null as <nil>. */
struct str go_text(struct arena *arena, const struct node *value);
/* %#v: map[string]interface {}{"a":1} */
struct str go_syntax(struct arena *arena, const struct node *value);

#endif
