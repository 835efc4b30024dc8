/*
 * edit - changes of a file that keep everything else: comments, order, spelling
 *
 * Layer: doc. An edit is a splice of the text. The document must be one that yaml_read read from
 * that text.
 */
#ifndef FORGE_DOC_EDIT_H
#define FORGE_DOC_EDIT_H

#include "base/error.h"
#include "doc/set.h"
#include "doc/tree.h"

/*
 * The text with the scalar n replaced by value, in n's quoting style where that can hold it.
 * Errors: n is not a scalar of the text, or is an alias.
 */
MUST_USE int edit_scalar(struct docset *set, const struct node *n, struct str value,
			 struct str *ret_text, struct arena *arena, struct error *err);

#endif
