#!/usr/bin/env python3
"""canaries - no value of a secret reaches what people read, wherever in a repository it stands

Each place gets a random text of its own (FORGE_SEED, printed), and each verb reads the repository. What is printed must
not have that text: as it is, in base64, or escaped. Only the standard output of build may.
"""
import base64
import itertools
import os
import pty
import random
import shutil
import string
import subprocess
import sys
import urllib.parse

FORGE = os.environ.get("FORGE")
SEED = os.environ.get("FORGE_SEED", "1")

FLUX = """apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: a, namespace: flux-system}
spec:
  interval: 10m
  path: ./app
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
"""
WEB = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "web:1"}
"""
BASE = {"clusters/test/a.yaml": FLUX, "app/web.yaml": WEB}


def secret(body, more=""):
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: default{more}}}\n{body}\n"


def config(body, more=""):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, namespace: default{more}}}\n{body}\n"


def container(more):
    """The Deployment with more in its container, and a fault beside it that shows lines."""
    return WEB.replace('image: "web:1"}', 'image: "web:2", ' + more + "}")


def substituted(text, values="stringData: {VALUE: '@'}", more=None):
    flux = FLUX + "  postBuild: {substituteFrom: [{kind: Secret, name: vars}]}\n"
    vars_ = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: vars, namespace: flux-system}}\n{values}\n"
    return {"clusters/test/a.yaml": flux, "clusters/test/vars.yaml": vars_, "app/web.yaml": text}


def generated(text, **files):
    return {"app/kustomization.yaml": "resources: [web.yaml]\n" + text,
            **{"app/" + name.replace("_", "."): content for name, content in files.items()}}


def patched(patch, target="", **files):
    return {"app/kustomization.yaml": "resources: [web.yaml, s.yaml]\npatches:\n- " + patch + "\n",
            "app/s.yaml": secret("stringData: {password: old}"),
            **{"app/" + name.replace("_", "."): content for name, content in files.items()}}


def replaced(field, target="kind: Deployment", create="true"):
    return {"app/kustomization.yaml": "resources: [web.yaml, s.yaml, c.yaml]\nreplacements:\n- source: {kind: Secret, "
            "fieldPath: stringData.password}\n  targets:\n  - select: {%s}\n    fieldPaths: ['%s']\n"
            "    options: {create: %s}\n" % (target, field, create),
            "app/s.yaml": secret("stringData: {password: '@'}"), "app/c.yaml": config("data: {a: b}")}


def flux_object(group, kind, body):
    return f"apiVersion: {group}\nkind: {kind}\nmetadata: {{name: x, namespace: default}}\nspec:\n{body}\n"


HELM = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: h, namespace: default}\nspec:\n" \
       "  interval: 10m\n  chart: {spec: {chart: x, sourceRef: {kind: HelmRepository, name: x}}}\n"
AUTH = '{"auths": {"r.example.com": {"username": "u", "password": "@"}}}'

# A place: the files of the second commit. @ is the canary, @64@ its base64, @url@ itself in a URL. "-path" is not
# committed, "<path" stands in the first commit only.
PLACES = {
    "data": {"app/s.yaml": secret("data: {password: @64@}")},
    "data that is not base64": {"app/s.yaml": secret("data: {password: '@!'}")},
    "data that is a list": {"app/s.yaml": secret("data: ['@']")},
    "a value that is a list": {"app/s.yaml": secret("data: {x: ['@']}")},
    "a value that is a map": {"app/s.yaml": secret("stringData: {password: {a: '@'}}")},
    "data that is a text": {"app/s.yaml": secret("data: '@'")},
    "stringData": {"app/s.yaml": secret("stringData: {password: '@'}")},
    "stringData of many lines": {"app/s.yaml": secret("stringData:\n  key: |\n    first\n    @\n    last")},
    "a folded text": {"app/s.yaml": secret("stringData:\n  key: >-\n    first\n    @\n    last")},
    "a quoted text with escapes": {"app/s.yaml": secret('stringData: {key: "a\\tb\\"@\\n"}')},
    "an unknown field of a Secret": {"app/s.yaml": secret("stringDat: {password: '@'}")},
    "a key of a Secret": {"app/s.yaml": secret("stringData: {'bad key @': x}")},
    "a key that comes twice": {"app/s.yaml": secret("stringData: {password: '@', password: '@'}")},
    "two values of one key": {"app/s.yaml": secret("stringData: {password: 'old', password: '@'}")},
    "an anchor": {"app/s.yaml": secret("stringData: {a: &x '@', b: *x}")},
    "a List": {"app/s.yaml": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n"
               "  metadata: {name: s, namespace: default}\n  stringData: {password: '@'}\n  nonsense: 1\n"},
    "a SecretList": {"app/s.yaml": "apiVersion: v1\nkind: SecretList\nitems:\n- apiVersion: v1\n  kind: Secret\n"
                     "  metadata: {name: s, namespace: default}\n  stringData: {password: '@'}\n  nonsense: 1\n"},
    "JSON": {"app/s.json": '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringDat": {"p": "@"}}'},
    "an encrypted file": {"app/s.yaml": secret("stringData: {password: 'ENC[AES256_GCM,data:@,type:str]', plain: '@'}\n"
                                               "sops: {mac: 'ENC[AES256_GCM,data:@,type:str]', version: 3.9.0}")},
    "a template of a SealedSecret": {"app/s.yaml": flux_object("bitnami.com/v1alpha1", "SealedSecret",
                                     "  encryptedData: {a: x}\n  template: {stringData: {password: '@'}, data: {a: @64@}}")},
    "a registry's password": {"app/s.yaml": secret("type: kubernetes.io/dockerconfigjson\nstringData:\n"
                                                   "  .dockerconfigjson: '" + AUTH + "'")},
    "a registry's password that is no JSON": {"app/s.yaml": secret("type: kubernetes.io/dockerconfigjson\nstringData:\n"
                                              "  .dockerconfigjson: '{\"auths\": @'")},
    "a registry's password in base64": {"app/s.yaml": secret("type: kubernetes.io/dockerconfigjson\ndata:\n"
                                        "  .dockerconfigjson: @auth64@")},
    "a Secret without what its type needs": {"app/s.yaml": secret("type: kubernetes.io/tls\nstringData: {a: '@'}")},
    "a Secret that is too large": {"app/s.yaml": secret("stringData: {a: '@" + "x" * 1100000 + "'}")},
    "a Secret with a wrong name": {"app/s.yaml": secret("stringData: {a: '@'}").replace("name: s", "name: S_S")},
    "a type of a Secret that is a map": {"app/s.yaml": secret("stringData: {a: '@'}\ntype: {a: '@'}")},
    "an immutable Secret that changes": {"<app/s.yaml": secret("immutable: true\nstringData: {a: '@'}"),
                                         "app/s.yaml": secret("immutable: true\nstringData: {a: 'new@'}")},
    "a Secret that changes": {"<app/s.yaml": secret("stringData: {a: '@'}"), "app/s.yaml": secret("stringData: {a: 'b@'}")},
    "a Secret that goes": {"<app/s.yaml": secret("stringData: {a: '@'}"), "app/s.yaml": None},
    "a label of a Secret": {"app/s.yaml": secret("stringData: {a: b}", ", labels: {x: '@/@'}")},
    "last-applied of a Secret": {"app/s.yaml": secret("nonsense: 1", ", annotations: {kubectl.kubernetes.io/last-applied-"
                                 "configuration: '{\"stringData\":{\"a\":\"@\"}}'}")},
    "last-applied of a Secret, in a text of lines": {"app/s.yaml": secret(
        "stringData: {a: b}").replace(", namespace: default}", ", namespace: default, annotations: {"
        "kubectl.kubernetes.io/last-applied-configuration: '{\"data\":{\"a\":\"@64@\"}}'}}")},
    "another kind called Secret": {"app/s.yaml": flux_object("example.com/v1", "Secret", "  password: '@'\n  nonsense: 1")},
    "a Secret of an ExternalSecret's template": {"app/s.yaml": flux_object(
        "external-secrets.io/v1", "ExternalSecret", "  target: {template: {data: {password: '@'}}}")},

    "a literal": generated("secretGenerator: [{name: g, literals: ['password=@']}]\n"),
    "a literal without =": generated("secretGenerator: [{name: g, literals: ['@']}]\n"),
    "literals that are a text": generated("secretGenerator: [{name: g, literals: '@'}]\n"),
    "literals that are a map": generated("secretGenerator: [{name: g, literals: {password: '@'}}]\n"),
    "a generator with an unknown field": generated("secretGenerator: [{name: g, literal: ['password=@']}]\n"),
    "a literal with a wrong key": generated("secretGenerator: [{name: g, literals: ['a b @=@']}]\n"),
    "a literal twice": generated("secretGenerator: [{name: g, literals: ['a=@', 'a=@']}]\n"),
    "an env file": generated("secretGenerator: [{name: g, envs: [g.env]}]\n", g_env="password=@\n"),
    "an env file with a wrong key": generated("secretGenerator: [{name: g, envs: [g.env]}]\n", g_env="a b=@\n"),
    "an env file that is broken": generated("secretGenerator: [{name: g, envs: [g.env]}]\n", g_env="ok=1\n=@\n@ @\n"),
    "an env file that is not UTF-8": generated("secretGenerator: [{name: g, envs: [g.env]}]\n", g_env="a=@\udcff\n"),
    "a file of a generator": generated("secretGenerator: [{name: g, files: [key.pem]}]\n", key_pem="@\n"),
    "a file of a generator with a wrong key": generated("secretGenerator: [{name: g, files: ['a b=key.pem']}]\n",
                                                        key_pem="@\n"),
    "a broken kustomization with a generator": generated("secretGenerator: [{name: g, literals: ['password=@'\n"),
    "a configMapGenerator": generated("configMapGenerator: [{name: g, literals: ['db-password=@']}]\n"),

    "an annotation of a kustomization": generated("commonAnnotations: {db-password: '@', b: {}}\n"),
    "values of a chart": generated("helmCharts: [{name: x, valuesInline: {auth: {password: '@'}}, nonsense: 1}]\n"),
    "a patch of an environment": patched("patch: '[{op: add, path: /spec/template/spec/containers/9/env, value: "
                                         "[{name: DB_PASSWORD, value: @}]}]'\n  target: {kind: Deployment}"),
    "a patch of an environment in lines": patched(
        "patch: |\n    kind: Deployment\n    metadata: {name: web}\n    spec: {template: {spec: {containers: [{name: web,"
        " env: [{name: DB_PASSWORD, value: '@', nonsense: {}}]}]}}}\n  target: {kind: Deployment, name: web}"),

    "a patch": patched("patch: '{kind: Secret, apiVersion: v1, metadata: {name: s, namespace: default}, stringData: "
                       "{password: @}}'"),
    "a patch in a file": patched("path: p.yaml", p_yaml=secret("stringData: {password: '@'}")),
    "a patch of nothing": patched("path: p.yaml", p_yaml=secret("stringData: {password: '@'}").replace("name: s", "name: t")),
    "a patch with an unknown field": patched("path: p.yaml", p_yaml=secret("stringDat: {password: '@'}")),
    "a broken patch": patched("patch: 'kind: Secret, stringData: {password: @'"),
    "a broken patch in a file": patched("path: p.yaml", p_yaml=secret("stringData: {password: '@'").rstrip()),
    "a JSON patch": patched("{target: {kind: Secret}, patch: '[{op: replace, path: /stringData/password, value: @}]'}"),
    "a JSON patch in a file": patched("{target: {kind: Secret}, path: p.json}",
                                      p_json='[{"op": "add", "path": "/stringData/b", "value": "@"}]'),
    "a JSON patch of nothing": patched("{target: {kind: Secret}, path: p.json}",
                                       p_json='[{"op": "replace", "path": "/nope/b", "value": "@"}]'),
    "a JSON patch that tests": patched("{target: {kind: Secret}, path: p.json}",
                                       p_json='[{"op": "test", "path": "/stringData/password", "value": "@"}]'),
    "a JSON patch with an unknown operation": patched("{target: {kind: Secret}, path: p.json}",
                                                      p_json='[{"op": "put", "path": "/stringData/b", "value": "@"}]'),
    "a broken JSON patch": patched("{target: {kind: Secret}, path: p.json}",
                                   p_json='[{"op": "add", "path": "/stringData/b", "value": "@"'),
    "patchesStrategicMerge": {**patched("path: p.yaml"), "app/kustomization.yaml":
                              "resources: [web.yaml, s.yaml]\npatchesStrategicMerge: [p.yaml]\n",
                              "app/p.yaml": secret("stringData: {password: '@'}\nnonsense: 1")},

    "replaced into an environment": replaced("spec.template.spec.containers.[name=web].env.[name=A].value"),
    "replaced into an annotation": replaced("metadata.annotations.a"),
    "replaced into a label": replaced("metadata.labels.a"),
    "replaced into a number": replaced("spec.replicas"),
    "replaced into an image": replaced("spec.template.spec.containers.[name=web].image"),
    "replaced into a ConfigMap": replaced("data.a", "kind: ConfigMap"),
    "replaced into what is not there": replaced("spec.nope.[x=y].z", create="false"),
    "a variable": {"app/kustomization.yaml": "resources: [web.yaml, s.yaml]\nvars:\n- {name: PW, objref: {kind: Secret, "
                   "name: s, apiVersion: v1}, fieldref: {fieldpath: stringData.password}}\n",
                   "app/s.yaml": secret("stringData: {password: '@'}"),
                   "app/web.yaml": container('env: [{name: A, value: "x$(PW)"}]')},

    "substituted into an environment": substituted(container('env: [{name: A, value: "x${VALUE}"}]')),
    "substituted into an argument": substituted(container('args: ["--a=${VALUE}"]')),
    "substituted into an annotation": substituted(WEB.replace("namespace: default}",
                                                              "namespace: default, annotations: {a: '${VALUE}'}}")),
    "substituted into a label": substituted(WEB.replace("namespace: default}",
                                                        "namespace: default, labels: {a: '${VALUE}'}}")),
    "substituted into a wrong label": substituted(WEB.replace("namespace: default}",
                                                              "namespace: default, labels: {a: '/${VALUE}/'}}")),
    "substituted into a number": substituted(WEB.replace("spec:\n  sel", "spec:\n  replicas: ${VALUE}\n  sel")),
    "substituted into a name": substituted(WEB.replace("name: web, namespace", "name: '${VALUE}', namespace")),
    "substituted into a key": substituted(WEB.replace("namespace: default}",
                                                      "namespace: default, annotations: {'${VALUE}': a}}")),
    "substituted into a kind": substituted(WEB.replace("kind: Deployment", "kind: ${VALUE}")),
    "substituted into an image": substituted(WEB.replace("web:1", "${VALUE}:1")),
    "substituted into a ConfigMap": substituted(WEB + "---\n" + config("data: {a: 'x ${VALUE} y', b: {}}")),
    "substituted into a broken text": substituted(WEB + "---\n" + config("data: {a: '${VALUE}' b}")),
    "substituted in lines": substituted(WEB + "---\n" + config("data: {a: '${VALUE}'}"),
                                        "stringData: {VALUE: \"a: b\\n@: [\"}"),
    "substituted from base64": substituted(container('env: [{name: A, value: "x${VALUE}"}]'), "data: {VALUE: @64@}"),
    "substituted with functions": substituted(container('env: [{name: A, value: "x${VALUE:=b}"}]')),
    "substituted from what is no base64": substituted(WEB, "data: {VALUE: '@!'}"),
    "a key of a substitution": substituted(WEB, "stringData: {'@ a': b}"),
    "postBuild.substitute": {"clusters/test/a.yaml": FLUX + "  postBuild: {substitute: {DB_PASSWORD: '@'}}\n",
                             "app/web.yaml": container('env: [{name: A, value: "${DB_PASSWORD}"}]')},
    "postBuild.substitute that is a list": {"clusters/test/a.yaml": FLUX + "  postBuild: {substitute: [DB_PASSWORD, '@']}\n"},
    "postBuild.substitute of a wrong type": {"clusters/test/a.yaml": FLUX +
                                             "  postBuild: {substitute: {DB_PASSWORD: ['@']}}\n"},

    "an environment": {"app/web.yaml": container("env: [{name: DB_PASSWORD, value: '@'}, {name: A, valeu: b}]")},
    "another one": {"app/web.yaml": container("env: [{name: API_TOKEN, value: '@', nonsense: 1}]")},
    "a short word of an environment": {"app/web.yaml": container("env: [{name: SMTP_PASS, value: '@'}]")},
    "a key of storage in an environment": {"app/web.yaml": container("env: [{name: AZURE_ACCOUNT_KEY, value: '@'}]")},
    "an environment that is a map": {"app/web.yaml": container("env: {DB_PASSWORD: '@'}")},
    "a value that is a map of an environment": {"app/web.yaml": container("env: [{name: DB_PASSWORD, value: {a: '@'}}]")},
    "a URL in an environment": {"app/web.yaml": container(
        "env: [{name: DATABASE_URL, value: 'postgres://u:@@h/db', nonsense: 1}]")},
    "a URL with a token": {"app/web.yaml": container("env: [{name: URL, value: 'https://@@h/x', nonsense: 1}]")},
    "a URL with signs": {"app/web.yaml": container("env: [{name: URL, value: 'amqp://u:p%40@@h:1/x', nonsense: 1}]")},
    "a connection string": {"app/web.yaml": container("env: [{name: DB, value: 'Server=a;User=b;Password=@;', x: 1}]")},
    "a token in a query": {"app/web.yaml": container("env: [{name: HOOK, value: 'https://h/x?token=@', x: 1}]")},
    "a URL in an argument": {"app/web.yaml": container("args: ['--db=postgres://u:@@h/db', {}]")},
    "an option with =": {"app/web.yaml": container("args: ['--db-password=@', {}]")},
    "an option with a word": {"app/web.yaml": container("args: ['--db-password', '@', {}]")},
    "an option in a script": {"app/web.yaml": container("command: [sh, -c, 'run --token=@ x', {}]")},
    "a header of a probe": {"app/web.yaml": container("livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: "
                                                      "Authorization, value: 'Bearer @', x: 1}]}}")},
    "an annotation that says so": {"app/web.yaml": WEB.replace(
        "namespace: default}", "namespace: default, annotations: {example.com/password: '@', example.com/b: 1}}")},
    "basic auth in an annotation": {"app/web.yaml": WEB.replace(
        "namespace: default}", "namespace: default, annotations: {example.com/basic-auth: 'user:@', b: 1}}")},
    "a password in a ConfigMap": {"app/c.yaml": config("data: {password: '@', b: 1}")},
    "properties in a ConfigMap": {"app/c.yaml": config("data:\n  app.properties: |\n    a=b\n    db.password=@\n  b: 1")},
    "YAML in a ConfigMap": {"app/c.yaml": config("data:\n  app.yaml: |\n    db:\n      password: \"@\"\n  b: 1")},
    "JSON in a ConfigMap": {"app/c.yaml": config("data:\n  app.json: '{\"db\": {\"password\": \"@\"}}'\n  b: 1")},
    "a URL in a ConfigMap": {"app/c.yaml": config("data: {a: 'redis://:@@h:1', b: 1}")},
    "a ConfigMap that changes": {"<app/c.yaml": config("data: {app.ini: 'password = old'}"),
                                 "app/c.yaml": config("data: {app.ini: 'password = @'}")},
    "last-applied of a ConfigMap": {"app/c.yaml": config("data: {b: 1}", ", annotations: {kubectl.kubernetes.io/"
                                    "last-applied-configuration: '{\"data\":{\"password\":\"@\"}}'}")},
    "values of a HelmRelease": {"app/h.yaml": HELM + "  values: {auth: {password: '@'}}\n  nonsense: 1\n"},
    "values of a wrong type": {"app/h.yaml": HELM + "  values: [{password: '@'}]\n"},
    "a URL of a GitRepository": {"app/g.yaml": flux_object("source.toolkit.fluxcd.io/v1", "GitRepository",
                                 "  interval: 1m\n  url: https://user:@@host/x\n  nonsense: 1")},
    "a URL of a HelmRepository": {"app/g.yaml": flux_object("source.toolkit.fluxcd.io/v1", "HelmRepository",
                                  "  interval: wrong\n  url: https://user:@@host/x")},
    "a URL of a base": generated("").__class__(**{"app/kustomization.yaml":
                                                  "resources: [web.yaml, 'https://user:@@host/x?ref=main']\n"}),
    "headers of a route": {"app/v.yaml": flux_object("networking.istio.io/v1", "VirtualService",
                           "  hosts: [web]\n  http: [{route: [{destination: {host: web}}], headers: {request: "
                           "{set: {Authorization: 'Bearer @'}}}, nonsense: 1}]")},

    "a broken Secret": {"app/s.yaml": secret("stringData: {password: '@'").rstrip()},
    "the line before the fault": {"app/s.yaml": secret("stringData:\n  password: '@'\n  b: [")},
    "the line after the fault": {"app/s.yaml": secret("stringData:\n  b: ]\n  password: '@'")},
    "a tab in a Secret": {"app/s.yaml": secret("stringData:\n\tpassword: '@'")},
    "a colon in a Secret": {"app/s.yaml": secret("stringData:\n  password: @: b: c")},
    "a quote in a Secret": {"app/s.yaml": secret("stringData:\n  password: \"@\n")},
    "a sign in a Secret": {"app/s.yaml": secret("stringData:\n  password: %@")},
    "an unknown anchor": {"app/s.yaml": secret("stringData:\n  password: *@")},
    "a tag": {"app/s.yaml": secret("stringData:\n  password: !!int '@'")},
    "a directive": {"app/s.yaml": "%YAML 9\n---\n" + secret("stringData: {password: '@'}")},
    "a Secret that is not indented": {"app/s.yaml": secret("stringData:\npassword: '@'")},
    "a Secret that is a text": {"app/s.yaml": "Secret @\n"},
    "a Secret without its kind": {"app/s.yaml": secret("stringData: {password: '@'}").replace("kind: Secret\n", "")},
    "a Secret with a misspelt kind": {"app/s.yaml": secret("stringData: {a: '@'}").replace("kind: Sec", "kin: Sec")},
    "a Secret without apiVersion": {"app/s.yaml": secret("stringData: {a: '@'}").replace("apiVersion: v1\n", "")},
    "broken JSON": {"app/s.json": '{"apiVersion": "v1", "kind": "Secret", "stringData": {"p": "@" "b"}}'},
    "a Secret that is not UTF-8": {"app/s.yaml": secret("stringData: {password: '@\udcff'}")},
    "a Secret that no kustomization names": generated("", s_yaml=secret("stringDat: {a: '@'}")),
    "a broken Secret that no kustomization names": generated("", s_yaml=secret("stringData: {a: '@'").rstrip()),
    "a comment": {"app/web.yaml": WEB.replace("spec:\n  sel", "spec:\n  replicas: x # the password is @\n  sel")},
    "a broken Flux object": {"clusters/test/b.yaml": FLUX + "  postBuild: {substitute: {DB_PASSWORD: '@'\n"},

    "a scenario": {"-s.yaml": "apiVersion: forge.dev/v1alpha1\nkind: Scenario\nmetadata: {name: s}\nspec:\n  traffic:\n"
                   "  - {host: nowhere.default, rps: 1, headers: {authorization: 'Bearer @'}}\n"},
    "a broken scenario": {"-s.yaml": "apiVersion: forge.dev/v1alpha1\nkind: Scenario\nmetadata: {name: s}\nspec:\n"
                          "  password: '@'\n  traffic: ["},
    "a scenario with a wrong key": {"-s.yaml": "apiVersion: forge.dev/v1alpha1\nkind: Scenario\nmetadata: {name: s}\n"
                                    "spec:\n  token: '@'\n"},
    "an answer of a webhook": {"-s.yaml": "apiVersion: forge.dev/v1alpha1\nkind: Scenario\nmetadata: {name: s}\nspec:\n"
                               "  webhooks: [{name: x, answers: [{code: 200, body: 'token @'}]}]\n  faults: 1\n"},
    "a remote of git": {"-.git/config": "[remote \"origin\"]\n\turl = https://user:@@host/x\n"},
    "a broken configuration of git": {"-.git/config": "[remote \"origin\"]\n\turl = https://user:@@host/x\n[broken @\n"},
    "the environment of the job": {"env": "DB_PASSWORD"},
}


def write(files, canary):
    for path, text in files.items():
        if text is None:
            if os.path.exists(path):
                os.remove(path)
            continue
        auth = base64.b64encode(AUTH.replace("@", canary).encode()).decode()
        text = text.replace("@auth64@", auth).replace("@64@", base64.b64encode(canary.encode()).decode())
        text = text.replace("@@", canary + "\0").replace("@", canary).replace("\0", "@")
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "a" if path.startswith(".git/") else "w", encoding="utf-8", errors="surrogateescape") as f:
            f.write(text)


def git(*arguments):
    subprocess.run(["git", *arguments], check=True, stdout=subprocess.DEVNULL)


def repository(place, canary):
    """The folder is that of the place: two commits, and what is not committed."""
    committed = {p: t for p, t in place.items() if p[0] not in "<-" and p != "env"}
    shutil.rmtree("repository", ignore_errors=True)
    shutil.copytree("base", "repository", symlinks=True)
    os.chdir("repository")
    first = {p[1:]: t for p, t in place.items() if p[0] == "<"}
    if first:
        write(first, canary)
        git("add", "-A")
        git("commit", "-qm", "b")
    write(committed, canary)
    git("add", "-A")
    git("commit", "-q", "--allow-empty", "-m", "c")
    write({p[1:]: t for p, t in place.items() if p[0] == "-"}, canary)


def commands(place, number):
    """(arguments, whether the standard output is judged); what differs in its format only is called in one of them"""
    one, other = ("yaml", "text") if number % 2 else ("json", "json")
    scenario = ["--scenario", "s.yaml"] if "-s.yaml" in place else []
    files = sorted(p for p in place if p.startswith("app/") and p.endswith(".yaml") and place[p])
    rehearse = ["rehearse", ".", "--cluster", "clusters/test", *scenario]
    yield [*rehearse, "--from", "HEAD~1", "--to", "HEAD", "-o", "text"], True
    yield [*rehearse, "--from", "HEAD~1", "--to", "HEAD", "-o", "json"], True
    forms = ("text", "json", "markdown") * 2
    yield ["diff", "HEAD~1..HEAD", "app", "-o", forms[number % 3]], True
    yield ["diff", "HEAD~1", "--cluster", "clusters/test", "--origins", "-o", forms[number % 3 + 1]], True
    yield ["check", "clusters/test"], True
    yield ["check", "clusters/test", "-o", "json"], True
    yield ["check", "app", "-o", other], True
    yield ["build", "app"], False
    for path in files:
        yield ["sandbox", "run", path, "--nodes", "0", "-o", one], True
        yield ["check", path], True
        yield ["build", path], False


def forms(canary):
    encoded = {base64.b64encode(before + canary.encode()).decode().rstrip("=")[4:-4] for before in (b"", b"a", b"ab")}
    return {canary, urllib.parse.quote(canary), *encoded}


def leaks(arguments, is_judged, wanted, env):
    run = subprocess.run([FORGE, *arguments], stdin=subprocess.DEVNULL, capture_output=True, env=env)
    text = (run.stdout if is_judged else b"") + run.stderr
    found = [line for line in text.decode("utf-8", "replace").split("\n") if any(f in line for f in wanted)]
    if run.returncode < 0 or run.returncode == 70:
        found.append(f"ended with {run.returncode}")
    return [f"forge {' '.join(arguments)}: {line.strip()[:300]}" for line in found[:2]]


def main():
    if not FORGE:
        print("1..0 # SKIP run it with tools/run-tests BUILD TEST, which sets FORGE")
        return 0
    chance = random.Random(SEED)
    os.makedirs("base")
    os.chdir("base")
    write(BASE, "")
    git("init", "-q", "--template=", "-b", "main", ".")
    git("add", "-A")
    git("commit", "-qm", "a")
    os.chdir("..")
    print(f"# seed {SEED}")
    failed = 0
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    for number, (name, place) in enumerate(PLACES.items(), 1):
        canary = "".join(chance.choices(string.ascii_letters + string.digits, k=16))
        if only not in name:
            continue
        env = dict(os.environ, **({place["env"]: canary} if "env" in place else {}))
        repository(place, canary)
        found = list(itertools.chain(*(leaks(a, j, forms(canary), env) for a, j in commands(place, number))))
        os.chdir("..")
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {name}")
        for line in found:
            print("# " + line)
    print(f"1..{len(PLACES)}")
    return 1 if failed else 0


sys.exit(main())
