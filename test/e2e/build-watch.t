#!/bin/sh
# build-watch - forge build --watch: what each save changes, until it is interrupted
. "$FORGE_TOP/test/lib.sh"

mkdir base top
echo 'configMapGenerator: [{name: a, literals: [x=one], options: {disableNameSuffixHash: true}}]' >base/kustomization.yaml
echo 'resources: [../base]' >top/kustomization.yaml
mkfifo lines errors
"$FORGE" build --watch top >lines 2>errors &
watch=$!
exec 3<lines 4<errors

# next FD TEXT: the lines that come, up to the one with this text
next() {
	while IFS= read -r line <&"$1"; do
		case $line in *"$2"*) return 0 ;; esac
	done
	return 1
}

ok "it begins" next 3 "watching: 1 object"
sed -i s/x=one/x=two/ base/kustomization.yaml
ok "a save shows what it changes" next 3 "+ data.x: two"
ok "and how much" next 3 "1 changed"

# An editor that writes beside and renames; a folder that goes away and comes back.
sed s/x=two/x=three/ base/kustomization.yaml >base/.new
mv base/.new base/kustomization.yaml
ok "a rename is a save" next 3 "+ data.x: three"
mv base gone
ok "what no longer builds is an error" next 4 "error: accumulating resources"
mv gone base
sed -i s/x=three/x=four/ base/kustomization.yaml
ok "the next good build is compared with the last good one" next 3 "- data.x: three"

kill -TERM $watch
wait $watch
is $? 143
exec 3<&- 4<&-

# A cluster: a part that does not build is an error, and its objects are not removed.
mkdir -p repository/clusters/one repository/apps && cd repository || exit 1
cp ../base/kustomization.yaml apps
echo '{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization,
  metadata: {name: apps, namespace: flux-system}, spec: {path: ./apps, prune: true, interval: 1h,
  sourceRef: {kind: GitRepository, name: flux-system}}}' >clusters/one/apps.yaml
git init -q .
"$FORGE" build --watch --cluster clusters/one >../lines 2>../errors &
watch=$!
exec 3<../lines 4<../errors
ok "a cluster is watched" next 3 "watching: "
echo 'bad: [' >apps/kustomization.yaml
ok "a part that fails is an error" next 4 "Kustomization/flux-system/apps does not build"
sed s/x=four/x=five/ ../base/kustomization.yaml >apps/kustomization.yaml
ok "the last good build is what counts" next 3 "+ data.x: five"
kill -TERM $watch
wait $watch
exec 3<&- 4<&-
cd .. || exit 1

runs 2 build --watch -r .
has "$err" "--watch goes with DIR or --cluster, --source and --age-key-file alone"
done_testing
