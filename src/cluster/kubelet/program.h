/*
 * program - what is known of the program in a container: how it ends, when it answers
 *
 * Layer: cluster/kubelet. Private: its folder.
 * A cluster that is played runs no program. Some commands say by themselves how they end (false,
 * sh -c "exit 1"); of all others it is taken that they run, and answer on the ports that the
 * container declares (on all, if it declares none) from a moment on that a rehearsal may tell.
 */
#ifndef FORGE_CLUSTER_KUBELET_PROGRAM_H
#define FORGE_CLUSTER_KUBELET_PROGRAM_H

#include "doc/tree.h"

enum { PROGRAM_RUNS = -1 };

/* The exit code of a command that surely ends at once; PROGRAM_RUNS: it is not known to end. */
int program_exit_code(const struct node *container);

/* What the probes of a container will say; INT64_MAX: never. From the start of the container. */
struct probe_outlook {
	int64_t ready_ms;   /* the pod may become ready */
	int64_t kill_ms;    /* the container is killed and started again */
	const char *killer; /* "liveness" or "startup" */
	struct str why;	    /* of what never passes; absent: all passes */
};

/* What a rehearsal tells of a program. */
struct program {
	int64_t listens_ms;    /* from its start until it answers */
	struct str open_ports; /* where it listens besides those that are declared: "8081,15021" */
};

/* O(ports). */
struct probe_outlook program_probe_outlook(struct arena *arena, const struct node *container,
					   const struct program *program);

/* Empty when a kubelet can parse the reference of an image, else why not. Source: distribution
 * reference, the grammar of reference.Parse. */
struct str program_image_fault(struct str image);

#endif
