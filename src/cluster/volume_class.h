/*
 * volume_class - the class that claims get when they name none
 *
 * Layer: cluster, private to the volume binder and the admission of claims.
 */
#ifndef FORGE_CLUSTER_VOLUME_CLASS_H
#define FORGE_CLUSTER_VOLUME_CLASS_H

#include "api/object.h"

/* Of several defaults the newest, then the first by name; NULL: there is none. */
const struct object *volume_default_class(const struct objects *classes);

#endif
