#!/bin/sh
# bad-input - one message with place and hint for each kind of broken input; never a crash, a hang or a wrong success
. "$FORGE_TOP/test/lib.sh"

# repository NAME: an empty one, and into it; what the test writes is committed by `ship`
repository() {
	mkdir "$top/$1"
	cd "$top/$1" || exit 1
	new_repository
}
ship() { git add -A && git commit -qm "$(basename "$PWD")"; }

# kustomization NAME PATH [DEPENDENCY]: one of Flux in clusters/test
kustomization() {
	mkdir -p clusters/test
	needs='[]'
	[ -z "${3:-}" ] || needs="[{name: $3}]"
	cat >"clusters/test/$1.yaml" <<-EOF
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: $1, namespace: flux-system}
		spec:
		  interval: 10m
		  path: $2
		  prune: true
		  sourceRef: {kind: GitRepository, name: flux-system}
		  dependsOn: $needs
	EOF
}

# deployment CPU: a Deployment in app/
deployment() {
	mkdir -p app
	cat >app/web.yaml <<-EOF
		apiVersion: apps/v1
		kind: Deployment
		metadata: {name: web, namespace: default}
		spec:
		  selector: {matchLabels: {app: web}}
		  template:
		    metadata: {labels: {app: web}}
		    spec:
		      containers: [{name: web, image: "web:1", resources: {requests: {cpu: "$1"}}}]
	EOF
}

top=$PWD

# A missing path.
for verb in build check rehearse; do
	runs 2 $verb nowhere
	has "$err" "nowhere"
done

# A repository without a manifest is no healthy release.
repository nothing
echo text >README.md
ship
runs 2 rehearse .
has "$err" "'.' holds nothing to apply"
mkdir -p clusters/test
echo text >clusters/test/README.md
ship
runs 2 rehearse .
has "$err" "'clusters/test' holds nothing to apply"
cd "$top" || exit 1

# A file that is not YAML: place, line and column.
mkdir notyaml
printf 'resources: [a.yaml]\n' >notyaml/kustomization.yaml
printf 'kind: ConfigMap\n\t- x: [\n' >notyaml/a.yaml
runs 2 build notyaml
has "$err" "a.yaml"
runs 2 check notyaml
has "$err$out" "a.yaml:2"

# A cycle of bases.
mkdir one two
printf 'resources: [../two]\n' >one/kustomization.yaml
printf 'resources: [../one]\n' >two/kustomization.yaml
runs 2 build one
has "$err" "cycle"

# A patch without target.
mkdir patch
printf 'resources: [a.yaml]\npatches:\n- path: p.yaml\n' >patch/kustomization.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' >patch/a.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n' >patch/p.yaml
runs 2 build patch
has "$err" "no matches for Id"

# An unknown kind, an unknown field.
mkdir unknown
printf 'resources: [a.yaml]\n' >unknown/kustomization.yaml
printf 'apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: a}\n' >unknown/a.yaml
runs 1 check unknown
has "$out" "Deploymnt"
has "$out" "a.yaml:2"
deployment 100m
mv app/web.yaml unknown/a.yaml
sed -i 's/image:/imgae:/' unknown/a.yaml
runs 1 check unknown
has "$out" "imgae"
has "$out" "image"

# A YAML bomb.
mkdir bomb
printf 'resources: [a.yaml]\n' >bomb/kustomization.yaml
{
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\na0: &a0 [x,x,x,x,x,x,x,x,x]\n'
	i=0
	while [ $i -lt 12 ]; do
		j=$((i + 1))
		printf 'a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n' $j $j $i $i $i $i $i $i $i $i $i
		i=$j
	done
} >bomb/a.yaml
runs 2 build bomb
has "$err" "a.yaml"

