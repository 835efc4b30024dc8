/*
 * names - the syntax of names, in the API server's words
 *
 * Layer: kube. Each check returns an empty str when the name is fine, else the sentence that
 * follows "Invalid value: …: ".
 */
#ifndef FORGE_KUBE_NAMES_H
#define FORGE_KUBE_NAMES_H

#include "base/str.h"

struct str names_check_dns1123_subdomain(struct str name);
struct str names_check_dns1123_label(struct str name);
struct str names_check_dns1035_label(struct str name);
struct str names_check_path_segment(struct str name);
struct str names_check_qualified(struct str name);
/* A key of the data of a ConfigMap or Secret. */
struct str names_check_config_key(struct str key);

/* Five characters of bcdfghjklmnpqrstvwxz2456789 from a number (five digits of base 27 are taken).
 */
struct str names_suffix(struct arena *arena, uint64_t number);

/* The 32-bit hash of a text in the same alphabet, as pod-template-hash is written. */
struct str names_hash_text(struct arena *arena, uint32_t hash);

#endif
