#!/bin/sh
# rehearse-repositories - repositories that nobody here wrote: gitops-istio, flux2-multi-tenancy
. "$FORGE_TOP/test/lib.sh"

repos=$FORGE_TOP/../shared/cases/repos
[ -d "$repos" ] || { echo "1..0 # SKIP ../shared/cases/repos is not there"; exit 0; }

# take NAME: the repository in a scratch directory with one commit
take() {
	cp -r "$repos/$1/tree" "$2"
	chmod -R u+w "$2"
	cd "$2" || exit 1
	git init -q -b main .
	printf 'out.txt\nerr.txt\nok.log\nscenario.yaml\n' >.git/info/exclude
	git add -A
	git commit -qm first
}

top=$PWD
take stefanprodan+gitops-istio istio
runs 0 rehearse . -o json
is "$(field 'r["outcome"]')" promoted
sed -i 's/newTag: .*/newTag: 6.99.0/; s/podinfo:[0-9.]*/podinfo:6.99.0/' apps/backend/*.yaml apps/frontend/*.yaml
git commit -qam second
runs 0 rehearse . --from HEAD~1 --to HEAD -o json
is "$(field 'sorted(o["object"]["name"] + " " + o["outcome"] for o in r["rollouts"])')" "['backend promoted', 'frontend promoted']"
ok "backend goes by weights" test "$(field 'max(t["canary"] for o in r["rollouts"] if o["object"]["name"] == "backend" for t in o["routes"])')" -ge 50
ok "frontend goes by match" contains "$(field '[s["iterations"] for o in r["rollouts"] if o["object"]["name"] == "frontend" for s in o["steps"]]')" "5"
is "$(field '[i["id"] for i in r["invariants"] if not i["holds"]]')" "[]"
for app in backend frontend; do
	printf 'apiVersion: forge.dev/v1alpha1\nkind: Scenario\nmetadata: {name: bad}\nspec: {workloads: [{target: Deployment/prod/%s, to: {errorRate: 0.5}}]}\n' $app >scenario.yaml
	runs 1 rehearse . --from HEAD~1 --to HEAD --scenario scenario.yaml -o json
	is "$(field 'r["outcome"]')" rolledBack
	is "$(field "[o['outcome'] for o in r['rollouts'] if o['object']['name'] == '$app']")" "['rolledBack']"
done

cd "$top" || exit 1
take fluxcd+flux2-multi-tenancy tenancy
for cluster in production staging; do
	runs 0 rehearse . --cluster clusters/$cluster -o json
	is "$(field 'r["outcome"]')" healthy
	ok "it lists what is assumed" contains "$(field 'r["assumed"]')" "kyverno-controller"
done
runs 2 rehearse .
has "$err" "the repository has 2 clusters: production, staging"
has "$err" "--cluster clusters/production"
done_testing
