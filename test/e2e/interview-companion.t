#!/bin/sh
# interview-companion - the example repository: no finding, builds as kubectl makes them, rehearsals that end as they say
. "$FORGE_TOP/test/lib.sh"

example=$FORGE_TOP/examples/interview-companion

# Nothing to find, neither in a cluster nor in the whole repository.
for path in clusters/production clusters/staging .; do
	runs 0 check "$example/$path"
	has "$out" "no findings"
done

# A mistake is found at its line, wherever in the repository it was made.
cp -r "$example" mistake
sed 's/name: api-config/name: api-konfig/' "$example/clusters/base/apps/interview-companion/deployment.yaml" \
	>mistake/clusters/base/apps/interview-companion/deployment.yaml
line=$(grep -n api-konfig mistake/clusters/base/apps/interview-companion/deployment.yaml | cut -d: -f1)
runs 1 check mistake/clusters/production
has "$out" "mistake/clusters/base/apps/interview-companion/deployment.yaml"
has "$out" "$line:"
has "$out" "reference/config: ConfigMap 'api-konfig' does not exist in namespace 'interview-companion'"
has "$out" "did you mean 'api-config'?"

# The same bytes as kubectl kustomize.
for directory in clusters/production clusters/staging clusters/production/apps clusters/production/mesh \
	clusters/production/infrastructure clusters/staging/apps; do
	if command -v kubectl >/dev/null 2>&1; then
		kubectl kustomize "$example/$directory" >wanted.yaml 2>/dev/null
		"$FORGE" build "$example/$directory" >built.yaml
		ok "$directory is built as by kubectl" cmp wanted.yaml built.yaml
	else
		skip "$directory is built as by kubectl" "kubectl is not installed"
	fi
done

# A release of the API: each scenario ends as it says.
cp -r "$example" shop && cd shop || exit 1
git init -q -b main . && git add -A && git commit -qm 'the example'
sed 's/newTag: 3.4.1/newTag: 3.5.0/' "$example/clusters/production/apps/interview-companion/kustomization.yaml" \
	>clusters/production/apps/interview-companion/kustomization.yaml
for scenario in good-release bad-release slow-release never-ready; do
	runs 0 rehearse . --cluster clusters/production --scenario rehearsals/$scenario.yaml
done

done_testing
