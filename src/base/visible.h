/*
 * visible - text from outside, escaped so that it cannot control a terminal or a CI log
 *
 * Layer: base. All text from outside is escaped here before it is printed for people. Escaped are
 * control characters (of ASCII, DEL, U+0080 to U+009F), marks that turn the direction of writing,
 * and bytes that are no UTF-8, because some terminals take one of them for the beginning of a
 * sequence; and what CI systems take for commands: "::error::x" at the beginning of a line, "##[",
 * "##vso[" and "##teamcity[" anywhere. Sources: actions/runner, ActionCommand.cs; Azure Pipelines,
 * logging commands; TeamCity, service messages.
 *
 *	visible(arena, STR("a\033[31m"))	// a\x1b[31m
 */
#ifndef FORGE_BASE_VISIBLE_H
#define FORGE_BASE_VISIBLE_H

#include "base/str.h"

struct arena;

/* What is escaped: \n and \t so, a byte or a rune below U+0100 as \x1b, others as \u202e. */
struct str visible(struct arena *arena, struct str text);

/* Whether a text begins with what a CI system may take for a command; the
 * caller checks that "::" stands at the beginning of a line. */
bool visible_is_command(struct str text);

/* Bytes of white space (Unicode's) that a text begins with: CI systems skip it before a command. */
size_t visible_blank_bytes(struct str text);

/* The same for a text that begins a line. */
struct str visible_line(struct arena *arena, struct str text);

#endif
