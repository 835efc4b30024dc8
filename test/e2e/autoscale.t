#!/bin/sh
# autoscale - traffic makes a workload larger during a rehearsal, and smaller when requests cost less
. "$FORGE_TOP/test/lib.sh"

mkdir repository
cd repository || exit 1
cat >app.yaml <<-END
	apiVersion: v1
	kind: Namespace
	metadata: {name: prod}
	---
	apiVersion: apps/v1
	kind: Deployment
	metadata: {name: web, namespace: prod}
	spec:
	  selector: {matchLabels: {app: web}}
	  template:
	    metadata: {labels: {app: web}}
	    spec: {containers: [{name: web, image: "web:1", resources: {requests: {cpu: 100m, memory: 100Mi}}}]}
	---
	apiVersion: v1
	kind: Service
	metadata: {name: web, namespace: prod}
	spec: {selector: {app: web}, ports: [{port: 80}]}
	---
	apiVersion: autoscaling/v2
	kind: HorizontalPodAutoscaler
	metadata: {name: web, namespace: prod}
	spec:
	  minReplicas: 2
	  maxReplicas: 20
	  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
	  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
END
first_commit
sed -i 's/web:1/web:2/' app.yaml
git commit -qam second

# scenario FROM TO: a thousand requests a second, and what each of them uses
scenario() {
	cat >../load.yaml <<-END
		apiVersion: forge.dev/v1alpha1
		kind: Scenario
		metadata: {name: load}
		spec:
		  traffic: [{host: web.prod, rps: 1000}]
		  workloads: [{target: Deployment/prod/web, from: {$1}, to: {$2}}]
	END
}
scalings='[(s["revision"], s["message"].split(";")[0]) for s in r["scalings"]]'

# 245m in all are 5 pods at half of 100m each, whatever chance adds.
scenario "cpuPerRequest: 0.245m" "cpuPerRequest: 0.245m"
runs 0 rehearse . --from HEAD~1 --to HEAD --scenario ../load.yaml -o json
is "$(field "$scalings")" "[(0, 'New size: 2'), (0, 'New size: 4'), (0, 'New size: 5')]"
is "$(field '[i["id"] for i in r["invariants"] if not i["holds"]]')" "[]"
first=$out
runs 0 rehearse . --from HEAD~1 --to HEAD --scenario ../load.yaml -o json
is "$out" "$first"

# The new revision needs twice of it; a tenth more or less changes nothing.
scenario "cpuPerRequest: 0.245m" "cpuPerRequest: 0.49m"
runs 0 rehearse . --from HEAD~1 --to HEAD --scenario ../load.yaml -o json
is "$(field "$scalings[3:]")" "[(1, 'New size: 10')]"
runs 0 rehearse . --from HEAD~1 --to HEAD --scenario ../load.yaml
has "$out" "New size: 10; reason: cpu resource utilization (percentage of request) above target"

# One that needs less makes it smaller, after five minutes.
scenario "cpuPerRequest: 0.245m" "cpuPerRequest: 0.09m"
runs 0 rehearse . --from HEAD~1 --to HEAD --scenario ../load.yaml -o json
is "$(field "$scalings[3:]")" "[(1, 'New size: 2')]"

# A limit is the most that a pod uses: 100 % are little more than the 90 % that are wanted now.
sed -i 's/requests: {cpu: 100m, memory: 100Mi}/&, limits: {cpu: 100m}/; s/averageUtilization: 50/averageUtilization: 90/' app.yaml
git commit -qam limits
scenario "cpuPerRequest: 0.245m" "cpuPerRequest: 5m"
runs 0 rehearse . --from HEAD~1 --to HEAD --scenario ../load.yaml -o json
is "$(field "$scalings[3:6]")" "[(1, 'New size: 6'), (1, 'New size: 7'), (1, 'New size: 8')]"

# Memory, when the scenario tells it.
sed -i 's/name: cpu, target: {type: Utilization, averageUtilization: 90}/name: memory, target: {type: AverageValue, averageValue: 50Mi}/' app.yaml
git commit -qam memory
scenario "memory: 60Mi" "memory: 40Mi"
runs 0 rehearse . --from HEAD --scenario ../load.yaml -o json
has "$(field "$scalings")" "New size: 20"

# Nobody tells what pods use: the bounds are kept.
runs 0 rehearse . --from HEAD -o json
is "$(field "$scalings")" "[(0, 'New size: 2')]"
done_testing
