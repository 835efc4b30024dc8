#!/bin/sh
# localize - forge localize makes the tree of kustomize localize, byte for byte
. "$FORGE_TOP/test/lib.sh"

top=$PWD
unset CI XDG_CACHE_HOME

# A remote one that names another one.
mkdir -p far.git/app/deep far.git/base near/x
echo 'resources: [../../base]' >far.git/app/deep/kustomization.yaml
cat >far.git/base/kustomization.yaml <<END
resources:
- d.yaml
- file://$top/near//x?ref=main
END
cat >far.git/base/d.yaml <<'END'
# kept as it is
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 1}
END
echo 'configMapGenerator: [{name: near, literals: [a=b]}]' >near/x/kustomization.yaml
for repository in far.git near; do
	git init -q -b main $repository
	git -C $repository add -A
	git -C $repository commit -qm one
	git -C $repository branch release/v1
done

mkdir -p tree/overlay/files tree/base tree/part tree/sub
cat >tree/overlay/kustomization.yaml <<END
Resources:
- ../base
- ./files/../cm.yaml
- file://$top/far.git//app/deep?ref=release/v1
components: [../part]
namePrefix: ""
commonAnnotations:
  long: a very long text that goes on and on, with words, so that it is longer than eighty columns
  empty: ""
configMapGenerator:
- name: one
  files: [files/a.txt, key=files/a.txt]
  envs: [files/env]
  options: {disableNameSuffixHash: false}
secretGenerator:
- name: two
  env: files/env
patches:
- path: p.yaml
- patch: |-
    - op: add
      path: /data/x
      value: "1"
  target: {kind: ConfigMap, name: plain}
patchesStrategicMerge:
- s.yaml
- |-
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: plain}
  data: {inline: "yes"}
replacements:
- path: r.yaml
- source: {kind: ConfigMap, name: plain, fieldPath: data.a}
  targets: [{select: {kind: ConfigMap, name: plain}, fieldPaths: [data.c], options: {create: true}}]
replicas: [{name: web, count: 0}]
images: []
crds: [crd.json]
configurations: [files/config.yaml]
transformers:
- t.yaml
- |-
  apiVersion: builtin
  kind: LabelTransformer
  metadata: {name: label}
  labels: {by: inline}
  fieldSpecs: [{path: metadata/labels, create: true}]
generators: [g.yaml]
generatorOptions: {}
END
cat >tree/overlay/cm.yaml <<'END'
apiVersion: v1
kind: ConfigMap
metadata: {name: plain}
data: {a: b}
END
echo text >tree/overlay/files/a.txt
echo A=1 >tree/overlay/files/env
echo 'namePrefix: []' >tree/overlay/files/config.yaml
echo '{}' >tree/overlay/crd.json
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\ndata: {p: "1"}\n' >tree/overlay/p.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\ndata: {s: "1"}\n' >tree/overlay/s.yaml
cat >tree/overlay/r.yaml <<'END'
source: {kind: ConfigMap, name: plain, fieldPath: data.a}
targets: [{select: {kind: ConfigMap, name: plain}, fieldPaths: [data.d], options: {create: true}}]
END
cat >tree/overlay/t.yaml <<'END'
# a comment that is lost
apiVersion: builtin
kind: PatchTransformer
metadata: {name: patch}
path: ./p.yaml
target: {kind: ConfigMap, name: plain}
END
cat >tree/overlay/g.yaml <<'END'
apiVersion: builtin
kind: ConfigMapGenerator
metadata: {name: made}
files: [k=./files/a.txt]
END
echo 'resources: [../sub]' >tree/base/kustomization.yaml
printf 'apiVersion: v1\nkind: Service\nmetadata: {name: sub}\n' >tree/sub/s.yaml
printf 'resources:\n- s.yaml\n' >tree/sub/Kustomization
printf 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -part\n' >tree/part/kustomization.yaml

# same NAME ARGUMENT...: both make the same tree
same() {
	name=$1
	shift
	rm -rf ours theirs
	runs 0 localize "$@" ours
	if command -v kustomize >/dev/null 2>&1; then
		kustomize localize "$@" theirs --no-verify >log 2>&1
		ok "$name: kustomize makes one" test -d theirs
		ok "$name: it is the same" diff -r theirs ours
	else
		skip "$name" "kustomize is not installed"
	fi
}
same "a tree with all fields" --scope tree tree/overlay
has "$out" "localized to 'ours'"
far=overlay/localized-files/file-schemed$top/far/release/v1
is "$(cat ours/$far/app/deep/kustomization.yaml)" "resources:
- ../../base"
ok "a remote base of a remote base is inside" \
	test -f "ours/$far/base/localized-files/file-schemed$top/near/main/x/kustomization.yaml"
ok "other files stay as they are" cmp ours/$far/base/d.yaml far.git/base/d.yaml
mv far.git near "$HOME"
runs 0 build --offline ours/overlay
mv "$HOME/far.git" "$HOME/near" .

same "a folder by itself" tree/sub
same "a remote one" "file://$top/far.git//app/deep?ref=main"
runs 0 localize -o json tree/sub other
has "$out" '"files"'
runs 0 localize tree/sub
ok "the destination has a name" test -f localized-sub/Kustomization
runs 0 localize "file://$top/far.git//app/deep?ref=release/v1"
ok "so has that of a remote one" test -f localized-deep-release-v1/app/deep/kustomization.yaml

# What cannot be copied leaves nothing.
fails() {
	runs 2 localize "$@"
	ok "nothing is left" test -z "$(ls -d no no.* 2>/dev/null)"
}
fails tree/overlay no
has "$err" "root '$top/tree/base' outside localize scope '$top/tree/overlay'"
has "$err" "tree/overlay/kustomization.yaml:2:3"
fails --scope tree/sub tree/base no
has "$err" "does not contain target"
fails tree/none no
has "$err" "it is no folder"
fails tree/sub none/no
has "$err" "there is no folder 'none'"
runs 2 localize tree/sub other
has "$err" "already exists"
mkdir bad
printf 'resources: [file://%s/far.git//app/deep]\n' "$top" >bad/kustomization.yaml
fails bad no
has "$err" "missing ref query string parameter"
has "$err" "bad/kustomization.yaml:1:13"
printf 'resources: [../../../../../../etc]\n' >bad/kustomization.yaml
fails --scope . bad no
ln -s /etc/passwd bad/passwd
printf 'configMapGenerator: [{name: x, files: [passwd]}]\n' >bad/kustomization.yaml
fails bad no
has_not "$err" "root:"
printf 'helmCharts: [{name: x}]\n' >bad/kustomization.yaml
fails bad no
has "$err" "charts are not read here"
printf 'resources: [../bad]\n' >bad/kustomization.yaml
fails bad no
has "$err" "cycle detected"
mkdir bad/localized-files
printf 'resources: ["file://%s/far.git//app/deep?ref=main"]\n' "$top" >bad/kustomization.yaml
fails bad no
has "$err" "already contains localized-files"
rm -r bad/localized-files
runs 3 localize --offline bad no
has "$err" "is not in forge.lock"
runs 0 localize bad no

done_testing
