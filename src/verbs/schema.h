/*
 * schema - the row of a verb as a document, and its arguments as a JSON Schema
 *
 * Layer: verbs. Draft 2020-12. What the schema accepts, verb_arguments_read takes, and the other
 * way round, but for texts that are no duration.
 */
#ifndef FORGE_VERBS_SCHEMA_H
#define FORGE_VERBS_SCHEMA_H

#include "verbs/verb.h"

/*
 * {type: object, properties, required, additionalProperties: false}; a property for each argument
 * with type, enum, limits, default and description.
 */
const struct node *verb_schema(const struct verb *verb, struct arena *arena);

/*
 * {apiVersion: forge.dev/v1, kind: Verb, name, group, summary, about, readOnly, network,
 * longRunning, examples, exits, arguments}: name as it is called ("sandbox run"), arguments the
 * schema. Not for a group.
 */
const struct node *verb_document(const struct verb *verb, struct str name, struct arena *arena);

/*
 * {apiVersion: forge.dev/v1, kind: VerbList, verbs}: all verbs of a table and of its groups, hidden
 * ones left out. group is the name of the table's own group, empty when it has none.
 */
const struct node *verbs_document(const struct verb *const *table, struct str group,
				  struct arena *arena);

#endif
