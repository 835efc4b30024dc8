/*
 * facts - what controllers read of an object at every turn, decoded once per version
 *
 * Layer: api, private to object.c.
 */
#ifndef FORGE_API_FACTS_H
#define FORGE_API_FACTS_H

#include "api/object.h"

/* Fills object->facts from object->root. */
void facts_decode(struct object *object);

#endif
