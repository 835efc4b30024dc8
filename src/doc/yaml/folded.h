/*
 * folded - what go-yaml v3 makes of a folded text when it writes and reads it once more
 *
 * Layer: doc/yaml. Private: folded.c, write.c. Kustomize keeps the style of a `>` scalar and writes
 * objects through v3 before it prints them; v3's emitter looks at the start of the text where it
 * should look at the next line, so a line break before an indented line becomes two. Source:
 * go-yaml v3, emitterc.go, yaml_emitter_write_folded_scalar; measured with kustomize 5.7.1.
 */
#ifndef FORGE_DOC_YAML_FOLDED_H
#define FORGE_DOC_YAML_FOLDED_H

#include "base/str.h"

struct arena;

/* The same text where nothing changes. */
struct str yaml_folded_again(struct arena *arena, struct str text);

#endif
