#!/bin/sh
# build-cluster - what `forge build --cluster` prints of the layouts that Flux repositories have
. "$FORGE_TOP/test/lib.sh"

# begin: an empty repository, which is the folder from now on
begin() {
	cd "$TOP" && rm -rf repository && mkdir repository && cd repository || exit 1
	git init -q .
}

# kustomization FILE NAME PATH [MORE]: a Flux Kustomization, with more lines of its spec in flow style
kustomization() {
	mkdir -p "$(dirname "$1")"
	cat >"$1" <<-END
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: $2, namespace: flux-system}
		spec: {interval: 10m, prune: true, path: "$3", sourceRef: {kind: GitRepository, name: flux-system}${4:+, $4}}
	END
}

# config FILE NAME [DATA]
config() {
	mkdir -p "$(dirname "$1")"
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "%s", namespace: default}\ndata: {%s}\n' "$2" "${3-}" >"$1"
}

# listed: the objects of the last list, one a line, without its head
listed() { sed 1d out.txt | tr -s ' '; }
TOP=$PWD

# `flux bootstrap`: the root Kustomization lies below the folder that it builds, which has no kustomization. It may be changed by
# what it builds, and its variables are those of all Kustomizations.
begin
kustomization clusters/prod/flux-system/gotk-sync.yaml flux-system ./clusters/prod "postBuild: {substitute: {ENVIRONMENT: prod}}"
printf 'resources: [gotk-sync.yaml]\n' >clusters/prod/flux-system/kustomization.yaml
# shellcheck disable=SC2016
kustomization clusters/prod/apps.yaml apps './apps/${ENVIRONMENT}'
config apps/prod/a.yaml a
config apps/stage/b.yaml b
runs 0 build --cluster clusters/prod -o list
is "$(listed)" "Kustomization flux-system apps flux-system/flux-system
Kustomization flux-system flux-system flux-system/flux-system
ConfigMap default a flux-system/apps"
cp out.txt entry.txt
runs 0 build --cluster clusters/prod/flux-system -o list
is "$out" "$(cat entry.txt)"
rm entry.txt
runs 0 check clusters/prod -o json
has "$out" '"objects": 3'

# The Flux operator says the same by FluxInstance, or by the values of its chart.
for instance in \
	'apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {name: flux, namespace: flux-system}
spec: {sync: {kind: OCIRepository, url: "oci://registry.local/fleet", ref: latest, path: clusters/prod, name: fleet}}' \
	'apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: flux, namespace: flux-system}
spec: {values: {instance: {sync: {kind: OCIRepository, url: "oci://registry.local/fleet", path: clusters/prod, name: fleet}}}}'; do
	begin
	mkdir -p clusters/prod
	echo "$instance" >clusters/prod/flux.yaml
	kustomization clusters/prod/apps.yaml apps ./apps
	sed -i 's/GitRepository, name: flux-system/OCIRepository, name: fleet/' clusters/prod/apps.yaml
	config apps/a.yaml a
	runs 0 build --cluster clusters/prod -o tree
	is "$out" "flux-system/fleet: 2 objects  OCIRepository/flux-system/fleet clusters/prod
└─ flux-system/apps: 1 object  OCIRepository/flux-system/fleet ./apps"
	runs 0 build --cluster clusters/prod --only flux-system/apps
	has "$out" "kustomize.toolkit.fluxcd.io/name: apps"
	"$FORGE" check clusters/prod >checked.txt 2>&1
	has_not "$(cat checked.txt)" "flux/source"
	sed -i 's/name: fleet}}$/name: other}}/' clusters/prod/apps.yaml
	"$FORGE" check clusters/prod >checked.txt 2>&1
	has "$(cat checked.txt)" "flux/source"
done

# Paths are those of the repository, wherever another folder is named clusters.
begin
kustomization clusters/stages/dev/clusters/x/apps.yaml apps ./apps
config apps/a.yaml a
runs 0 build --cluster clusters/stages/dev/clusters/x -o list
is "$(listed)" "Kustomization flux-system apps flux-system/flux-system
ConfigMap default a flux-system/apps"
runs 0 check clusters/stages/dev/clusters/x -o json
has "$out" '"objects": 2'