# A file of 100 MB.
mkdir large
printf 'resources: [a.yaml]\n' >large/kustomization.yaml
{
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: "'
	head -c 100000000 /dev/zero | tr '\0' 'x'
	printf '"\n'
} >large/a.yaml
"$FORGE" build large >out.txt 2>err.txt
status=$?
ok "100 MB are built or refused, not more" test $status = 0 -o $status = 2
rm -rf large out.txt

# A repository without commits.
repository empty
runs 2 rehearse .
has "$err" "has no commits"
has "$err" "hint"

# A cycle of dependsOn: neither is ready, and each says on what it waits.
repository circle
kustomization a ./app b
kustomization b ./app a
deployment 100m
ship
runs 1 rehearse . --cluster clusters/test
has "$out" "dependency 'flux-system/b' is not ready"
has "$out" "dependency 'flux-system/a' is not ready"

# A workload that no node takes.
repository unschedulable
kustomization a ./app
deployment 1000
ship
runs 1 rehearse . --cluster clusters/test -o json
ok "the scheduler's words are in the report" contains "$out" "Insufficient cpu"
runs 1 rehearse . --cluster clusters/test
has "$out" "Cannot be scheduled"
has "$out" "Deployment/default/web"
has "$out" "app/web.yaml:1"

# A scenario that names nothing real.
printf 'apiVersion: forge.dev/v1alpha1\nkind: Scenario\nmetadata: {name: s}\nspec: {workloads: [{target: Deployment/default/wbe, to: {errorRate: 1}}]}\n' >scenario.yaml
runs 2 rehearse . --cluster clusters/test --scenario scenario.yaml
has "$err" "scenario.yaml:4"
has "$err" "Deployment/default/wbe"
printf 'apiVersion: forge.dev/v1alpha1\nkind: Scenario\nmetadata: {name: s}\nspec: {workload: []}\n' >scenario.yaml
runs 2 rehearse . --cluster clusters/test --scenario scenario.yaml
has "$err" "scenario.yaml:4"
has "$err" "workloads"

# Pods that are refused for ever: the cluster comes to rest, and the report says why they are not there.
cd "$top" || exit 1
sed 's/containers:/serviceAccountName: nobody\n      containers:/' unknown/a.yaml | sed 's/imgae:/image:/' >refused.yaml
runs 0 sandbox run refused.yaml
has "$out" "serviceaccount \"nobody\" not found"
cd "$top/unschedulable" || exit 1

# A revision and a cluster that are not there.
rm scenario.yaml
runs 2 rehearse . --from nowhere
has "$err" "nowhere"
runs 2 rehearse . --cluster clusters/tset
has "$err" "clusters/tset"

