/*
 * health - whether an object has reached the state that its spec asks for (kstatus)
 *
 * Layer: kube. Source: sigs.k8s.io/cli-utils pkg/kstatus/status.
 */
#ifndef FORGE_KUBE_HEALTH_H
#define FORGE_KUBE_HEALTH_H

#include "doc/tree.h"

enum health_status {
	HEALTH_CURRENT,
	HEALTH_IN_PROGRESS,
	HEALTH_FAILED,
	HEALTH_TERMINATING,
	HEALTH_NOT_FOUND,
	HEALTH_UNKNOWN,
};

struct health {
	enum health_status status;
	struct str reason;
	struct str message;
};

/* object NULL: NotFound. now_s: seconds since the epoch, for pods that wait to be scheduled. */
struct health health_of(struct arena *arena, const struct node *object, int64_t now_s);

struct str health_word(enum health_status status); /* "InProgress" */

/* Helpers for conditions: the entry of status.conditions, or of a list, with that type, or NULL. */
const struct node *condition_get(const struct node *object, const char *type);
const struct node *condition_in(const struct node *conditions, struct str type);
/* Where it stands in the list; behind the last one when there is none. */
uint32_t condition_index(const struct node *conditions, struct str type);
/* A text of a condition, which may be NULL. */
struct str condition_text(const struct node *condition, struct str field);
bool condition_is_true(const struct node *object, const char *type);

struct condition {
	struct str type;
	struct str status; /* True, False, Unknown */
	struct str reason;
	struct str message;
	int64_t observed_generation; /* left out when negative */
};

/* The list with the condition set; lastTransitionTime becomes now only when its status changes.
 * conditions may be NULL. */
const struct node *condition_set(struct arena *arena, const struct node *conditions,
				 const struct condition *condition, struct str now);

#endif
