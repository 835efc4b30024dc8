/*
 * pod - the rules of pod specs that no schema states
 *
 * Layer: kube/validate. Private: its folder. Wording and order are those of Kubernetes 1.35
 * (pkg/apis/core/validation), measured against its API server.
 */
#ifndef FORGE_KUBE_VALIDATE_POD_H
#define FORGE_KUBE_VALIDATE_POD_H

#include "kube/field_path.h"

struct map;

/* A pod spec at its path; in a template no ephemeral containers are allowed. */
void validate_pod_spec(struct field_errors *errors, const struct field_path *path,
		       const struct node *spec, bool is_template);

/* A LabelSelector: keys, values and operators. */
void validate_label_selector(struct field_errors *errors, const struct field_path *path,
			     const struct node *selector);
/* A map of labels. */
void validate_labels(struct field_errors *errors, const struct field_path *path,
		     const struct node *labels);

/* --- parts --- */

void validate_containers(struct field_errors *errors, const struct field_path *path,
			 const struct node *spec);
void validate_volumes(struct field_errors *errors, const struct field_path *path,
		      const struct node *volumes);
/* The names of volumes that may be mounted: they are there, without faults. */
void validate_volume_names(struct arena *arena, const struct node *volumes, struct map *ret);

/* Resources of a container: limits and requests. */
void validate_resources(struct field_errors *errors, const struct field_path *path,
			const struct node *resources);
void validate_probes(struct field_errors *errors, const struct field_path *path,
		     const struct node *container, int64_t grace_s);
void validate_container_security(struct field_errors *errors, const struct field_path *path,
				 const struct node *container, const struct node *spec);
void validate_pod_security(struct field_errors *errors, const struct field_path *path,
			   const struct node *spec);
void validate_scheduling(struct field_errors *errors, const struct field_path *path,
			 const struct node *spec);
void validate_spread(struct field_errors *errors, const struct field_path *path,
		     const struct node *list);
void validate_node_selector_terms(struct field_errors *errors, const struct field_path *path,
				  const struct node *terms);
/* Tolerations and what else comes last. */
void validate_tolerations(struct field_errors *errors, const struct field_path *path,
			  const struct node *list);

/* Texts: what is wrong, or nothing. */
struct str validate_env_name(struct str name);

/* The name of a port; false when it has faults. */
bool validate_port_name(struct field_errors *errors, const struct field_path *path,
			const struct node *name);
/* A port by number or name. */
void validate_port(struct field_errors *errors, const struct field_path *path,
		   const struct node *port);
/* A path below a directory: not absolute, without "..". */
void validate_descending_path(struct field_errors *errors, const struct field_path *path,
			      const struct node *n);
bool validate_is_ip(struct str text);

#endif
