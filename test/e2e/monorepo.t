#!/bin/sh
# monorepo - a project with clusters of its own in a folder of a larger repository
. "$FORGE_TOP/test/lib.sh"

# project FOLDER PREFIX: clusters/a and clusters/b, whose Kustomization of apps has PREFIX before its path
project() {
	for c in a b; do
		mkdir -p "$1/clusters/$c" "$1/apps/$c"
		cat >"$1/clusters/$c/apps.yaml" <<-END
			apiVersion: kustomize.toolkit.fluxcd.io/v1
			kind: Kustomization
			metadata: {name: apps, namespace: flux-system}
			spec:
			  interval: 10m
			  path: ./$2apps/$c
			  prune: true
			  sourceRef: {kind: GitRepository, name: flux-system}
		END
		cat >"$1/apps/$c/web.yaml" <<-END
			apiVersion: v1
			kind: ConfigMap
			metadata: {name: web-$c, namespace: default}
		END
	done
}

# inventory PATH...: what the apps of the cluster have applied
inventory() {
	"$FORGE" rehearse "$@" -o json >"$report" || return
	python3 -c "
import json
r = json.load(open('$report'))
for k in r['revisions'][0]['kustomizations']:
    print(k['name'], *k['inventory'])
[print(a) for a in r['assumed']]"
}

report=$PWD/report.json
mkdir repository
cd repository || exit 1
project ours/deploy ours/deploy/
project example ""
mkdir -p one
project one/app one/app/
rm -r one/app/clusters/b
echo text >README.md
first_commit

apps_a="apps default_web-a__ConfigMap"
apps_b="apps default_web-b__ConfigMap"
sync_a="flux-system flux-system_apps_kustomize.toolkit.fluxcd.io_Kustomization"

# Paths of the repository; the cluster is named below PATH or in the repository.
is "$(inventory ours/deploy --cluster clusters/a)" "$apps_a$nl$sync_a"
is "$(inventory ours/deploy --cluster ours/deploy/clusters/b)" "$apps_b$nl$sync_a"
is "$(inventory . --cluster ours/deploy/clusters/b)" "$apps_b$nl$sync_a"
is "$(inventory ours/deploy/clusters/a)" "$apps_a$nl$sync_a"
# The only one needs no name.
is "$(inventory one/app)" "$apps_a$nl$sync_a"
# Which of many must be said.
runs 2 rehearse ours/deploy
has "$err" "'ours/deploy/clusters' has 2 clusters: a, b"
has "$err" "--cluster ours/deploy/clusters/a"
runs 2 rehearse ours/deploy --cluster clusters/c
has "$err" "'clusters/c' is not in the repository"

# A project written as a repository of its own.
begins="the repository begins at example: paths of its Kustomizations are found there only"
is "$(inventory example --cluster clusters/a)" "$apps_a$nl$sync_a$nl$begins"
is "$(inventory . --cluster example/clusters/b)" "$apps_b$nl$sync_a$nl$begins"
cd example || exit 1
is "$(inventory . --cluster clusters/a)" "$apps_a$nl$sync_a$nl$begins"
done_testing
