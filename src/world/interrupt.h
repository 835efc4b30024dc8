/*
 * interrupt - cleanup before SIGHUP, SIGINT or SIGTERM ends the program
 *
 * Layer: world. SIGHUP, SIGINT and SIGTERM end the program at once: the signal handler kills the
 * child processes, removes the file that is being written, clears the progress line on the
 * terminal, and then raises the signal again with its default action, so that the parent's wait
 * status names it. A signal that was ignored when the program began stays ignored, and one with a
 * callback (world_on_signal()) calls that instead.
 *
 * What is registered belongs to the process, not to a world. Only one thread registers.
 */
#ifndef FORGE_WORLD_INTERRUPT_H
#define FORGE_WORLD_INTERRUPT_H

#include <signal.h>
#include <sys/types.h>

/* A process group that runs; a part of what its owner keeps about it. */
struct interrupt_group {
	/* private */
	pid_t id;
	struct interrupt_group *next;
};

/* From now on the signals are caught. Called once, by main(). */
void interrupt_catch(void);

/* The same cleanup without a signal, for code that ends the program in the middle of an
 * operation. */
void interrupt_undo(void);

/* The signals are blocked between the two calls: for starting a process or file and registering
 * it. */
void interrupt_hold(sigset_t *ret_before);
void interrupt_go_on(const sigset_t *before);

/* Kills the process group with the program, until it is removed: before its leader is reaped. */
void interrupt_group_add(struct interrupt_group *group, pid_t id);
void interrupt_group_remove(struct interrupt_group *group);

/* The file that is removed; it need not exist yet. One at a time; NULL: none. */
void interrupt_file(const char *path);

/* The terminal whose line is cleared; -1: none. */
void interrupt_terminal(int descriptor);

#endif