# Order: dependencies come first, and values before those who substitute them.
begin
kustomization clusters/x/a.yaml a ./a "dependsOn: [{name: b}]"
kustomization clusters/x/b.yaml b ./b "postBuild: {substituteFrom: [{kind: ConfigMap, name: values}]}"
kustomization clusters/x/c.yaml c ./c
kustomization clusters/x/d.yaml d ./d "dependsOn: [{name: none}]"
kustomization clusters/x/e.yaml e ./e "dependsOn: [{name: d}]"
kustomization clusters/x/f.yaml f ./f "dependsOn: [{name: g}]"
kustomization clusters/x/g.yaml g ./g "dependsOn: [{name: f}]"
kustomization clusters/x/h.yaml h ./h "postBuild: {substituteFrom: [{kind: Secret, name: none}]}"
kustomization clusters/x/i.yaml i ./i "suspend: true"
kustomization clusters/x/j.yaml j ./j "postBuild: {substituteFrom: [{kind: Secret, name: none, optional: true}]}"
for name in a d e f g h i j; do config $name/$name.yaml $name; done
# shellcheck disable=SC2016
config b/b.yaml b 'zone: "${ZONE}"'
config c/c.yaml values "ZONE: north"
sed -i s/default/flux-system/ c/c.yaml
runs 1 build --cluster clusters/x -o tree
is "$(sed 's/^.*─ flux-system.//; s/  GitRepository[^ ]* / /' out.txt | sed 1d)" "c: 1 object ./c
i: 1 object ./i  not applied: it is suspended
b: 1 object ./b
a: 1 object ./a
h ./h  not applied: post build failed for 'ConfigMap.v1.[noGrp]/h': substitute from 'Secret/none' error: secrets \"none\" not found
j: 1 object ./j
d: 1 object ./d  not applied: dependency 'flux-system/none' not found
e: 1 object ./e  not applied: dependency 'flux-system/d' is not ready
f: 1 object ./f  not applied: dependency 'flux-system/g' waits for it in a circle
g: 1 object ./g  not applied: dependency 'flux-system/f' is not ready"
has "$err" "clusters/x/h.yaml:3:18: Kustomization/flux-system/h is not applied: post build failed"
runs 1 build --cluster clusters/x
has "$out" "zone: north"
has_not "$out" "name: d
  namespace: default"
runs 0 build --cluster clusters/x --only flux-system/d
has "$out" "name: d"
runs 2 build --cluster clusters/x --only flux-system/h
has "$err" "secrets \"none\" not found"
runs 2 build --cluster clusters/x --only flux-system/k
has "$err" "the cluster has no Kustomization 'flux-system/k'"

# Sources: what they leave out, and those that are elsewhere.
begin
kustomization clusters/x/apps.yaml apps ./apps
kustomization clusters/x/other.yaml other ./deploy
sed -i 's/name: flux-system}}/name: other}}/' clusters/x/other.yaml
cat >clusters/x/sources.yaml <<-END
	apiVersion: source.toolkit.fluxcd.io/v1
	kind: GitRepository
	metadata: {name: other, namespace: flux-system}
	spec: {url: "https://git.local/other", interval: 1m, ignore: "/*\n!/deploy\n/deploy/left.yaml\n"}
END
config apps/a.yaml a
config apps/left.yaml left
echo left.yaml >apps/.sourceignore
mkdir -p ../other
config ../other/deploy/b.yaml b
config ../other/deploy/left.yaml left
runs 0 build --cluster clusters/x -o tree
has "$out" "apps: 1 object"
has "$out" "GitRepository/flux-system/other is not here: --source flux-system/other=PATH names its folder"
runs 0 build --cluster clusters/x --source flux-system/other=../other -o list
has "$(listed)" "ConfigMap default a flux-system/apps
ConfigMap default b flux-system/other"
has_not "$out" left
runs 2 build --cluster clusters/x --source other=../other
has "$err" "'other=../other' names no source"
runs 2 build --cluster clusters/x --source flux-system/other=../none
has "$err" "none"

# What leads out of a source is not there.
echo outside >../secret.txt
ln -s ../../secret.txt ../other/deploy/link.yaml
kustomization clusters/x/out.yaml out ../other
runs 1 build --cluster clusters/x -o tree
has "$out" "kustomization path not found"
has_not "$out$err" outside

