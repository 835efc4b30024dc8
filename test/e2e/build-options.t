#!/bin/sh
# build-options - options of kubectl kustomize and kustomize build, and what forge build makes of them
. "$FORGE_TOP/test/lib.sh"

mkdir base plugin
cat >base/kustomization.yaml <<'END'
resources: [all.yaml]
END
cat >base/all.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
---
apiVersion: v1
kind: Service
metadata: {name: web}
END

runs 0 build base
has "$out" "kind: Service
metadata:
  name: web
---"
plain=$out
runs 0 build --reorder legacy base
is "$out" "$plain"
runs 0 build --reorder=none base
has "$out" "kind: Deployment
metadata:
  name: web
---"
runs 2 build --reorder other base
has "$err" "allowed are: legacy none"
runs 0 build --enable-managedby-label base
has "$out" "app.kubernetes.io/managed-by: kustomize-v5.7.1"

# Permissions and settings of functions and charts change nothing in a build without them.
runs 0 build --enable-alpha-plugins --enable-exec --enable-helm --network --network-name host \
	--mount type=bind,src=x,dst=y -e A=b --env C --as-current-user --helm-command helm3 \
	--helm-kube-version 1.30 --helm-api-versions v1 --helm-debug base
is "$out" "$plain"

cat >plugin/kustomization.yaml <<'END'
resources: [../base]
transformers: [f.yaml]
END
cat >plugin/f.yaml <<'END'
apiVersion: x/v1
kind: Mine
metadata:
  name: f
  annotations:
    config.kubernetes.io/function: |
      container: {image: example.com/f:v1}
END
runs 2 build --enable-alpha-plugins plugin
has "$err" "which runs the container 'example.com/f:v1'"
has "$err" "plugin/f.yaml:6"
is_empty "$out"

# Warnings change no byte; --strict makes the status tell of them.
mkdir warned
printf 'resources: [../base]\npatches: [{target: {name: wob}, patch: "- {op: remove, path: /x}"}]\n' >warned/kustomization.yaml
runs 0 build warned
is "$out" "$plain"
has "$err" "warned/kustomization.yaml:2:20: the target of this patch selects nothing"
runs 1 build --strict warned
is "$out" "$plain"
has "$err" "selects nothing"
runs 0 build --strict base
runs 1 build --strict -r .
runs 2 build -r --reorder none .
has "$err" "go with one kustomization"

# -o names a format, or a file, or a folder, which gets a file for each object.
runs 0 build -o out.yaml base
is_empty "$out"
is "$(cat out.yaml)" "$plain"
runs 0 build -o ./deep/file base
is "$(cat deep/file)" "$plain"
mkdir one several
runs 0 build --output one base
is_empty "$out"
is "$(cd one && echo *)" "apps_v1_deployment_web.yaml v1_service_web.yaml"
is "$(cat one/apps_v1_deployment_web.yaml)" "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web"
printf -- '---\napiVersion: v1\nkind: Namespace\nmetadata: {name: Shop}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\n' >>base/all.yaml
runs 0 build -o several/ base
is "$(cd several && echo *)" "default_apps_v1_deployment_web.yaml default_v1_service_web.yaml shop_v1_configmap_c.yaml v1_namespace_shop.yaml"
printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: C, namespace: shop}\n' >>base/all.yaml
runs 2 build -o several base
has "$err" "two objects have the name of one file, 'shop_v1_configmap_c.yaml'"
runs 2 build -o xml base
has "$err" "'./xml' writes to a file"
runs 2 build -o /dev/null/x base
runs 2 check -o out.json base
has "$err" "> FILE"
runs 0 build --stack-trace -o list base

done_testing
