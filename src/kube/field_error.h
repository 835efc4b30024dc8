/*
 * field_error - what is wrong with a field, in the API server's words
 *
 * Layer: kube. One list feeds both sides: admission makes a 422 Status of it, a check makes
 * findings at the node's origin. Wording: Kubernetes apimachinery pkg/util/validation/field,
 * errors.go.
 */
#ifndef FORGE_KUBE_FIELD_ERROR_H
#define FORGE_KUBE_FIELD_ERROR_H

#include "base/buf.h"
#include "doc/tree.h"

/* X(enum, reason of the Status cause, text, is the value printed?) */
#define FIELD_ERRORS(X)                                                                            \
	X(FIELD_REQUIRED, "FieldValueRequired", "Required value", false)                           \
	X(FIELD_INVALID, "FieldValueInvalid", "Invalid value", true)                               \
	X(FIELD_TYPE_INVALID, "FieldValueTypeInvalid", "Invalid value", true)                      \
	X(FIELD_NOT_SUPPORTED, "FieldValueNotSupported", "Unsupported value", true)                \
	X(FIELD_FORBIDDEN, "FieldValueForbidden", "Forbidden", false)                              \
	X(FIELD_DUPLICATE, "FieldValueDuplicate", "Duplicate value", true)                         \
	X(FIELD_NOT_FOUND, "FieldValueNotFound", "Not found", true)                                \
	X(FIELD_TOO_LONG, "FieldValueTooLong", "Too long", false)                                  \
	X(FIELD_TOO_SHORT, "FieldValueTooShort", "Too short", false)                               \
	X(FIELD_TOO_MANY, "FieldValueTooMany", "Too many", true)                                   \
	X(FIELD_TOO_FEW, "FieldValueTooFew", "Too few", true)                                      \
	X(FIELD_INTERNAL, "InternalError", "Internal error", false)                                \
	X(FIELD_UNKNOWN, "FieldUnknown", "Unknown field", false) /* strict decoding */

enum field_error_type {
#define X(name, reason, text, has_value) name,
	FIELD_ERRORS(X)
#undef X
};

struct field_error {
	enum field_error_type type;
	struct str path;	 /* spec.containers[0].image */
	const struct node *node; /* the value, or the container a value is missing in: its place */
	struct str value;	 /* as printed; absent when the type prints none */
	struct str detail;	 /* absent when there is none */
};

struct field_errors {
	struct arena *arena;
	struct field_error *items;
	uint32_t count;
	uint32_t capacity;
};

void field_errors_init(struct field_errors *errors, struct arena *arena);

/* value: NULL or what to print; detail may be NULL. path is copied. */
void field_error_add(struct field_errors *errors, enum field_error_type type, struct str path,
		     const struct node *value, const char *detail, ...) PRINTF_LIKE(5, 6);
/* The same with the printed form of the value given. */
void field_error_add_text(struct field_errors *errors, enum field_error_type type, struct str path,
			  struct str value, const char *detail, ...) PRINTF_LIKE(5, 6);

/* "spec.x: Invalid value: 3: must be …" */
struct str field_error_text(struct arena *arena, const struct field_error *error);
/* One as it is, several as "[a, b]". */
struct str field_errors_text(const struct field_errors *errors);
struct str field_error_reason(enum field_error_type type);

#endif
