#!/bin/sh
# rehearse - a good and a bad release of the example; the same seed gives the same report
. "$FORGE_TOP/test/lib.sh"

cluster=clusters/production
file=$cluster/apps/interview-companion/kustomization.yaml

# release VERSION: a commit that sets the version of the API
release() {
	sed -i "/interview-companion\/api/{n;s/newTag: .*/newTag: $1/;}" $file
	git commit -qam "api: $1"
}

mkdir repository
cp -r "$FORGE_TOP/examples/interview-companion/." repository
cd repository || exit 1
first_commit
release 3.5.0

again="rehearse . --cluster $cluster --from HEAD~1 --to HEAD"
runs 0 $again --scenario rehearsals/good-release.yaml -o json
first=$out
is "$(field 'r["outcome"]')" promoted
is "$(field '[c["object"]["name"] + " " + str(c["rolls"]) for c in r["changes"]]')" "['api True']"
is "$(field 'r["changes"][0]["fields"][0]["after"]')" "ghcr.io/interview-companion/api:3.5.0"
is "$(field '[t["canary"] for o in r["rollouts"] if o["object"]["name"] == "api" for t in o["routes"]]')" "[0, 10, 25, 50, 100, 0]"
is "$(field '[i["id"] for i in r["invariants"] if not i["holds"]]')" "[]"
is "$(field '[i["id"] for i in r["invariants"] if i["checks"] == 0]')" "['budget', 'finalizer']"
is "$(field '[r["rollback"]["shipped"], r["rollback"]["differences"]]')" "[True, 0]"
ok "the rollback compares what is applied" test "$(field 'r["rollback"]["compared"]')" -gt 500

runs 0 $again --scenario rehearsals/good-release.yaml -o json
is "$out" "$first"
runs 0 $again --scenario rehearsals/good-release.yaml -o json --seed 2
ok "another seed is another history" test "$(field 'r["hash"]')" != "$(printf %s "$first" | python3 -c 'import json,sys; print(json.load(sys.stdin)["hash"])')"

runs 0 $again --scenario rehearsals/bad-release.yaml -o json
is "$(field 'r["outcome"]')" rolledBack
is "$(field '[i["id"] for i in r["invariants"] if not i["holds"]]')" "[]"
ok "it says why" contains "$(field '[e["message"] for o in r["rollouts"] for e in o["events"]]')" "Halt api.interview-companion advancement success rate"
for scenario in slow-release never-ready; do
	runs 0 $again --scenario rehearsals/$scenario.yaml -o json
	is "$(field 'r["outcome"]')" rolledBack
done

# Without the scenario's expectation a rollback is a no.
sed '/expect:/,$d' rehearsals/bad-release.yaml >unexpected.yaml
runs 1 $again --scenario unexpected.yaml
has "$out" "rolledBack"
has "$out" "Rolling back api.interview-companion failed checks threshold reached"
rm unexpected.yaml

# The working tree is shipped when it differs; nothing else is: the last commit is installed.
runs 0 rehearse . --cluster $cluster -o json
is "$(field '[v["label"] for v in r["revisions"]]')" "['HEAD']"
is "$(field 'r["changes"] == [] or {c["change"] for c in r["changes"]}')" "{'added'}"
sed -i 's/newTag: 1.6.2/newTag: 1.7.0/' $file
runs 0 rehearse . --cluster $cluster -o json
is "$(field '[v["label"] for v in r["revisions"]]')" "['HEAD', 'working tree']"
is "$(field '[c["object"]["name"] for c in r["changes"]]')" "['notify']"
done_testing
