#!/bin/sh
# diff - revisions, folders and clusters compared; moves, prunes and secrets; the examples of docs/diff.md
. "$FORGE_TOP/test/lib.sh"

mkdir -p repository/clusters/prod repository/one repository/two
cd repository || exit 1
# kustomization NAME PATH SOURCE
kustomization() {
	cat <<-E
	---
	apiVersion: kustomize.toolkit.fluxcd.io/v1
	kind: Kustomization
	metadata: {name: $1, namespace: flux-system}
	spec: {interval: 10m, path: ./$2, prune: true, sourceRef: {kind: GitRepository, name: $3}}
	E
}
for name in one two; do
	kustomization $name $name flux-system >>clusters/prod/apps.yaml
done
cat >one/kustomization.yaml <<-E
	namespace: shop
	resources: [web.yaml, moving.yaml]
	configMapGenerator: [{name: settings, files: [app.ini]}]
	secretGenerator: [{name: key, literals: [password=hunter22]}]
E
seq 1 40 | sed 's/^/line /' >one/app.ini
cat >one/web.yaml <<-E
	apiVersion: apps/v1
	kind: Deployment
	metadata: {name: web}
	spec:
	  selector: {matchLabels: {app: web}}
	  template:
	    metadata: {labels: {app: web}}
	    spec:
	      containers:
	      - name: web
	        image: web:1
	        env: [{name: A, value: a}, {name: B, value: b}]
	        envFrom: [{secretRef: {name: key}}, {configMapRef: {name: settings}}]
E
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: moving}\ndata: {a: b}\n' >one/moving.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: gone}\ndata: {a: b}\n' >two/gone.yaml
printf 'namespace: shop\nresources: [gone.yaml]\n' >two/kustomization.yaml
first_commit

# One change of each sort, in the working tree.
mv one/moving.yaml two/moving.yaml
rm two/gone.yaml
sed -i 's/, moving.yaml//; s/hunter22/hunter23/' one/kustomization.yaml
sed -i s/gone/moving/ two/kustomization.yaml
sed -i 's/^line 20$/line twenty/' one/app.ini
sed -i 's/web:1/web:2/; s/{name: A, value: a}, {name: B, value: b}/{name: B, value: b}, {name: A, value: a}/' one/web.yaml

runs 1 diff HEAD --cluster clusters/prod
has "$out" "~ Deployment/shop/web (another order in spec.template.spec.containers[name=web].env)
  - spec.template.spec.containers[name=web].image: web:1
  + spec.template.spec.containers[name=web].image: web:2"
has "$out" "~ ConfigMap/shop/moving (moved from Kustomization/flux-system/one to Kustomization/flux-system/two)"
has "$out" "- ConfigMap/shop/gone (pruned)"
has "$out" "  ~ data[app.ini]:
      … 17 lines
      line 18
      line 19
  -   line 20
  +   line twenty
      line 21
      line 22
      … 18 lines"
has "$out" "  ~ data.password: a secret in it changed"
has_not "$out" "hunter"
has_not "$out" "aHVudGVy"
has_not "$out" "$(printf '\033')"

# Out of the repository there is nothing to compare.
runs 2 diff HEAD --cluster ../..
has "$err" "'../..' leads out of the repository"
runs 2 diff HEAD one/nothing/../../../..
has "$err" "leads out of the repository"

# The same for programs, and for a comment.
runs 1 diff HEAD --cluster clusters/prod -o json
is "$(field 'r["totals"]')" "{'added': 0, 'changed': 4, 'removed': 1}"
is "$(field '[c["movedFrom"] for c in r["changes"] if "movedFrom" in c]')" "['Kustomization/flux-system/one']"
is "$(field '[[f["old"], f["new"]] for c in r["changes"] for f in c.get("fields", []) if f["field"] == "data.password"]')" \
	"[['***', '***']]"
runs 1 diff HEAD --cluster clusters/prod -o markdown
has "$out" "| removed | <code>ConfigMap/shop/gone</code> |  | <code>pruned</code> |"
has "$out" "<details><summary><code>Deployment/shop/web</code></summary>"
has_not "$out" "hunter"

# A part of the repository, from a folder of it, and where a value comes from.
cd two || exit 1
runs 1 diff HEAD
has "$out" "+ ConfigMap/shop/moving
- ConfigMap/shop/gone"
rm out.txt err.txt ok.log
cd ..
runs 1 diff HEAD one --origins
has "$out" "  + spec.template.spec.containers[name=web].image: web:2
      written at one/web.yaml:11:"

# Two revisions; nothing that is not committed counts.
git add -A
git commit -qm second
runs 0 diff HEAD
is "$out" "no differences"
runs 1 diff HEAD~1..HEAD one --stat
has "$out" "~ Deployment/shop/web  +0 ~3 -0 (another order in"
runs 1 diff HEAD..HEAD~1 two
has "$out" "+ ConfigMap/shop/gone"

# All kustomizations of a folder, each object with its own.
mkdir -p many/dev many/prod
for name in dev prod; do cp one/web.yaml many/$name/web.yaml; echo 'resources: [web.yaml]' >many/$name/kustomization.yaml; done
git add -A
git commit -qm third
sed -i s/web:2/web:3/ many/prod/web.yaml
runs 1 diff HEAD many
is "$out" "~ Deployment/web (in prod)
  - spec.template.spec.containers[name=web].image: web:2
  + spec.template.spec.containers[name=web].image: web:3

1 changed"
git checkout -q many

# A side that does not build is no difference.
echo 'resources: [nothing.yaml]' >one/kustomization.yaml
runs 2 diff HEAD one
has "$err" "the working tree: "
git checkout -q one

