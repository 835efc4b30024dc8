/*
 * answers - the answers to the requests of a key, found by name and number
 *
 * Layer: api. A request has a name, which says what is asked, and a number, which tells requests of
 * one name apart (0 when there is only one). Answers are kept in the order of their arrival.
 *
 * Costs: adding O(1), finding O(1). Ownership: texts, nodes and the table live in the arena that
 * was passed to answers_add().
 */
#ifndef FORGE_API_ANSWERS_H
#define FORGE_API_ANSWERS_H

#include "api/api.h"

struct answer {
	struct str name; /* of the request */
	uint32_t number; /* likewise */
	int code;	 /* as HTTP; 0: not answered */
	struct str text;
	const struct node *node;
	const struct object *object; /* of a write: node is its root */
	int64_t value_micro;	     /* a metric's value in millionths */
	bool has_value;
	enum api_outcome outcome; /* of a write */
	const void *data;	  /* of a handler whose answers are no documents (a render) */
};

/* The request got no answer, or an error. */
static inline bool answer_failed(const struct answer *answer)
{
	return answer->code == 0 || answer->code >= 300;
}

struct answers {
	struct answer *items;
	uint32_t count;
	/* private */
	uint32_t capacity;
	uint32_t *slots; /* index + 1 of an answer; 0 is free */
	uint32_t slot_count;
};

/* A later answer of the same name and number counts. */
void answers_add(struct arena *arena, struct answers *answers, const struct answer *answer);

/* NULL: there is none. */
const struct answer *answers_find(const struct answers *answers, struct str name, uint32_t number);

#endif
