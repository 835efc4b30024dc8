/*
 * pick - the object and the field that a person means
 *
 * Layer: build. An object is named KIND/NAME or KIND/NAMESPACE/NAME, without regard to the case of
 * the kind; the name may be the one before prefixes and hashes. Errors name what is there and what
 * was meant, perhaps.
 */
#ifndef FORGE_BUILD_PICK_H
#define FORGE_BUILD_PICK_H

#include "build/render.h"
#include "doc/path.h"

/* The one object of the render; NULL with an error when there is none, or more than one. */
MUST_USE const struct node *pick_object(const struct render *render, struct str name,
					struct error *err);

/* The path of a field that the object has (doc/path.h), in *ret. */
MUST_USE int pick_field(const struct render *render, const struct node *object, struct str field,
			struct path *ret, struct error *err);

#endif
