#!/bin/sh
# why - where a value comes from, for people and for programs
. "$FORGE_TOP/test/lib.sh"

cp -r "$FORGE_TOP/examples/interview-companion/." .
shown_in docs/why.md

runs 0 why clusters/production/apps -o json HorizontalPodAutoscaler/api spec.maxReplicas
is "$(python3 -c '
import json
r = json.load(open("out.txt"))
print(r["value"], [(l["value"], l["line"], [b["kind"] for b in l["by"]]) for l in r["chain"]])')" \
	"12 [(12, 18, ['patch', 'base']), (3, 36, ['resource', 'base', 'base'])]"

cd clusters/production/apps/interview-companion || exit 1
runs 0 why HorizontalPodAutoscaler/api spec.maxReplicas
has "$out" "hpa.yaml:18:16"
has "$out" "../../../base/apps/interview-companion/hpa.yaml:36:16"
cd ../../../.. || exit 1

# What is wrong is said with what was meant.
runs 2 why clusters/production/apps HorizontalPodAutoscaler/api spec.maxReplica
has "$err" "did you mean 'maxReplicas'?"
runs 2 why clusters/production/apps Horizontal/api spec.maxReplicas
has "$err" "there is no object 'Horizontal/api'"
runs 2 why HorizontalPodAutoscaler/api
has "$err" "write forge why"

# A long value is cut between characters, not within one.
mkdir value
printf 'resources: [a.yaml]\n' >value/kustomization.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: %059dééé}\n' 0 >value/a.yaml
runs 0 why value ConfigMap/a data.k
has "$out" "0é… (65 bytes)"

# What a cluster leaves out is said, so that nobody looks for it in vain.
mkdir -p broken/clusters/x
cat >broken/clusters/x/apps.yaml <<END
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 10m, path: ./nowhere, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
END
runs 2 why --cluster broken/clusters/x Deployment/web spec.replicas
has "$err" "there is no object 'Deployment/web'"
has "$err" "a Kustomization of the cluster is not applied, and it may be there"
runs 0 why --cluster broken/clusters/x Kustomization/apps spec.path
has "$err" "Kustomization/flux-system/apps is not applied: "

# A secret is masked, and so is what it was before.
mkdir secret && cd secret || exit 1
cat >kustomization.yaml <<END
secretGenerator:
- name: s
  literals: [password=hunter2-first]
  files: [key=key.pem]
  envs: [e.env]
patches:
- target: {kind: Secret}
  patch: '[{"op": "add", "path": "/stringData", "value": {"token": "hunter2-second"}}]'
END
echo hunter2-third >key.pem
echo A=hunter2-fourth >e.env
for path in data.password data.key data.A stringData.token stringData data; do
	for format in text json; do
		runs 0 why -o $format Secret/s $path
		has_not "$out" hunter2
		has_not "$out" aHVudGVyMi
	done
done
runs 0 why Secret/s data.A
has "$out" "e.env:1:3"

# build --origins: the same objects, and a place for each value.
runs 0 build --origins .
has "$out" "# kustomization.yaml:3:14"
"$FORGE" build . >plain.yaml
"$FORGE" build --origins . | sed 's/  *# [^ ]*:[0-9]*:[0-9]*$//' >marked.yaml
ok "the comments are all that --origins adds" diff plain.yaml marked.yaml
runs 0 build --origins -o json .
is "$(python3 -c '
import json
o = json.loads(open("out.txt").readline())
print(o["origins"]["/data/A"], o["origins"]["/kind"])')" "{'file': 'e.env', 'line': 1, 'column': 3} None"

# A comment never becomes part of a key or value, and a byte order mark takes no column.
mkdir ../odd && cd ../odd || exit 1
echo 'resources: [a.yaml]' >kustomization.yaml
printf '\357\273\277apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {"k\\nl": "m\\nn"}\n' >a.yaml
runs 0 build --origins .
has "$out" "apiVersion: v1                                  # a.yaml:1:13"
has "$out" "  ? |-                                          # a.yaml:4:8
    k
    l
  : |-                                          # a.yaml:4:16"

# The time for a place does not grow with the length of its line, nor with its document.
mkdir ../long && cd ../long || exit 1
mkdir old new
for side in old new; do
	echo 'resources: [a.json, b.yaml]' >$side/kustomization.yaml
	python3 - $side <<'END'
import json, sys
side = sys.argv[1]
maps = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"é{i}"}, "data": {"é": side}}
	for i in range(10000)]
with open(side + "/a.json", "w") as f:
    json.dump({"apiVersion": "v1", "kind": "List", "items": maps}, f, ensure_ascii=False)
with open(side + "/b.yaml", "w") as f:
    f.write("kind: Foo\napiVersion: x/v1\nmetadata: {name: b}\nspec:\n")
    f.writelines(f"  k{i}: {side}\n" for i in range(40000))
END
done
ok "places far to the right are found at once" \
	timeout 5 sh -c '"$FORGE" build --origins -o json old >places.txt'
ok "and they are right" python3 - <<'END'
import json
text = open("old/a.json").read()
for line in open("places.txt"):
    made = json.loads(line)
    o, place = made["object"], made["origins"]["/metadata/name"]
    if o["kind"] == "ConfigMap":
        assert text[place["column"] - 1:].startswith('"' + o["metadata"]["name"] + '"'), place
END
timeout 5 "$FORGE" diff --origins -o json old new >places.txt 2>err.txt
is $? 1

# What no file has is said, and what decides it.
mkdir -p decided/clusters/x decided/app && cd decided && git init -q .
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: g, namespace: a}\n' >clusters/x/cm.yaml
runs 0 why --cluster clusters/x ConfigMap/a/g 'metadata.labels[kustomize.toolkit.fluxcd.io/name]'
has "$out" "  flux-system  in no file
      by assumed Kustomization of Flux"
has_not "$out" "by resource"
runs 0 why --cluster clusters/x ConfigMap/a/g metadata
has "$out" "  /labels/kustomize.toolkit.fluxcd.io~1name  in no file, by assumed Kustomization of Flux"
printf 'secretGenerator: [{name: s, literals: [a=b]}]\n' >app/kustomization.yaml
name=$("$FORGE" build app | sed -n 's/^  name: //p')
runs 0 why app "Secret/$name" type
has "$out" "  Opaque  in no file
      by generator app/kustomization.yaml:1:19 secretGenerator[0]"
cat >clusters/x/cm.yaml <<'END'
apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {name: flux, namespace: flux-system}
spec: {sync: {kind: GitRepository, url: "https://x.local/fleet", ref: refs/heads/main, path: clusters/x}}
END
runs 0 why --cluster clusters/x FluxInstance/flux-system/flux 'metadata.labels[kustomize.toolkit.fluxcd.io/name]'
has "$out" "clusters/x/cm.yaml:3:35 metadata.namespace"
cd ..
done_testing