# Values of a scenario that are out of range, twice there, or of no use: refused with their place.
repository values
kustomization a ./app
deployment 100m
ship
refused() {
	printf 'apiVersion: forge.dev/v1alpha1\nkind: Scenario\nspec: %s\n' "$1" >scenario.yaml
	runs 2 rehearse . --cluster clusters/test --scenario scenario.yaml
	has "$err" "scenario.yaml:3"
	has "$err" "$2"
}
web='target: Deployment/default/web'
refused "{workloads: [{$web, to: {errorRate: 2}}]}" "share between 0 and 1"
refused "{workloads: [{$web, to: {errorRate: NaN}}]}" "share between 0 and 1"
refused "{workloads: [{$web, to: {startTime: -5s}}]}" "duration between 0s and 24h"
refused "{workloads: [{$web, to: {latency: {p50: 2000h}}}]}" "duration between 0s and 24h"
refused "{workloads: [{$web, to: {cpuPerRequest: '99999999999999999999'}}]}" "quantity of cpu"
refused "{workloads: [], workloads: []}" "twice"
refused "{topology: {nodes: 100000}}" "between 1 and 5000"
refused "{topology: {zones: -1}}" "between 1 and 5000"
refused "{topology: {nods: 3}}" "nodes"
refused "{topology: {node: {cpu: much}}}" "quantity of cpu"
refused "{traffic: [{rps: 5}]}" "needs a host"
refused "{traffic: [{host: web.default, rps: 9223372036854775807}]}" "at most 1000000"
refused "{webhooks: [{name: gate, answers: [abc]}]}" "status between 100 and 599"
refused "{webhooks: [{name: gate, answers: [200]}]}" "which no Canary has"
refused "{ship: [{step: 9}]}" "there are 2 revisions"
refused "{ship: [{step: 1, whn: {phase: Progressing}}]}" "when"
refused "{ship: [{step: 1, when: {phase: Progresing}}]}" "did you mean 'Progressing'"
refused "{ship: [{step: 1, when: {phase: x}}]}" "phases are"
refused "{ship: [{step: 1, when: {wieght: 1}}]}" "did you mean 'weight'"
refused "{others: [{before: zzzz, change: 'a: b'}]}" "no revision is 'zzzz'"
refused "[]" "not a map"
refused "{faults: [{kind: neverReady, $web, after: 24h}]}" "within 12h"
printf 'apiVersion: forge.dev/v1alpha1\nkind: Scenario\nsepc: {}\n' >scenario.yaml
runs 2 rehearse . --cluster clusters/test --scenario scenario.yaml
has "$err" "did you mean 'spec'"
rm scenario.yaml
runs 2 rehearse . --cluster clusters/test --seed -1
has "$err" "--seed"
revisions=$(i=0; while [ $i -lt 64 ]; do echo "--then HEAD"; i=$((i + 1)); done)
runs 2 rehearse . --cluster clusters/test --from HEAD --to HEAD $revisions
has "$err" "at most 64"

# More pods than anybody waits for: of a Deployment, a ReplicaSet of its own, an autoscaler.
for replicas in 100000 2147483647; do
	sed "s/^spec:/&\n  replicas: $replicas/" -i app/web.yaml
	ship
	runs 2 rehearse . --cluster clusters/test
	has "$err" "$replicas pods"
	has "$err" "app/web.yaml:1"
	sed -i '/^  replicas:/d' app/web.yaml
done
sed -i 's/kind: Deployment/kind: ReplicaSet/; s/^spec:/&\n  replicas: 100000/' app/web.yaml
ship
runs 2 rehearse . --cluster clusters/test
has "$err" "100000 pods"

# Numbers that no field should have: nothing overflows, and nothing is out of bounds.
deployment 100m
sed -i 's/^spec:/&\n  revisionHistoryLimit: -5/' app/web.yaml
sed -i 's/resources:/readinessProbe: {tcpSocket: {port: 1}, periodSeconds: 9223372036854775807, successThreshold: 9223372036854775807}, &/' app/web.yaml
ship
"$FORGE" rehearse . --cluster clusters/test >out.txt 2>err.txt
status=$?
ok "it is played or refused, not more" test $status -le 2
is_empty "$(cat err.txt)"

# Links from a folder to itself are not followed, as kustomize-controller does not.
repository links
kustomization a ./app
deployment 100m
ln -s . app/self
ln -s ../app app/up
ship
runs 0 rehearse . --cluster clusters/test

# A CRD nested deeper than the limit is refused.
cd "$top" || exit 1
python3 - >crd.yaml <<'EOF'
deep = '{type: object, properties: {a: ' * 200 + '{type: string}' + '}}' * 200
print('apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.a.b}')
print('spec: {group: a.b, names: {kind: Foo, plural: foos}, scope: Namespaced, versions: [{name: v1, served: true,')
print('  storage: true, schema: {openAPIV3Schema: ' + deep + '}}]}')
EOF
"$FORGE" sandbox run crd.yaml >out.txt 2>err.txt
status=$?
ok "a schema too deep ends with no crash" test $status -le 2
has "$(cat out.txt err.txt)" "nested deeper than"

