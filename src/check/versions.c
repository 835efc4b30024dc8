/* versions - API versions that Kubernetes or a tool has removed, or is about to */
#include "check/check_inside.h"

/* The first row that fits counts. Source: lifecycle markers of kubernetes/api; the CRDs of Flux. */
static const struct {
	const char *group, *version;
	const char *kind;	 /* NULL: all */
	const char *removed;	 /* "Kubernetes 1.22"; NULL: deprecated */
	const char *replacement; /* NULL: none */
} rows[] = {
	{ "extensions", "v1beta1", "Ingress", "Kubernetes 1.22", "networking.k8s.io/v1" },
	{ "extensions", "v1beta1", "NetworkPolicy", "Kubernetes 1.16", "networking.k8s.io/v1" },
	{ "extensions", "v1beta1", "PodSecurityPolicy", "Kubernetes 1.25", NULL },
	{ "extensions", "v1beta1", NULL, "Kubernetes 1.16", "apps/v1" },
	{ "apps", "v1beta1", NULL, "Kubernetes 1.16", "apps/v1" },
	{ "apps", "v1beta2", NULL, "Kubernetes 1.16", "apps/v1" },
	{ "networking.k8s.io", "v1beta1", "Ingress", "Kubernetes 1.22", "networking.k8s.io/v1" },
	{ "networking.k8s.io", "v1beta1", "IngressClass", "Kubernetes 1.22",
	  "networking.k8s.io/v1" },
	{ "admissionregistration.k8s.io", "v1beta1", "ValidatingWebhookConfiguration",
	  "Kubernetes 1.22", "admissionregistration.k8s.io/v1" },
	{ "admissionregistration.k8s.io", "v1beta1", "MutatingWebhookConfiguration",
	  "Kubernetes 1.22", "admissionregistration.k8s.io/v1" },
	{ "admissionregistration.k8s.io", "v1beta1", "ValidatingAdmissionPolicy", "Kubernetes 1.34",
	  "admissionregistration.k8s.io/v1" },
	{ "apiextensions.k8s.io", "v1beta1", NULL, "Kubernetes 1.22", "apiextensions.k8s.io/v1" },
	{ "apiregistration.k8s.io", "v1beta1", NULL, "Kubernetes 1.22",
	  "apiregistration.k8s.io/v1" },
	{ "certificates.k8s.io", "v1beta1", "CertificateSigningRequest", "Kubernetes 1.22",
	  "certificates.k8s.io/v1" },
	{ "coordination.k8s.io", "v1beta1", NULL, "Kubernetes 1.22", "coordination.k8s.io/v1" },
	{ "rbac.authorization.k8s.io", "v1alpha1", NULL, "Kubernetes 1.22",
	  "rbac.authorization.k8s.io/v1" },
	{ "rbac.authorization.k8s.io", "v1beta1", NULL, "Kubernetes 1.22",
	  "rbac.authorization.k8s.io/v1" },
	{ "scheduling.k8s.io", "v1beta1", NULL, "Kubernetes 1.22", "scheduling.k8s.io/v1" },
	{ "storage.k8s.io", "v1beta1", "StorageClass", "Kubernetes 1.22", "storage.k8s.io/v1" },
	{ "storage.k8s.io", "v1beta1", "CSIDriver", "Kubernetes 1.22", "storage.k8s.io/v1" },
	{ "storage.k8s.io", "v1beta1", "CSIStorageCapacity", "Kubernetes 1.27",
	  "storage.k8s.io/v1" },
	{ "batch", "v1beta1", NULL, "Kubernetes 1.25", "batch/v1" },
	{ "discovery.k8s.io", "v1beta1", NULL, "Kubernetes 1.25", "discovery.k8s.io/v1" },
	{ "events.k8s.io", "v1beta1", NULL, "Kubernetes 1.25", "events.k8s.io/v1" },
	{ "node.k8s.io", "v1beta1", NULL, "Kubernetes 1.25", "node.k8s.io/v1" },
	{ "policy", "v1beta1", "PodSecurityPolicy", "Kubernetes 1.25", NULL },
	{ "policy", "v1beta1", NULL, "Kubernetes 1.25", "policy/v1" },
	{ "autoscaling", "v2beta1", NULL, "Kubernetes 1.25", "autoscaling/v2" },
	{ "autoscaling", "v2beta2", NULL, "Kubernetes 1.26", "autoscaling/v2" },
	{ "flowcontrol.apiserver.k8s.io", "v1beta1", NULL, "Kubernetes 1.26",
	  "flowcontrol.apiserver.k8s.io/v1" },
	{ "flowcontrol.apiserver.k8s.io", "v1beta2", NULL, "Kubernetes 1.29",
	  "flowcontrol.apiserver.k8s.io/v1" },
	{ "flowcontrol.apiserver.k8s.io", "v1beta3", NULL, "Kubernetes 1.32",
	  "flowcontrol.apiserver.k8s.io/v1" },
	{ "cert-manager.io", "v1alpha2", NULL, "cert-manager 1.6", "cert-manager.io/v1" },
	{ "cert-manager.io", "v1alpha3", NULL, "cert-manager 1.6", "cert-manager.io/v1" },
	{ "cert-manager.io", "v1beta1", NULL, "cert-manager 1.6", "cert-manager.io/v1" },
	{ "source.toolkit.fluxcd.io", "v1beta1", NULL, NULL, "source.toolkit.fluxcd.io/v1" },
	{ "source.toolkit.fluxcd.io", "v1beta2", NULL, NULL, "source.toolkit.fluxcd.io/v1" },
	{ "kustomize.toolkit.fluxcd.io", "v1beta1", NULL, NULL, "kustomize.toolkit.fluxcd.io/v1" },
	{ "kustomize.toolkit.fluxcd.io", "v1beta2", NULL, NULL, "kustomize.toolkit.fluxcd.io/v1" },
	{ "helm.toolkit.fluxcd.io", "v2beta1", NULL, NULL, "helm.toolkit.fluxcd.io/v2" },
	{ "helm.toolkit.fluxcd.io", "v2beta2", NULL, NULL, "helm.toolkit.fluxcd.io/v2" },
	{ "image.toolkit.fluxcd.io", "v1beta1", NULL, NULL, "image.toolkit.fluxcd.io/v1" },
	{ "image.toolkit.fluxcd.io", "v1beta2", NULL, NULL, "image.toolkit.fluxcd.io/v1" },
	{ "notification.toolkit.fluxcd.io", "v1beta1", NULL, NULL,
	  "notification.toolkit.fluxcd.io/v1beta3" },
	{ "notification.toolkit.fluxcd.io", "v1beta2", NULL, NULL,
	  "notification.toolkit.fluxcd.io/v1beta3" },
};

bool check_version(struct check *c, const struct check_object *o)
{
	const struct node *at = node_get(o->root, STR("apiVersion"));

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		if (!str_equal(o->gvk.group, str_from_cstr(rows[i].group)) ||
		    !str_equal(o->gvk.version, str_from_cstr(rows[i].version)) ||
		    (rows[i].kind && !str_equal(o->gvk.kind, str_from_cstr(rows[i].kind))))
			continue;
		if (rows[i].removed)
			finding_add(c->findings, &check_rules[RULE_REMOVED], at,
				    "%.*s %.*s was removed in %s", STR_FMT(node_text(at)),
				    STR_FMT(o->gvk.kind), rows[i].removed);
		else
			finding_add(c->findings, &check_rules[RULE_DEPRECATED], at,
				    "%.*s %.*s is deprecated", STR_FMT(node_text(at)),
				    STR_FMT(o->gvk.kind));
		if (rows[i].replacement)
			finding_hint(c->findings, "write apiVersion: %s", rows[i].replacement);
		return rows[i].removed != NULL;
	}
	return false;
}
