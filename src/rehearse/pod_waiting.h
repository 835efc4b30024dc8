/*
 * pod_waiting - what keeps a container of a pod from running
 *
 * Layer: rehearse. In the words of the kubelet, with what a person must look at: the command that
 * ends at once, the limit that memory exceeds.
 */
#ifndef FORGE_REHEARSE_POD_WAITING_H
#define FORGE_REHEARSE_POD_WAITING_H

#include "api/object.h"

/* Of the first container that waits; absent: none does. In the arena. */
struct str pod_waiting_text(struct arena *arena, const struct object *pod);

#endif
