#!/bin/sh
# stateful - a StatefulSet with claims is rolled out, one pod at a time, and rolled back
. "$FORGE_TOP/test/lib.sh"

mkdir -p repository/clusters/a repository/apps
cd repository || exit 1
cat >clusters/a/apps.yaml <<-END
	apiVersion: kustomize.toolkit.fluxcd.io/v1
	kind: Kustomization
	metadata: {name: apps, namespace: flux-system}
	spec: {interval: 10m, prune: true, wait: true, path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}
END
cat >apps/database.yaml <<-END
	apiVersion: v1
	kind: Service
	metadata: {name: database, namespace: default}
	spec: {clusterIP: None, selector: {app: database}, ports: [{port: 5432}]}
	---
	apiVersion: apps/v1
	kind: StatefulSet
	metadata: {name: database, namespace: default}
	spec:
	  replicas: 3
	  serviceName: database
	  selector: {matchLabels: {app: database}}
	  template:
	    metadata: {labels: {app: database}}
	    spec: {containers: [{name: db, image: "db:1", volumeMounts: [{name: data, mountPath: /data}]}]}
	  volumeClaimTemplates:
	    - metadata: {name: data}
	      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
END
first_commit
sed -i 's/db:1/db:2/' apps/database.yaml
git commit -qam second

runs 0 rehearse . --from HEAD~1 --to HEAD -o json
is "$(field '[(c["object"]["kind"], c["rolls"]) for c in r["changes"]]')" "[('StatefulSet', True)]"
is "$(field 'sorted(r["assumed"])')" "['PersistentVolumeClaim/default/data-database-0', 'PersistentVolumeClaim/default/data-database-1', 'PersistentVolumeClaim/default/data-database-2']"
is "$(field 'r["rollback"]["differences"]')" 0
is "$(field '[i["id"] for i in r["invariants"] if not i["holds"]]')" "[]"

# A new revision that crashes stops at the last pod, and the Kustomization says what it waits for.
cat >../crash.yaml <<-END
	apiVersion: forge.dev/v1alpha1
	kind: Scenario
	metadata: {name: crash}
	spec: {workloads: [{target: StatefulSet/default/database, to: {crashAfter: 2s}}]}
END
runs 1 rehearse . --from HEAD~1 --to HEAD --scenario ../crash.yaml
has "$out" "StatefulSet/default/database"
has "$out" "CrashLoopBackOff"
has "$out" "apps/database.yaml:6"
done_testing