# A Kustomization that does not build on one side is compared on neither, with all that it brings; the others are.
mkdir three
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: three, namespace: shop}\n' >three/c.yaml
kustomization three three flux-system >one/three.yaml
sed -i 's/web.yaml/web.yaml, three.yaml/; /^namespace/d' one/kustomization.yaml
git add -A
git commit -qm fourth
runs 0 build --cluster clusters/prod -o list
has "$out" "flux-system/three"
echo 'resources: [nothing.yaml]' >one/kustomization.yaml
echo 'configMapGenerator: [{name: more}]' >>two/kustomization.yaml
runs 2 diff HEAD --cluster clusters/prod
has "$out" "+ ConfigMap/shop/"
has "$out" "1 added; 2 Kustomizations not compared"
has_not "$out" "three"
has_not "$out" "web"
has "$err" "the working tree: Kustomization/flux-system/one is not compared: kustomize build failed"
runs 2 diff HEAD --cluster clusters/prod -o json
is "$(field 'r["notCompared"]')" "['Kustomization/flux-system/one', 'Kustomization/flux-system/three']"
runs 2 diff HEAD --cluster clusters/prod -o markdown
has "$out" "2 Kustomizations not compared"
git commit -qam fifth
runs 2 diff HEAD~1..HEAD --cluster clusters/prod
has "$err" "one/kustomization.yaml:1:13: HEAD: Kustomization/flux-system/one is not compared"
runs 2 diff HEAD..HEAD~1 --cluster clusters/prod
has "$out" "1 removed; 2 Kustomizations not compared"
git reset -q --hard HEAD~1

# Another source: below PATH or in the repository, of each revision its own; else on the disk.
mkdir -p other/app ../outside/app
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: shop}\ndata: {a: old}\n' >other/app/c.yaml
cp other/app/c.yaml ../outside/app
kustomization app app x >clusters/prod/x.yaml
git add -A
git commit -qm source
sed -i s/old/new/ other/app/c.yaml
runs 0 diff HEAD --cluster clusters/prod
runs 1 diff HEAD --cluster clusters/prod --source flux-system/x=other
has "$out" "  - data.a: old
  + data.a: new"
git commit -qam changed
runs 1 diff HEAD~1..HEAD --cluster clusters/prod --source flux-system/x=other
has "$out" "  + data.a: new"
runs 1 diff HEAD~2..HEAD~1 --cluster clusters/prod --source flux-system/x=other
has "$out" "+ ConfigMap/shop/x"
runs 0 diff HEAD~1..HEAD --cluster clusters/prod --source flux-system/x=../outside
sed -i s,./app,./none, clusters/prod/x.yaml
runs 2 diff HEAD --cluster clusters/prod --source flux-system/x=../outside
has "$err" "kustomization path not found: stat none"
git checkout -q clusters
runs 2 diff HEAD --cluster clusters/prod --source flux-system/x=../nowhere
has "$err" "nowhere"
runs 2 diff HEAD --cluster clusters/prod --source flux-system
has "$err" "'flux-system' names no source"
runs 2 diff HEAD --source flux-system/x=other
has "$err" "--source goes with --cluster"
cp -r . ../copy
sed -i s/new/newer/ ../copy/other/app/c.yaml
runs 1 diff . ../copy --cluster clusters/prod --source flux-system/x=other
has "$out" "  + data.a: newer"
runs 0 diff . ../copy --cluster clusters/prod --source flux-system/x=../outside
runs 0 why --cluster clusters/prod --source flux-system/x=other ConfigMap/shop/x data.a
has "$out" "other/app/c.yaml:4"
rm -rf ../copy ../outside
git reset -q --hard HEAD~3

# Two folders, also without git; one that is missing.
cp -r one ../old
cp -r one ../new
cd .. || exit 1
sed -i s/web:2/web:3/ new/web.yaml
runs 1 diff old new
is "$out" "~ Deployment/shop/web
  - spec.template.spec.containers[name=web].image: web:2
  + spec.template.spec.containers[name=web].image: web:3

1 changed"
runs 0 diff old old
runs 2 diff old nowhere
has "$err" "'nowhere' does not exist"
runs 2 diff old
has "$err" "'old' is compared with nothing"

# Names and values of a repository are no markup and no commands.
printf 'resources: [x.yaml]\n' | tee old/kustomization.yaml >new/kustomization.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n' >old/x.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {"::error::x": "</pre><script>|@all", b: "##[error]\\e[31m"}\n' \
	>new/x.yaml
runs 1 diff old new
has "$out" "</pre><script>|@all"
has_not "$out" "##[error]"
has_not "$out" "$(printf '\033')"
runs 1 diff old new -o markdown
has_not "$out" "<script>"
has_not "$out" "@all"

# The examples of docs/diff.md.
cp -r "$FORGE_TOP/examples/interview-companion" example
cd example || exit 1
new_repository
git add -A
git commit -qm first
ln -s "$FORGE" ../forge
PATH=$(dirname "$PWD"):$PATH
shown() { sed -n '/^## An example/,/^## What is said/s/^    //p' "$FORGE_TOP/docs/diff.md"; }
shown | grep '^[$] ' | sed 's/^[$] //' >../steps
shown | grep -v '^[$] ' | grep -v '^$' >../wanted
ok "docs/diff.md has steps" test "$(wc -l <../steps)" -ge 7
sh ../steps 2>&1 | grep -v '^$' >../printed
is "$(cat ../printed)" "$(cat ../wanted)"
done_testing
