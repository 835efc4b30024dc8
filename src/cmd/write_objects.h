/*
 * write_objects - the objects of an outcome as files of a folder
 *
 * Layer: cmd. As `kustomize build -o FOLDER` names them: apps_v1_deployment_web.yaml, and with the
 * namespace before it where the objects are of several. Others in the folder stay.
 */
#ifndef FORGE_CMD_WRITE_OBJECTS_H
#define FORGE_CMD_WRITE_OBJECTS_H

#include "verbs/outcome.h"

struct world;

/* Errors: a name that is no name of a file, or that two objects have; what the world says. */
MUST_USE int write_objects(struct world *w, struct str folder, const struct outcome *outcome,
			   struct error *err);

#endif
