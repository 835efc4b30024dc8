/*
 * kustomize - from a directory with a kustomization to a render
 *
 * Layer: build. Output is byte for byte that of `kubectl kustomize` 1.35 (kustomize 5.7.1); known
 * differences: docs/parity.md. Work is linear in the number of objects.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_H
#define FORGE_BUILD_KUSTOMIZE_H

#include "build/render.h"
#include "world/files.h"

struct nodes;
struct sops;

enum {
	KUSTOMIZE_DEPTH_MAX = 64,		/* bases of bases */
	KUSTOMIZE_LAYERS_MAX = 10000,		/* kustomizations, each as often as it is named */
	KUSTOMIZE_TEXT_BYTES_MAX = 16 << 20,	/* of a text that a replacement puts together */
	KUSTOMIZE_COPIED_BYTES_MAX = 256 << 20, /* that its replacements copy, written out */
	KUSTOMIZE_STEPS_MAX = 40000000,		/* of one build (base/budget.h) */
};

struct kustomize_options {
	bool load_restrictions_none; /* files may lie outside the kustomization's directory */
	bool fifo_order;	     /* keep load order unless sortOptions says otherwise (Flux) */
	bool managed_by_label;	     /* as if buildMetadata said so */
	/* A kustomization to use in place of the one in the directory (Flux generates or edits
	 * it); or NULL. */
	const struct node *kustomization;
	/* Directories may not leave this root (Flux: the artifact); absent: anywhere. */
	struct str root;
	uint32_t via;		   /* origin step: what named the directory; 0: the user */
	struct findings *warnings; /* NULL drops them */
	/* For them: CustomResourceDefinitions that are built elsewhere; or NULL. */
	const struct nodes *crds;
	bool *meets_remote; /* set when a URL names a base and the files have no remotes; or NULL */
	struct sops
		*sops; /* for files of secretGenerator and of patches; NULL: none is decrypted */
};

/*
 * The render's nodes live in set's arena. Errors carry kustomize's text, the
 * place, and the chain of bases.
 */
MUST_USE int kustomize_build(const struct files *files, struct str path,
			     const struct kustomize_options *options, struct docset *set,
			     struct render *ret, struct error *err);

/* Whether the directory holds a kustomization file; its path in *ret_path (may be NULL). */
bool kustomize_has_file(const struct files *files, struct arena *arena, struct str directory,
			struct str *ret_path);

#endif