# An ExternalArtifact is made by the copies of its generator, wherever that stands; values lead back to the files that are copied.
begin
# generator FILE NAME COPIES [SOURCES]
generator() {
	cat >"$1" <<-END
		apiVersion: source.extensions.fluxcd.io/v1beta1
		kind: ArtifactGenerator
		metadata: {name: $2, namespace: flux-system}
		spec:
		  sources: [{alias: repo, kind: GitRepository, name: flux-system}${4:+, $4}]
		  artifacts: [{name: $2, copy: [$3]}]
	END
}
kustomization clusters/prod/a.yaml web ./x
sed -i 's/kind: GitRepository, name: flux-system/kind: ExternalArtifact, name: made/' clusters/prod/a.yaml
kustomization clusters/prod/b.yaml more ./more
mkdir more
generator more/made.yaml made '{from: "@repo/app/*.yaml", to: "@artifact/x/"}, {from: "@repo/over.yaml", to: "@artifact/x/app/a.yaml", strategy: Merge}'
config app/a.yaml a 'one: "1", two: "2"'
config app/b.yaml b 'three: "3"'
printf 'data: {two: "22"}\n' >over.yaml
runs 0 build --cluster clusters/prod -o list
is "$(listed | grep ConfigMap)" "ConfigMap default a flux-system/web
ConfigMap default b flux-system/web"
runs 0 build --cluster clusters/prod -o tree
has "$out" "flux-system/web: 2 objects  ExternalArtifact/flux-system/made ./x"
runs 0 build --cluster clusters/prod --only flux-system/web
has "$out" '  one: "1"
  two: "22"'
runs 0 why --cluster clusters/prod ConfigMap/default/b data.three
has "$out" '3  app/b.yaml:4:15 data.three'
runs 0 check clusters/prod -o json
has "$out" '"objects": 5'
echo 'not: [' >>app/b.yaml
runs 1 build --cluster clusters/prod
has "$err" "app/b.yaml:6:1: "
config app/b.yaml b 'three: "3"'

# Artifacts of artifacts; what cannot be made; what is not here; circles.
generator more/deep.yaml deep '{from: "@made/x/**", to: "@artifact/x/"}' '{alias: made, kind: ExternalArtifact, name: made}'
sed -i 's/ExternalArtifact, name: made/ExternalArtifact, name: deep/' clusters/prod/a.yaml
runs 0 build --cluster clusters/prod -o list
is "$(listed | grep -c 'ConfigMap .* flux-system/web')" 2
generator more/deep.yaml deep '{from: "@repo/none/**", to: "@artifact/"}'
runs 1 build --cluster clusters/prod
has "$err" "more/deep.yaml:6:35: Kustomization/flux-system/web is not applied: failed to apply copy operations: failed to apply copy operation from '@repo/none/**' to '@artifact/': no files match pattern 'none/**' in source 'repo'"
generator more/deep.yaml deep '{from: "@far/x/**", to: "@artifact/"}' '{alias: far, kind: OCIRepository, name: far}'
runs 0 build --cluster clusters/prod
has "$err" "ExternalArtifact/flux-system/deep is not here, it is made of OCIRepository/flux-system/far: --source flux-system/deep=PATH names its folder"
mkdir -p ../far/x/x && cp app/a.yaml ../far/x/x
runs 0 build --cluster clusters/prod -o list --source flux-system/far=../far
has "$(listed)" "ConfigMap default a flux-system/web"
rm -r ../far
generator more/deep.yaml deep '{from: "@deep/x/**", to: "@artifact/"}' '{alias: deep, kind: ExternalArtifact, name: deep}'
runs 0 build --cluster clusters/prod
has "$err" "ExternalArtifact/flux-system/deep is not here, it is made of itself"
generator more/deep.yaml deep '{from: "@repo/*", to: "@artifact/", strategy: Extract}'
touch x.tgz
runs 0 build --cluster clusters/prod
has "$err" "it is made of the archive 'x.tgz', and strategy Extract is not supported"
rm more/deep.yaml x.tgz
runs 0 build --cluster clusters/prod
has "$err" "ExternalArtifact/flux-system/deep is not here: --source flux-system/deep=PATH names its folder"

