#!/bin/sh
# faults - what goes wrong for a while in a rehearsal of the example: errors, missing metrics, crashes; and what changes nothing
. "$FORGE_TOP/test/lib.sh"

cluster=clusters/production
namespace=interview-companion

# field EXPRESSION: what Python finds in the report of the last run, r; canary: the API's
field() {
	python3 -c "
import json
r = json.load(open('out.txt'))
canary = [o for o in r['rollouts'] if o['object']['name'] == 'api'][0]
print($1)"
}

# scenario NAME OUTCOME FAULT: one fault, in flow style
scenario() {
	cat >"../$1.yaml" <<-END
		apiVersion: forge.dev/v1alpha1
		kind: Scenario
		metadata: {name: $1}
		spec:
		  faults: [{$3}]
		  expect: {outcome: $2}
	END
}

mkdir repository
cp -r "$FORGE_TOP/examples/interview-companion/." repository
cd repository || exit 1
first_commit
sed -i "/interview-companion\/api/{n;s/newTag: .*/newTag: 3.5.0/;}" $cluster/apps/$namespace/kustomization.yaml
git commit -qam "api: 3.5.0"
again="rehearse . --cluster $cluster --from HEAD~1 --to HEAD"

# Errors of a release that is good in itself.
scenario errors rolledBack "kind: errors, target: Deployment/$namespace/api, errorRate: 0.2, after: 5m, lasts: 30m"
runs 0 $again --scenario ../errors.yaml -o json
first=$out
is "$(field 'r["outcome"]')" rolledBack
is "$(field '[i["id"] for i in r["invariants"] if not i["holds"]]')" "[]"
is "$(field '[(f["kind"], f["target"], f["toMs"] - f["fromMs"]) for f in r["faults"]]')" "[('errors', 'Deployment/$namespace/api', 1800000)]"
ok "it says why" contains "$(field '[e["message"] for e in canary["events"]]')" "Halt api.$namespace advancement success rate"
runs 0 $again --scenario ../errors.yaml -o json
is "$out" "$first"
runs 0 $again --scenario ../errors.yaml
has "$out" "errors of Deployment/$namespace/api, until "

# A host stands for primary and canary.
scenario host rolledBack "kind: latency, target: api.$namespace, latency: 2s"
runs 0 $again --scenario ../host.yaml -o json
ok "the canary is slow" contains "$(field '[e["message"] for e in canary["events"]]')" "advancement request duration"

# Without metrics a canary halts, and goes on when they are back.
scenario gap promoted "kind: metricsGap, target: Deployment/$namespace/api, after: 8m, lasts: 6m"
runs 0 $again --scenario ../gap.yaml -o json
is "$(field 'r["outcome"]')" promoted
ok "it halts" contains "$(field '[e["message"] for e in canary["events"]]')" "no values found"
ok "the check had no value" contains "$(field '[c["value"] for c in canary["checks"]]')" "None"
runs 0 $again --scenario ../gap.yaml
has "$out" "no values found"

# For good, it does not get far.
scenario nothing rolledBack "kind: metricsGap"
runs 0 $again --scenario ../nothing.yaml -o json
is "$(field 'r["outcome"]')" rolledBack

# The same once the canary has ended changes nothing that the canary did.
runs 0 $again -o json
calm=$(field 'canary')
runs 0 $again
has_not "$out" "$namespace/notify, 0 to "
for fault in "kind: metricsGap" "kind: errors, target: Deployment/$namespace/api"; do
	scenario late promoted "$fault, after: 3h, lasts: 10m"
	runs 0 $again --scenario ../late.yaml -o json
	is "$(field 'canary')" "$calm"
	is "$(field '[f["toMs"] - f["fromMs"] for f in r["faults"]]')" "[600000]"
done

# Pods that crash, or lose their readiness: those that run, too; afterwards all is well.
for kind in crashLoop neverReady; do
	scenario pods promoted "kind: $kind, target: Deployment/$namespace/notify, after: 30m, lasts: 10m"
	runs 0 $again --scenario ../pods.yaml -o json
	is "$(field 'r["unhealthy"]')" "[]"
	is "$(field 'r["rollback"]["differences"]')" 0
	runs 0 $again --scenario ../pods.yaml
	has "$out" "$kind of Deployment/$namespace/notify"
	ok "none was available" sh -c "grep -q '$namespace/notify, 0 to ' out.txt"
done

# For good: the release is not healthy.
scenario pods promoted "kind: crashLoop, target: Deployment/$namespace/notify"
"$FORGE" $again --scenario ../pods.yaml -o json >out.txt
is "$(field 'r["outcome"]')" failed
is "$(field '[u["object"]["name"] for u in r["unhealthy"]]')" "['notify']"

# What names nothing real, and what is no fault.
refused() {
	scenario refused promoted "$1"
	runs 2 $again --scenario ../refused.yaml
	has "$err" "refused.yaml:5"
	has "$err" "$2"
}
refused "kind: errors, target: Deployment/$namespace/apo" "Deployment/$namespace/apo"
has "$err" "hint"
refused "kind: errors, target: Service/$namespace/api" "Service/$namespace/api"
refused "kind: latency, target: nobody.nowhere, latency: 1s" "nobody.nowhere"
refused "kind: metricsGap, target: Deployment/$namespace/apo" "leave the target out"
refused "kind: errors, target: Deployment/$namespace/api, errorRate: 2" "share between 0 and 1"
refused "kind: errors, target: Deployment/$namespace/api, after: -5m" "duration"
refused "kind: errors, target: a//b" "target like"
refused "kind: errors" "needs a target"
refused "target: Deployment/$namespace/api" "needs a kind"
refused "kind: latency, target: Deployment/$namespace/api" "needs a latency"
refused "kind: earthquake, target: Deployment/$namespace/api" "crashLoop"
done_testing