# A sandbox has its limit, too.
printf 'apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: a, namespace: default}\nspec: {replicas: 100000, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n' >many.yaml
runs 2 sandbox run many.yaml
has "$err" "more than 10000 pods"

# Two files of one name are two steps; managedFields that are null count as absent.
mkdir first second
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, managedFields: null}\n' >first/step.yaml
sed 's/name: a/name: b/' first/step.yaml >second/step.yaml
runs 0 sandbox run first/step.yaml second/step.yaml -o json
has "$out" '"step": {'
has "$out" '"step (2)": {'
has_not "$out" "must be nil"

# A list stands for its items; each must be an object.
printf 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: of-a-list}}\n' >list.yaml
runs 0 sandbox run list.yaml
has "$out" "name: of-a-list"
printf -- '- text\n' >>list.yaml
runs 2 sandbox run list.yaml
has "$err" "list.yaml:5:3"
has "$err" "a Kubernetes object must be a map"

# The name of a Deployment may take all the room that the hash of its ReplicaSet needs.
long=$(printf 'n%.0s' $(seq 250))
printf 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {replicas: 1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n' "$long" >long.yaml
runs 0 sandbox run long.yaml
has "$out" "readyReplicas: 1"

# A key that is there twice would be two truths.
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\ndata: {c: d}\n' >twice.yaml
runs 2 sandbox run twice.yaml
has "$err" "twice.yaml:5"
has "$err" "'data' already set"

# A key that is no text: whoever drops unknown fields would never be done.
mkdir key
printf 'resources: [a.yaml]\n' >key/kustomization.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n? {a: b}\n: c\n' >key/a.yaml
for command in "build key" "check key" "sandbox run key/a.yaml"; do
	runs 2 $command
	has "$err" "key/a.yaml:4"
	has "$err" "hint: a key is a text"
done

# A pipe without a writer, and what has no end: refused at once. What a program sends is read.
mkfifo pipe.yaml
for command in "check pipe.yaml" "sandbox run pipe.yaml" "query --load pipe.yaml up" "check /dev/zero" \
	"rehearse values --scenario pipe.yaml"; do
	runs 2 $command
	has "$err" "not a file"
	has "$err" "hint: "
done
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' | "$FORGE" check /dev/stdin >out.txt
ok "a pipe that is handed over is read" test $? = 0

# Links out of the repository are not followed: neither to a file of the machine nor to all of it.
repository outside
kustomization a ./app
deployment 100m
printf 'secret: of the machine\n' >"$top/secret.yaml"
ln -s "$top/secret.yaml" app/secret.yaml
ship
runs 0 check clusters/test # source-controller leaves links out
has_not "$out" "secret"
ok "and is not shown" lacks "$out" "of the machine"
rm -rf app
ln -s / app
ship
runs 1 check clusters/test
has "$out" "kustomization path not found"
cd "$top" || exit 1

# A bare repository, a HEAD that stands apart, objects that are gone.
git clone -q --bare values bare.git
rm -rf outside/.git/objects/??
runs 1 rehearse bare.git --cluster clusters/test
runs 2 rehearse outside --cluster clusters/test
has "$err" "hint: "
git -C links checkout -q --detach
runs 0 rehearse links --cluster clusters/test
for revision in --help -x HEAD:app HEAD..HEAD '' 'HEAD^{tree}'; do
	runs 2 rehearse links "--from=$revision"
	has "$err" "is not a revision"
done

# Times that no clock has.
sed 's/containers:/terminationGracePeriodSeconds: 9223372036854775807\n      containers:/' unknown/a.yaml |
	sed 's/imgae:/image:/' >grace.yaml
cp grace.yaml grace.delete.yaml
runs 0 sandbox run grace.yaml grace.delete.yaml

# Requests beyond all numbers: the sum is still too much for a node, not less than nothing.
max=9223372036854775807
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: default}\nspec: {containers: [%s, %s]}\n' \
	"{name: a, image: a, resources: {requests: {cpu: $max}}}" \
	"{name: b, image: a, resources: {requests: {cpu: $max}}}" >requests.yaml
