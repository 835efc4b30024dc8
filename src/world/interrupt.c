/* interrupt - cleanup before SIGHUP, SIGINT or SIGTERM ends the program */
#include "world/interrupt.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "base/base.h"

#define CLEAR_LINE "\r\033[K"

static const int signals[] = { SIGHUP, SIGINT, SIGTERM };

/* Each is changed by one store, so that a signal between two instructions finds it whole. */
static struct interrupt_group *_Atomic groups;
static atomic_bool has_file;
static char file[PATH_MAX];
static atomic_int terminal = -1;

/* Calls only what a signal handler may. */
void interrupt_undo(void)
{
	for (const struct interrupt_group *g = groups; g; g = g->next)
		kill(-g->id, SIGKILL);
	if (has_file)
		unlink(file);
	if (terminal >= 0 && write(terminal, CLEAR_LINE, sizeof(CLEAR_LINE) - 1) < 0)
		terminal = -1; /* an error cannot be reported any more */
}

/* The signal waits until this returns, then it kills. */
static void end_by(int signal)
{
	interrupt_undo();
	raise(signal);
}

void interrupt_catch(void)
{
	struct sigaction action = { .sa_handler = end_by, .sa_flags = SA_RESETHAND };

	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_COUNT(signals); i++) {
		struct sigaction old;
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

void interrupt_hold(sigset_t *ret_before)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_COUNT(signals); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, ret_before);
}

void interrupt_go_on(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

void interrupt_group_add(struct interrupt_group *group, pid_t id)
{
	group->id = id;
	group->next = groups;
	groups = group;
}

void interrupt_group_remove(struct interrupt_group *group)
{
	if (groups == group) {
		groups = group->next;
		return;
	}
	struct interrupt_group *before = groups;
	while (before->next != group)
		before = before->next;
	before->next = group->next;
}

void interrupt_file(const char *path)
{
	has_file = false;
	if (!path)
		return;
	snprintf(file, sizeof(file), "%s", path);
	has_file = true;
}

void interrupt_terminal(int descriptor)
{
	terminal = descriptor;
}