# What is applied to a remote cluster is listed as such, and does not meet what this one has.
begin
kustomization clusters/prod/here.yaml here ./here
kustomization clusters/prod/there.yaml there ./there "kubeConfig: {secretRef: {name: there}}"
config here/a.yaml a 'x: "1"'
config there/a.yaml a 'x: "2"'
kustomization there/more.yaml more ./more
config more/b.yaml b
runs 0 build --cluster clusters/prod -o list
is "$(listed | tail -n 3)" "ConfigMap default a flux-system/here
ConfigMap default a flux-system/there (remote cluster)
Kustomization flux-system more flux-system/there (remote cluster)"
runs 0 build --cluster clusters/prod -o tree
has "$out" "flux-system/there: 2 objects  GitRepository/flux-system/flux-system ./there  remote cluster"
runs 0 build --cluster clusters/prod
has_not "$out" 'x: "2"'
runs 0 build --cluster clusters/prod --only flux-system/there
has "$out" 'x: "2"'
runs 0 check clusters/prod
git add -A && git commit -qm first
sed -i 's/x: "2"/x: "3"/' there/a.yaml
sed -i 's/x: "1"/x: "4"/' here/a.yaml
git mv here here2 && sed -i s,./here,./here2, clusters/prod/here.yaml
sed -i 's/name: here,/name: here2,/' clusters/prod/here.yaml
runs 1 diff HEAD --cluster clusters/prod
has "$out" '  - data.x: "1"
  + data.x: "4"'
has "$out" '  - data.x: "2"
  + data.x: "3"'

# Values of Secrets are printed where they are applied, and nowhere else.
begin
# shellcheck disable=SC2016
kustomization clusters/x/apps.yaml apps ./apps "postBuild: {substituteFrom: [{kind: Secret, name: keys}]}"
printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: keys, namespace: flux-system}\nstringData: {KEY: hunter22}\n' >clusters/x/keys.yaml
# shellcheck disable=SC2016
config apps/a.yaml a 'key: "${KEY}"'
# shellcheck disable=SC2016
config apps/b.yaml 'b-${KEY}'
runs 0 build --cluster clusters/x
has "$out" "key: hunter22"
runs 0 build --cluster clusters/x -o list
has_not "$out$err" hunter22
runs 0 build --cluster clusters/x -o tree
has_not "$out$err" hunter22

# One build has both formats, too.
cd apps || exit 1
printf 'resources: [a.yaml]\n' >kustomization.yaml
runs 0 build . -o list
is "$(listed)" "ConfigMap default a ."
runs 0 build . -o tree
is "$out" ".: 1 object"
runs 2 build . --only flux-system/apps
has "$err" "go with --cluster"
# The examples of the page.
cd "$TOP" && rm -rf repository other && cp -r "$FORGE_TOP/examples/interview-companion/." . || exit 1
shown_in docs/build.md
# What kustomize takes without a word is told, with its place and as of the Kustomization; of the entry, too.
begin
kustomization clusters/prod/apps.yaml apps ./apps
printf 'resources: [apps.yaml]\npatches: [{target: {kind: Nothing}, patch: "[]"}]\n' >clusters/prod/kustomization.yaml
config apps/a.yaml a
printf 'resources: [a.yaml]\npatches: [{target: {name: none}, patch: "[]"}]\n' >apps/kustomization.yaml
runs 0 build --cluster clusters/prod
has "$err" "apps/kustomization.yaml:2:20: Kustomization/flux-system/apps: "
has "$err" "clusters/prod/kustomization.yaml:2:20: Kustomization/flux-system/flux-system: "
runs 1 build --cluster clusters/prod --strict
runs 0 build --cluster clusters/prod --only flux-system/apps
has "$err" "apps/kustomization.yaml:2:20: Kustomization/flux-system/apps: "
has_not "$err" "flux-system/flux-system"
runs 0 why --cluster clusters/prod ConfigMap/default/a metadata.name
has "$err" "apps/kustomization.yaml:2:20: "
# CRDs count that another Kustomization brings.
cat >clusters/prod/crd.yaml <<END
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: us.x.io}
spec: {group: x.io, scope: Namespaced, names: {kind: U, plural: us}, versions: [{name: v1, served: true, storage: true,
  schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}}]}
END
sed -i 's/apps.yaml/apps.yaml, crd.yaml/' clusters/prod/kustomization.yaml
printf 'apiVersion: x.io/v1\nkind: U\nmetadata: {name: u, namespace: default}\nspec: {size: 1}\n' >apps/u.yaml
printf 'resources: [a.yaml, u.yaml]\npatches: [{patch: "{apiVersion: x.io/v1, kind: U, metadata: {name: u, namespace: default}, spec: {siz: 2}}"}]\n' >apps/kustomization.yaml
runs 0 build --cluster clusters/prod
has "$err" "Kustomization/flux-system/apps: U has no field 'siz' here"
printf 'resources: [a.yaml]\npatches: [{target: {name: none}, patch: "[]"}]\n' >apps/kustomization.yaml
sed -i /patches/d apps/kustomization.yaml clusters/prod/kustomization.yaml
runs 0 build --cluster clusters/prod --strict
is_empty "$err"

done_testing
