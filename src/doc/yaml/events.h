/*
 * events - a YAML text as the events that the YAML test suite prints
 *
 * Layer: doc/yaml. For tests and for comparisons with other readers: anchors, tags and aliases stay
 * visible, which trees do not keep. One event a line: +DOC, -DOC, +MAP {}, =VAL &a <tag> :text,
 * =ALI *a. Explicit document markers are not told apart from implied ones.
 */
#ifndef FORGE_DOC_YAML_EVENTS_H
#define FORGE_DOC_YAML_EVENTS_H

#include "base/buf.h"
#include "base/error.h"
#include "doc/set.h"

/* Reads the text and appends its events. Errors: those of yaml_read. */
MUST_USE int yaml_events(struct buf *out, struct docset *set, struct str path, struct str text,
			 struct error *err);

#endif
