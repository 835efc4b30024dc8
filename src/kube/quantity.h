/*
 * quantity - resource quantities: 500m, 2Gi, 1e3
 *
 * Layer: kube. Values are integers in thousandths (milli-units), which every quantity that a
 * cluster meets fits; larger ones saturate. Texts are read to the billionth (nano-units), as the
 * API server does. Source: apimachinery pkg/api/resource.
 */
#ifndef FORGE_KUBE_QUANTITY_H
#define FORGE_KUBE_QUANTITY_H

#include "doc/tree.h"

/* False when the text is not a quantity. Fractions below a thousandth round up. */
bool quantity_parse(struct str text, int64_t *ret_milli);

/* Of a scalar (string or number); fallback when absent or wrong. */
int64_t quantity_milli(const struct node *n, int64_t fallback);
int64_t quantity_micro(const struct node *n, int64_t fallback);
int64_t quantity_value(const struct node *n, int64_t fallback); /* whole units, rounded up */

/* Canonical text: quantity_format(1500, false) is "1500m", (2048000, true) is "2Ki". */
struct str quantity_format(struct arena *arena, int64_t milli, bool binary);

/* Canonical form of a quantity's text, as the API server stores it: "1000m" is "1". */
struct str quantity_canonical(struct arena *arena, struct str text);

/* int-or-string: "25%" of total, rounded up or down, or the number; the nearest int32 of it. */
int64_t quantity_percent(const struct node *n, int64_t total, bool round_up, int64_t fallback);

#endif