runs 0 sandbox run requests.yaml
has "$out" "3 Insufficient cpu"

# A cluster cannot be without its namespaces.
for space in default kube-system; do
	printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n' $space >$space.delete.yaml
	runs 0 sandbox run $space.delete.yaml
	has "$out" "namespaces \"$space\" is forbidden: this namespace may not be deleted"
done

# More pods than a cluster plays: it says so, whoever wants them.
template='{metadata: {labels: {a: a}}, spec: {restartPolicy: %s, containers: [{name: c, image: x}]}}'
# shellcheck disable=SC2059
{
	printf '{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: many, namespace: default}, spec: {' >many-set.yaml
	printf "replicas: 2147483647, podManagementPolicy: Parallel, serviceName: many, " >>many-set.yaml
	printf "selector: {matchLabels: {a: a}}, template: $template}}\n" Always >>many-set.yaml
	printf '{apiVersion: batch/v1, kind: Job, metadata: {name: many, namespace: default}, spec: {' >many-job.yaml
	printf "parallelism: 5000, completions: 2147483647, completionMode: Indexed, template: $template}}\n" \
		Never >>many-job.yaml
}
for kind in set job; do
	runs 2 sandbox run many-$kind.yaml
	has "$err" "more than 10000 pods"
done

# Names of roles have no limit, and Events about the longest pod have one.
long=$(printf '%0253d' 0)
cat >long.yaml <<END
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: $long$long}, rules: []}
---
{apiVersion: v1, kind: Namespace, metadata: {name: $(printf '%063d' 0)}}
---
{apiVersion: v1, kind: Pod, metadata: {name: $long, namespace: $(printf '%063d' 0)}, spec: {nodeName: none, containers: [{name: c, image: x}]}}
END
runs 0 sandbox run long.yaml
has "$out" "$long$long"
rm long.yaml

if grep -q __asan_init "$FORGE"; then
	skip "limits of memory" "AddressSanitizer reserves more than they leave"
	done_testing
fi

# Spread over 5,000 nodes: counted once for a pod, not once for each pair of nodes.
spread='[{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {a: a}}}]'
printf '%s\n' "{apiVersion: apps/v1, kind: Deployment, metadata: {name: wide, namespace: default}, spec: {replicas: 20,
  selector: {matchLabels: {a: a}}, template: {metadata: {labels: {a: a}}, spec: {topologySpreadConstraints: $spread,
  containers: [{name: c, image: x}]}}}}" >spread.yaml
runs 0 sandbox run --nodes 5000 spread.yaml
is "$(grep -c 'nodeName: node-' out.txt)" 20
is "$(grep 'nodeName: node-' out.txt | sort -u | wc -l)" 20

# A list of 40,000 items costs what it holds, not its square.
python3 - >ports.yaml <<'EOT'
ports = ', '.join('{port: %d, name: p%d}' % (i + 1, i) for i in range(40000))
print('{apiVersion: v1, kind: Service, metadata: {name: x, namespace: default}, spec: {ports: [' + ports + ']}}')
EOT
(ulimit -v 4000000 && "$FORGE" check ports.yaml >out.txt 2>err.txt)
ok "a Service of 40,000 ports is checked" test $? = 0
(ulimit -v 4000000 && "$FORGE" sandbox run ports.yaml >out.txt 2>err.txt)
ok "and applied" test $? = 0
rm ports.yaml out.txt

# Memory that runs out: one message, and nothing else.
{ printf 'a: "' && head -c 15000000 /dev/zero | tr '\0' x && printf '"\n'; } >large.yaml
(ulimit -v 20000 && "$FORGE" check large.yaml >out.txt 2>err.txt)
ok "without memory the status is 3" test $? = 3
has "$(cat err.txt)" "out of memory"
rm large.yaml
done_testing
