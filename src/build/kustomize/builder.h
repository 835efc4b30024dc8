/*
 * builder - the state that one build shares, and helpers of its steps for errors and origins
 *
 * Layer: build/kustomize. Private: its folder, build/. Every step of a build is a function that
 * returns 0, or -1 with the build's error set.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_BUILDER_H
#define FORGE_BUILD_KUSTOMIZE_BUILDER_H

#include "build/kustomize.h"
#include "build/kustomize/field_spec.h"
#include "build/resource.h"
#include "build/sops.h"
#include "kube/schema/schemas.h"

/* The one schema of a build, and how far it has been read. */
struct openapi {
	bool is_set;	       /* a kustomization named one */
	struct str path, text; /* of a user's file; text absent: the built-in one */
	bool is_read;
	bool is_delayed;   /* the built-in types are to be read, too, when a schema is needed */
	bool has_builtin;  /* they are there */
	bool builtin_wins; /* they were read last */
	struct map cluster_kinds; /* that the user's file knows, as resource_kind_text() */
};

/* A patch of a kind that nobody knows yet. */
struct warned_patch {
	struct gvk gvk;
	const struct node *patch, *target;
	bool knows_lists;
};

struct remote_base;

/* What one build shares. */
struct builder {
	const struct files *files;  /* what its steps read */
	const struct files *inside; /* what files that are no bases have to lie in */
	const struct files *top;    /* those of the first kustomization; of a remote base, others */
	const struct kustomize_options *options;
	struct docset *set;
	struct arena *arena;
	struct schemas *schemas;
	struct specs defaults;
	struct openapi openapi;
	struct map patterns;  /* of selectors: text → struct regex */
	struct map selectors; /* by labels: text → struct label_selector */
	struct findings *warnings;
	VEC(struct warned_patch) unknown_patches; /* to be looked at when all is built */
	struct error *err;
	bool records; /* which transformers run: the output tells */
	uint32_t via; /* step: how the build came to the kustomization that it works on */
	int depth;
	uint32_t layer_count;  /* that were built so far */
	uint64_t copied_bytes; /* by replacements of lists and maps, as they are written out */
	struct str chain[KUSTOMIZE_DEPTH_MAX]; /* real directories, outermost first */
};

/* Of a build that reads files; *reach is filled and has to live as long. set: its arena, too. */
void builder_init(struct builder *b, const struct files *files, struct files *reach,
		  const struct kustomize_options *options, struct docset *set, struct error *err);

/* An error at a node. */
int builder_fail(struct builder *b, const struct node *at, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* A safe point of the budget, between two steps: -1 and an error at the instruction when it is used
 * up. */
MUST_USE int builder_go_on(struct builder *b, const struct node *instruction);

/* Whether kustomize has lost the type of a scalar: of one that images, a prefix or a suffix wrote,
 * or that a replacement created. It has the type that its text looks like, at each time. Source:
 * kustomize, api/filters/filtersutil, SetScalar; kyaml, FieldSetter. */
bool builder_is_typeless(const struct builder *b, const struct node *n);

/*
 * The node with an origin: the instruction that made it, and the node whose place it takes (or
 * NULL). It keeps its position; without one, it gets that of the instruction.
 */
const struct node *builder_origin(struct builder *b, const struct node *made, enum origin_kind kind,
				  const struct node *instruction, const struct node *before);

/* The same for a value that was read elsewhere: at the source, which is its place. */
const struct node *builder_origin_from(struct builder *b, const struct node *made,
				       enum origin_kind kind, const struct node *instruction,
				       const struct node *before, const struct node *source);

/* A text with the place of a node. */
const struct node *builder_text(struct builder *b, struct str text, const struct node *place);

/* The step of an instruction of the kustomization that is being built. */
uint32_t builder_step(struct builder *b, enum origin_kind kind, const struct node *instruction,
		      const struct node *before);

/* The object with a spec applied, as field_apply(); NULL: the error is set. */
const struct node *builder_applied(struct builder *b, const struct node *object,
				   const struct field_spec *spec, field_fn change, void *context);

/* builder_files.c: what a URL of a kustomization names. */
struct builder_url {
	struct str text;
	const struct node *at; /* where it stands; NULL: not known */
	bool is_folder;	       /* a single file is none */
};
MUST_USE int builder_open_url(struct builder *b, const struct builder_url *url,
			      struct remote_base *ret);
/* From now on no output for people has its credentials. */
void builder_hide_url(struct builder *b, struct str url, const struct node *at);

/* While a remote base is built, files are those of its repository. NULL: they stay as they are. */
struct builder_files {
	const struct files *files, *inside;
};
struct builder_files builder_enter_files(struct builder *b, const struct remote_base *base);
void builder_leave_files(struct builder *b, struct builder_files outer);

/* A path as messages show it: files of a snapshot stand at its root. */
struct str builder_shown(const struct builder *b, struct str path);

/* directory/path, not resolved. */
struct str builder_join(struct arena *arena, struct str directory, struct str path);

/* Whether a file may be read for a kustomization in the directory: below it, and where the options
 * lift that, in the root of the files. */
bool builder_allows(const struct builder *b, struct str directory, struct str real);

/* True when the path leads out of the folder that may be read; then the error is set. */
bool builder_leads_out(struct builder *b, const struct node *at, struct str path);

/* A part of a scalar's text is about to be read: what stands in it has the places of its file. */
void builder_announce(struct builder *b, const struct node *scalar, struct str part);

/* The text of a file that a kustomization names by a path from its directory, only below that
 * directory unless the options lift it; or by an http or https URL. */
MUST_USE int builder_load_file(struct builder *b, struct str directory, struct str path,
			       struct str *ret_text, struct str *ret_path);

/* The text of that file decrypted, where the options say so and SOPS has encrypted it. */
MUST_USE int builder_decrypt(struct builder *b, struct str path, uint32_t position,
			     enum sops_format format, struct str *text);

/* layer_openapi.c: notes a resource of a kind whose scope is asked for; the schema of a kind for
 * strategic merge, and whether it is the user's. Errors: the user's file cannot be read. */
MUST_USE int openapi_meet(struct builder *b, struct gvk gvk);
MUST_USE int openapi_schema(struct builder *b, struct gvk gvk, struct schema *ret,
			    bool *ret_is_own);

/*
 * Generators and transformers write the keys that they add without quotes, and kustomize reads them
 * back: a key like 404 or true is no text then, and an object with such a key has no form in JSON.
 * builder_misreads_key: also of the key as it is written in a kustomization (YAML 1.1: n, on, yes).
 */
bool builder_misreads(struct str key);
bool builder_misreads_key(const struct node *key);
/* The error of it, in kustomize's words. */
int builder_fail_key(struct builder *b, const struct node *at);

/* A value of labels or annotations: kustomize decodes them into texts; of null that is the empty
 * one. */
const struct node *builder_text_of(struct builder *b, const struct node *value);

#endif
