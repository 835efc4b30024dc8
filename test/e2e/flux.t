#!/bin/sh
# flux - what a repository asks of Flux beyond applying: what is left out, encrypted, applied elsewhere, or taken twice
. "$FORGE_TOP/test/lib.sh"

# kustomization NAME PATH MORE: one with more lines of spec, in flow style
kustomization() {
	cat >"clusters/test/$1.yaml" <<-END
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: $1, namespace: flux-system}
		spec: {interval: 10m, prune: true, path: ./$2, sourceRef: {kind: GitRepository, name: flux-system}$3}
	END
}

config() {
	mkdir -p "$1"
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: default}\n' "$2" >"$1/$2.yaml"
}

secret() {
	mkdir -p "$1"
	cat >"$1/secret.yaml" <<-END
		apiVersion: v1
		kind: Secret
		metadata: {name: secret, namespace: default}
		data: {password: "ENC[AES256_GCM,data:zxc=,iv:abc=,tag:def=,type:str]"}
		sops: {mac: "ENC[AES256_GCM,data:zxc=,type:str]", version: 3.8.1}
	END
}

begin() {
	cd .. && rm -rf repository && mkdir -p repository/clusters/test && cd repository || exit 1
	new_repository
}
commit() {
	git add -A
	git commit -qm step
}
mkdir repository
cd repository || exit 1

# Encrypted: refused without decryption, assumed with it.
begin
kustomization plain plain ""
kustomization sops sops ", decryption: {provider: sops}"
secret plain
secret sops
commit
runs 1 rehearse . -o json
has "$(field 'k["plain"]["ready"]["message"]')" "Secret/default/secret is SOPS encrypted, configuring decryption is required"
is "$(field 'k["plain"]["ready"]["reason"]')" ReconciliationFailed
is "$(field 'k["sops"]["ready"]["status"]')" True
is "$(field 'r["assumed"]')" "['what SOPS has encrypted in Secret/default/secret']"
has_not "$out" "AES256"

# What is applied to another cluster is not applied here.
begin
kustomization there there ", kubeConfig: {secretRef: {name: kubeconfig}}"
config there remote
commit
runs 0 rehearse . -o json
is "$(field 'k["there"]["ready"]["status"], k["there"]["inventory"]')" "True []"
is "$(field 'r["assumed"]')" "['Kustomization/flux-system/there, which applies to another cluster']"

# The same repository by another name, with less in it.
begin
kustomization apps apps ""
sed -i 's/name: flux-system}}/name: again}}/' clusters/test/apps.yaml
config apps web
config apps left-out
mkdir -p clusters/test/flux-system
cat >clusters/test/flux-system/sync.yaml <<-END
	apiVersion: source.toolkit.fluxcd.io/v1
	kind: GitRepository
	metadata: {name: flux-system, namespace: flux-system}
	spec: {interval: 1m, ref: {branch: main}, url: ssh://git@example.com/repository}
	---
	apiVersion: source.toolkit.fluxcd.io/v1
	kind: GitRepository
	metadata: {name: again, namespace: flux-system}
	spec: {interval: 1h, ref: {branch: main}, url: ssh://git@example.com/repository, ignore: /apps/left-*}
	---
	apiVersion: kustomize.toolkit.fluxcd.io/v1
	kind: Kustomization
	metadata: {name: flux-system, namespace: flux-system}
	spec: {interval: 10m, prune: true, path: ./clusters/test, sourceRef: {kind: GitRepository, name: flux-system}}
END
commit
runs 0 rehearse . -o json
is "$(field 'r["assumed"]')" "[]"
is "$(field 'k["apps"]["inventory"]')" "['default_web__ConfigMap']"
config apps web2
commit
runs 0 rehearse . --from HEAD~1 --to HEAD -o json
is "$(field 'k["apps"]["inventory"]')" "['default_web__ConfigMap', 'default_web2__ConfigMap']"

# Artifacts made of parts of the repository: Kustomizations on them are played, and places are those of the repository.
begin
kustomization apps production ""
sed -i 's/kind: GitRepository, name: flux-system/kind: ExternalArtifact, name: apps/' clusters/test/apps.yaml
cat >clusters/test/generator.yaml <<-END
	apiVersion: source.extensions.fluxcd.io/v1beta1
	kind: ArtifactGenerator
	metadata: {name: parts, namespace: flux-system}
	spec:
	  sources: [{alias: repo, kind: GitRepository, name: flux-system}]
	  artifacts: [{name: apps, copy: [{from: "@repo/apps/production/**", to: "@artifact/production/"}]}]
END
config apps/production web
config other left
cat >apps/production/release.yaml <<-END
	apiVersion: helm.toolkit.fluxcd.io/v2
	kind: HelmRelease
	metadata: {name: chart, namespace: default}
	spec: {interval: 10m, chart: {spec: {chart: x, sourceRef: {kind: HelmRepository, name: x}}}}
END
commit
printf 'data: {a: b}\n' >>apps/production/web.yaml
commit
runs 0 rehearse . --from HEAD~1 --to HEAD -o json
is "$(field 'k["apps"]["ready"]["status"], k["apps"]["inventory"]')" "True ['default_web__ConfigMap', 'default_chart_helm.toolkit.fluxcd.io_HelmRelease']"
is "$(field '[(c["object"]["name"], c["place"]["file"]) for c in r["changes"]]')" "[('web', 'apps/production/web.yaml')]"
is "$(field 'r["assumed"]')" "['HelmRelease/default/chart']"
is "$(field 'r["rollback"]["differences"]')" 0

# What a generator cannot copy is not made, as Flux has it.
sed -i 's|@repo/apps/production/|@nope/apps/production/|' clusters/test/generator.yaml
commit
runs 1 rehearse . --from HEAD --to HEAD -o json
has "$(field 'k["apps"]["ready"]["message"]')" '"apps" not found'

# What is not looked at is said.
begin
kustomization apps apps ", healthCheckExprs: [{apiVersion: v1, kind: ConfigMap, current: 'true'}]"
config apps web
commit
runs 0 rehearse . -o json
is "$(field 'r["assumed"]')" "['spec.healthCheckExprs of Kustomization/flux-system/apps is not looked at: kinds are judged by their own rules']"

# Files that Flux leaves out are not there for a generator.
begin
mkdir -p apps
printf 'configMapGenerator: [{name: logo, namespace: default, files: [logo.png]}]\n' >apps/kustomization.yaml
echo picture >apps/logo.png
kustomization apps apps ""
commit
runs 1 rehearse . -o json
has "$(field 'k["apps"]["ready"]["message"]')" "logo.png"
done_testing
