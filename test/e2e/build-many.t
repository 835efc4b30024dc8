#!/bin/sh
# build-many - forge build -r: all kustomizations of a repository at once
. "$FORGE_TOP/test/lib.sh"

mkdir -p base prod stage broken
cat >base/kustomization.yaml <<END
configMapGenerator: [{name: a, literals: [x=y], options: {disableNameSuffixHash: true}}]
END
echo 'resources: [../base]
namePrefix: prod-' >prod/kustomization.yaml
echo 'resources: [../base]
namePrefix: stage-' >stage/kustomization.yaml

runs 0 build -r .
(forge=$FORGE && "$forge" build prod && echo --- && "$forge" build stage) >wanted
ok "it prints what each prints" diff wanted out.txt
runs 0 build -r . -o list
has "$out" "prod-a   prod"
has "$out" "stage-a  stage"
runs 0 build --recursive -o json .
is "$(wc -l <out.txt)" 2

# One that does not build is named; the others are printed.
echo 'resources: [nothing.yaml]' >broken/kustomization.yaml
runs 1 build -r .
has "$out" "name: stage-a"
has "$err" "'broken' does not build: "
has "$err" "broken/kustomization.yaml:1:13: "
runs 1 build -r . -o tree
is "$(grep -c ': 1 object$' out.txt)" 2
has "$out" "broken  not applied: "
has_not "$out" "─"

# Those that use each other in a circle are named, too, beside others that build.
mkdir -p circle/a circle/b circle/self circle/used
echo 'resources: [../b, ../used]' >circle/a/kustomization.yaml
echo 'resources: [../a]' >circle/b/kustomization.yaml
echo 'resources: [.]' >circle/self/kustomization.yaml
cp base/kustomization.yaml circle/used
echo 'resources: [used]' >circle/kustomization.yaml
runs 1 build -r circle -o list
has "$out" "a     ."
has "$err" "'a' does not build: "
has "$err" "'b' does not build: "
has "$err" "'self' does not build: "
has_not "$err" "'used'"
rm -r circle

# Names of other letters stand in columns, too.
mkdir letters
printf 'resources: [x.yaml]\n' >letters/kustomization.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: é, namespace: n}\n' >letters/x.yaml
runs 0 build letters -o list
has "$out" "ConfigMap  n          é     letters"
rm -r letters

# The same bytes, however threads take turns.
"$FORGE" build -r . >first 2>first.err
for i in 1 2 3 4 5 6 7 8 9 10; do
	"$FORGE" build -r . >again 2>again.err
	cmp -s first again && cmp -s first.err again.err || echo "run $i differs"
done >differs
is_empty "$(cat differs)"

# What it does not go with, and a folder without one.
runs 2 build -r --origins .
has "$err" "--origins"
mkdir empty
runs 2 build -r empty
has "$err" "'empty' holds no kustomization"

# Secrets: not in messages.
echo 'secretGenerator: [{name: s, literals: [password=hunter2-canary, "=hunter2-other"]}]' >broken/kustomization.yaml
runs 1 build -r .
has_not "$out$err" hunter2
done_testing
