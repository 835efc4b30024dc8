/* admit_volume_test - finalizers and classes of volumes and claims */
#include "cluster/server/server_test.h"

#define CLAIM(more)                                                                                \
	"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: a}, spec: "  \
	"{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}" more "}}"
#define VOLUME(more)                                                                               \
	"{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {capacity: "          \
	"{storage: "                                                                               \
	"1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /x}" more "}}"

/* A claim without a class gets the default one; an empty one counts of a claim, not of a volume. */
static void classes_have_a_default(void)
{
	static const struct {
		const char *object;
		bool has_default;
		const char *class; /* NULL: the field is not there */
		const char *finalizer;
	} rows[] = {
		{ CLAIM(""), true, "fast", "kubernetes.io/pvc-protection" },
		{ CLAIM(""), false, NULL, "kubernetes.io/pvc-protection" },
		{ CLAIM(", storageClassName: slow"), true, "slow", "kubernetes.io/pvc-protection" },
		{ CLAIM(", storageClassName: \"\""), true, "", "kubernetes.io/pvc-protection" },
		{ VOLUME(""), true, NULL, "kubernetes.io/pv-protection" },
		{ VOLUME(", storageClassName: slow"), true, "slow", "kubernetes.io/pv-protection" },
		{ VOLUME(", storageClassName: \"\""), true, NULL, "kubernetes.io/pv-protection" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		struct fixture f = fixture_begin();
		if (rows[i].has_default)
			fixture_send(
				&f, API_CREATE,
				node_make(f.arena,
					  "{apiVersion: storage.k8s.io/v1, kind: StorageClass, "
					  "metadata: {name: fast, annotations: "
					  "{storageclass.kubernetes.io/is-default-class: "
					  "\"true\"}}, provisioner: x}"));
		struct api_answer answer =
			fixture_send(&f, API_CREATE, node_make(f.arena, rows[i].object));
		if (CHECK_INT(answer.code, 201)) {
			const struct node *class =
				node_at(answer.object->root, "spec.storageClassName");
			CHECK_INT(class != NULL, rows[i].class != NULL);
			CHECK_STR(node_text(class), str_from_cstr(rows[i].class));
			CHECK_STR(node_str_at(answer.object->root, "metadata.finalizers[0]"),
				  str_from_cstr(rows[i].finalizer));
		}
		fixture_end(&f);
	}
}

TESTS({ "classes have a default", classes_have_a_default })
