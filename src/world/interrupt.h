/*
 * interrupt - what is undone before a signal ends the program
 *
 * Layer: world. SIGHUP, SIGINT and SIGTERM end the program at once, wherever it is: it kills the
 * programs that it started, removes the file that it was writing, clears its line on the terminal,
 * and then dies by the signal, so that whoever waits for it sees which one it was. A signal that
 * was ignored when the program began stays ignored, and one that somebody wants
 * (world_on_signal()) goes there.
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

/* The same without a signal, for who ends the program in the middle of anything. */
void interrupt_undo(void);

/* No signal is taken between the two: for what must not be left between start and register. */
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
