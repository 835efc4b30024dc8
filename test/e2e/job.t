#!/bin/sh
# job - a migration runs to its end before what waits for it, fails when its pods do, and cannot be changed
. "$FORGE_TOP/test/lib.sh"

# kustomization NAME MORE: one with more lines of spec, in flow style
kustomization() {
	cat >"clusters/a/$1.yaml" <<-END
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: $1, namespace: flux-system}
		spec: {interval: 10m, prune: true, wait: true, path: ./$1, sourceRef: {kind: GitRepository, name: flux-system}$2}
	END
}

mkdir -p repository/clusters/a repository/migration repository/after
cd repository || exit 1
kustomization migration ", timeout: 3m"
kustomization after ", dependsOn: [{name: migration}]"
cat >migration/job.yaml <<-END
	apiVersion: batch/v1
	kind: Job
	metadata: {name: migrate, namespace: default}
	spec:
	  backoffLimit: 1
	  template:
	    spec: {restartPolicy: Never, containers: [{name: migrate, image: "migrate:1"}]}
END
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: after, namespace: default}\n' >after/after.yaml
first_commit

runs 0 rehearse . -o json
is "$(field 'k["migration"]["ready"]["status"], k["after"]["ready"]["status"]')" "True True"

# Pods that fail: after two of them it is over, and nothing comes after.
cat >../fails.yaml <<-END
	apiVersion: forge.dev/v1alpha1
	kind: Scenario
	metadata: {name: fails}
	spec: {workloads: [{target: Job/default/migrate, from: {crashAfter: 1s}}]}
END
runs 1 rehearse . --scenario ../fails.yaml -o json
has "$(field 'k["migration"]["ready"]["message"]')" "Job/default/migrate status: 'Failed'"
is "$(field 'k["after"]["ready"]["reason"]')" DependencyNotReady

# The template of a Job is for ever.
sed -i 's/migrate:1/migrate:2/' migration/job.yaml
git commit -qam second
runs 1 rehearse . --from HEAD~1 --to HEAD -o json
has "$(field '[c["refused"] for c in r["changes"]]')" "field is immutable"
# Unless it is made anew.
kustomization migration ", timeout: 3m, force: true"
git commit -qam third
runs 0 rehearse . --from HEAD~2 --to HEAD -o json
is "$(field 'k["migration"]["ready"]["status"]')" True
done_testing
