/*
 * credential - names of secret values (password, token), and assignments to such names in a text
 *
 * Layer: doc. The list of words is fixed; users declare nothing.
 */
#ifndef FORGE_DOC_CREDENTIAL_H
#define FORGE_DOC_CREDENTIAL_H

#include <stdbool.h>

#include "base/str.h"

/* Shorter values are words like "true" and "none". */
enum { CREDENTIAL_BYTES_MIN = 5 };

/* Whether the name of a value says that it is a credential: API_TOKEN, clientSecret, --db-password;
 * but not secretName, tokenPath or passwordKey. */
bool credential_is_named(struct str name);

/*
 * Whether a value is nothing but places where one is put in later: {{ .password }}, ${TOKEN},
 * $(TOKEN). Anything else in it, also a quote within the braces, may be a secret.
 */
bool credential_is_placeholder(struct str value);

/*
 * Whether a credential is given a value at this byte of a text, and how long that is; 0: none. The
 * byte is the "=" of "password=x", the ":" of a line "password: x" or of JSON, also of those that
 * are escaped in JSON, or the begin of "Bearer x" and "Basic x". *ret_from is where the value
 * begins. Values of less than five bytes are none. O(length of name and value).
 */
size_t credential_value(struct str text, size_t at, size_t *ret_from);

#endif
