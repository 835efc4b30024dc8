/*
 * field_path - the way to a field, made into text only when it has a fault
 *
 * Layer: kube. Steps live on the stack of the functions that walk down the object: a path in
 * a valid object costs nothing.
 *
 *	check_image(errors, FIELD(ITEM(containers, i), "image"), node_get(container, STR("image")));
 */
#ifndef FORGE_KUBE_FIELD_PATH_H
#define FORGE_KUBE_FIELD_PATH_H

#include "kube/field_error.h"

struct field_path {
	const struct field_path *up; /* NULL: the object itself */
	struct str name;	     /* of a field, or a key in brackets */
	int64_t index;		     /* of an item; -1: a field, -2: a key in brackets */
};

enum { FIELD_PATH_NAME = -1, FIELD_PATH_KEY = -2 };

/* The step below up, for the rest of the block. A name may hold dots: "spec.template.spec". */
#define FIELD(up, literal) (&(const struct field_path){ (up), STR(literal), FIELD_PATH_NAME })
#define FIELD_OF(up, name) (&(const struct field_path){ (up), (name), FIELD_PATH_NAME })
#define ITEM(up, i)	   (&(const struct field_path){ (up), STR_NONE, (i) })
#define MEMBER(up, key)	   (&(const struct field_path){ (up), (key), FIELD_PATH_KEY })

/* "spec.containers[0].ports", "requests[cpu]" */
struct str field_path_text(struct arena *arena, const struct field_path *path);

/* field_error_add() at such a path. value: NULL prints null; detail may be NULL. */
void field_fault(struct field_errors *errors, const struct field_path *path,
		 enum field_error_type type, const struct node *value, const char *detail, ...)
	PRINTF_LIKE(5, 6);

/* The same with the printed form of the value; node is its place. */
void field_fault_text(struct field_errors *errors, const struct field_path *path,
		      enum field_error_type type, const struct node *node, struct str value,
		      const char *detail);

/* Checks that many kinds share. They accept a null or absent node unless the comment says
 * otherwise. */
void field_require(struct field_errors *errors, const struct field_path *path,
		   const struct node *parent, const char *name); /* a text that is not empty */
void field_check_range(struct field_errors *errors, const struct field_path *path,
		       const struct node *n, int64_t least, int64_t most);
void field_check_not_negative(struct field_errors *errors, const struct field_path *path,
			      const struct node *n);
/* check gives what is wrong with the text, or nothing. */
void field_check_text(struct field_errors *errors, const struct field_path *path,
		      const struct node *n, struct str (*check)(struct str text));
/* As messages show a text. */
struct str field_quoted(struct arena *arena, struct str text);

/* words: with blanks between. */
bool field_is_one_of(struct str text, const char *words);

/* One of the words, in the order in which the message names them. An empty text is absent. */
void field_check_words(struct field_errors *errors, const struct field_path *path,
		       const struct node *n, const char *words);

#endif
