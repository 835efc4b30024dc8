"""kustomize_trees - random trees of kustomizations: bases, overlays, components, and every field

A tree is a dict of path to text. All chance comes from one random.Random, so that a seed makes the same tree again.
Names are few on purpose: references, patches and replacements should often find something.
"""
import json
import re

KINDS = [
    ("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("batch/v1", "Job"),
    ("batch/v1", "CronJob"), ("v1", "Pod"), ("v1", "Service"), ("v1", "ConfigMap"), ("v1", "Secret"),
    ("v1", "ServiceAccount"), ("v1", "Namespace"), ("v1", "PersistentVolumeClaim"),
    ("rbac.authorization.k8s.io/v1", "Role"), ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"), ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("networking.k8s.io/v1", "Ingress"), ("networking.k8s.io/v1", "NetworkPolicy"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"), ("policy/v1", "PodDisruptionBudget"),
    ("example.com/v1", "Widget"), ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
]
NAMES = ["a", "b", "app", "db", "default"]
NAMESPACES = ["", "", "", "default", "one", "two"]
IMAGES = ["nginx", "nginx:1.7.9", "docker.io/library/redis:6", "nginx@sha256:11", "ghcr.io/x/y:v1@sha256:22",
          "localhost:5000/app:2"]
KEYS = ["k1", "k2", "app", "tier"]
VALUES = ["v1", "v2", "true", "8080", "x y", ""]


class Tree:
    def __init__(self, random):
        self.random = random
        self.files = {}

    def pick(self, items):
        return self.random.choice(items)

    def chance(self, of_ten):
        return self.random.randrange(10) < of_ten

    def some(self, items, most):
        return self.random.sample(items, self.random.randint(1, min(most, len(items))))

    def labels(self):
        return {k: self.pick(VALUES) for k in self.some(KEYS, 2)}

    # Text

    def scalar(self, value):
        """One scalar, plain, quoted or as JSON has it: the styles are not the same to patches and replacements."""
        if not isinstance(value, str):
            return json.dumps(value)
        plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9./ -]*[A-Za-z0-9]|v", value) and value not in ("true", "yes", "no")
        if plain and self.chance(7):
            return value
        return "'" + value + "'" if "'" not in value and self.chance(3) else json.dumps(value)

    def block(self, value, indent):
        """YAML in block style, lists at the indentation of their key or deeper."""
        if isinstance(value, dict) and value:
            lines = []
            for k, v in value.items():
                deeper = isinstance(v, (dict, list)) and v
                text = self.block(v, indent + 2) if deeper else " " + self.block(v, indent)
                lines.append(" " * indent + k + ":" + ("\n" + text if deeper else text))
            return "\n".join(lines)
        if isinstance(value, list) and value:
            return "\n".join(" " * indent + "- " + self.block(v, indent + 2).lstrip(" ") for v in value)
        return self.scalar(value) if not isinstance(value, (dict, list)) else json.dumps(value)

    def text(self, value):
        return json.dumps(value) if self.chance(3) else self.block(value, 0)

    # Objects

    def container(self, name):
        c = {"name": name, "image": self.pick(IMAGES)}
        if self.chance(5):
            c["env"] = [self.env(n) for n in self.some(["A", "B", "C"], 3)]
        if self.chance(3):
            c["envFrom"] = [{self.pick(["configMapRef", "secretRef"]): {"name": self.pick(NAMES)}}]
        if self.chance(4):
            c["ports"] = [{"containerPort": p, "protocol": "TCP"} for p in self.some([80, 443, 8080], 2)]
        if self.chance(3):
            c["args"] = self.some(["--x", "--name=$(NAME)", "$(NAME)", "y"], 3)
        if self.chance(3):
            c["volumeMounts"] = [{"name": "v", "mountPath": p} for p in self.some(["/a", "/b"], 2)]
        return c

    def env(self, name):
        how = self.random.randrange(4)
        if how == 0:
            return {"name": name, "valueFrom": {"configMapKeyRef": {"name": self.pick(NAMES), "key": "k1"}}}
        if how == 1:
            return {"name": name, "valueFrom": {"secretKeyRef": {"name": self.pick(NAMES), "key": "k1"}}}
        return {"name": name, "value": self.pick(VALUES + ["$(NAME)"])}

    def pod_spec(self):
        spec = {"containers": [self.container(n) for n in self.some(["main", "side"], 2)]}
        if self.chance(3):
            spec["initContainers"] = [self.container("init")]
        if self.chance(4):
            spec["serviceAccountName"] = self.pick(NAMES)
        if self.chance(4):
            spec["volumes"] = [self.volume(n) for n in self.some(["v", "w"], 2)]
        if self.chance(2):
            spec["imagePullSecrets"] = [{"name": self.pick(NAMES)}]
        if self.chance(2):
            spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                {"labelSelector": {"matchLabels": self.labels()}, "topologyKey": "zone"}]}}
        return spec

    def volume(self, name):
        return self.pick([
            {"name": name, "configMap": {"name": self.pick(NAMES)}},
            {"name": name, "secret": {"secretName": self.pick(NAMES)}},
            {"name": name, "persistentVolumeClaim": {"claimName": self.pick(NAMES)}},
            {"name": name, "projected": {"sources": [{"configMap": {"name": self.pick(NAMES)}}]}},
            {"name": name, "emptyDir": {}},
        ])

    def template(self):
        t = {"metadata": {"labels": self.labels()}, "spec": self.pod_spec()}
        if self.chance(2):
            t["metadata"]["annotations"] = self.labels()
        return t

    def body(self, kind):
        r = self.random
        if kind in ("Deployment", "StatefulSet", "DaemonSet"):
            spec = {"selector": {"matchLabels": self.labels()}, "template": self.template()}
            if kind != "DaemonSet" and self.chance(6):
                spec["replicas"] = r.randint(0, 5)
            if kind == "StatefulSet":
                spec["serviceName"] = self.pick(NAMES)
                if self.chance(5):
                    spec["volumeClaimTemplates"] = [{"metadata": {"name": "d"}, "spec": {"storageClassName": "fast"}}]
            return {"spec": spec}
        if kind == "Job":
            return {"spec": {"template": self.template()}}
        if kind == "CronJob":
            return {"spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": self.template()}}}}
        if kind == "Pod":
            return {"spec": self.pod_spec()}
        if kind == "Service":
            return {"spec": {"selector": self.labels(), "ports": [{"port": p} for p in self.some([80, 443], 2)]}}
        if kind == "ConfigMap":
            return {"data": self.labels()}
        if kind == "Secret":
            return {"type": "Opaque", "data": {"k1": "eA=="}}
        if kind in ("Role", "ClusterRole"):
            return {"rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"],
                               "resourceNames": self.some(NAMES, 2)}]}
        if kind in ("RoleBinding", "ClusterRoleBinding"):
            return {"roleRef": {"apiGroup": "rbac.authorization.k8s.io",
                                "kind": "ClusterRole" if kind[0] == "C" else self.pick(["Role", "ClusterRole"]),
                                "name": self.pick(NAMES)},
                    "subjects": [self.subject() for _ in range(r.randint(1, 3))]}
        if kind == "Ingress":
            return {"spec": {"tls": [{"secretName": self.pick(NAMES)}], "rules": [{"host": "x", "http": {"paths": [
                {"backend": {"service": {"name": self.pick(NAMES), "port": {"number": 80}}}}]}}]}}
        if kind == "NetworkPolicy":
            return {"spec": {"podSelector": {"matchLabels": self.labels()},
                             "ingress": [{"from": [{"podSelector": {"matchLabels": self.labels()}}]}]}}
        if kind == "HorizontalPodAutoscaler":
            return {"spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": self.pick(["Deployment", "StatefulSet"]),
                                                "name": self.pick(NAMES)}, "maxReplicas": 3}}
        if kind == "PodDisruptionBudget":
            return {"spec": {"selector": {"matchLabels": self.labels()}}}
        if kind == "Widget":
            return {"spec": {"name": self.pick(NAMES), "list": [{"name": n, "size": 1} for n in self.some(NAMES, 3)],
                             "image": self.pick(IMAGES), "containers": [{"image": self.pick(IMAGES)}]}}
        if kind == "CustomResourceDefinition":
            return {"spec": {"group": "example.com", "names": {"kind": "Widget"}}}
        if kind == "ValidatingWebhookConfiguration":
            return {"webhooks": [{"name": "x.y.z", "clientConfig": {"service": {
                "name": self.pick(NAMES), "namespace": self.pick(["default", "one"])}}}]}
        return {}

    def subject(self):
        s = {"kind": self.pick(["ServiceAccount", "ServiceAccount", "User"]), "name": self.pick(NAMES)}
        if s["kind"] == "ServiceAccount" and self.chance(7):
            s["namespace"] = self.pick(["default", "one", "two", "two", ""])
            if self.chance(1):
                s["namespace"] = None
        return s

    def object(self, namespaced_by_chance=True):
        version, kind = self.pick(KINDS)
        o = {"apiVersion": version, "kind": kind, "metadata": {"name": self.pick(NAMES)}}
        if namespaced_by_chance:
            namespace = self.pick(NAMESPACES)
            if namespace:
                o["metadata"]["namespace"] = namespace
        if self.chance(4):
            o["metadata"]["labels"] = self.labels()
        if self.chance(2):
            o["metadata"]["annotations"] = self.labels()
        if self.chance(1):
            o["metadata"].setdefault("annotations", {})["config.kubernetes.io/local-config"] = "true"
        o.update(self.body(kind))
        return o

    def objects(self, count):
        seen, made = set(), []
        for _ in range(count):
            o = self.object()
            key = (o["apiVersion"], o["kind"], o["metadata"]["name"], o["metadata"].get("namespace", "default"))
            if key not in seen:
                seen.add(key)
                made.append(o)
        return made

    def listed(self, objects):
        """Some of them in a List, now and then."""
        if len(objects) > 2 and self.chance(1):
            inner = {"apiVersion": "v1", "kind": self.pick(["List", "AnyList"]), "items": objects[1:2] + self.some([None, {}], 2)}
            items = self.pick([objects[:2], [objects[0], inner], [inner, objects[0]]])
            return [{"apiVersion": "v1", "kind": "List", "items": items}] + objects[2:]
        return objects

    # Kustomizations

    def target(self):
        t = {}
        if self.chance(8):
            t["kind"] = self.pick([k for _, k in KINDS[:8]] + [".*", "Deploy.*|Pod"])
        if self.chance(5):
            t["name"] = self.pick(NAMES + [".*a.*"])
        if self.chance(2):
            t["namespace"] = self.pick(["default", "one"])
        if self.chance(2):
            t["labelSelector"] = self.pick(["app", "app=v1", "app!=v1", "tier in (v1, v2)"])
        if self.chance(1):
            t["annotationSelector"] = self.pick(["app", "k1=v1"])
        return t or {"kind": "Deployment"}

    def merge_patch(self, known):
        like = self.pick(known)
        patch = {"apiVersion": like["apiVersion"], "kind": like["kind"], "metadata": {"name": like["metadata"]["name"]}}
        if "namespace" in like["metadata"]:
            patch["metadata"]["namespace"] = like["metadata"]["namespace"]
        how = self.random.randrange(6)
        if how == 0:
            patch["$patch"] = "delete"
        elif how == 1:
            patch["metadata"]["annotations"] = {"patched": "yes", "k1": None}
        else:
            patch.update(self.body(like["kind"]))
        return patch

    def json_patch(self):
        return self.pick([
            [{"op": "add", "path": "/metadata/annotations", "value": {"j": "1"}}],
            [{"op": "add", "path": "/metadata/labels", "value": {"j": "1"}}, {"op": "remove", "path": "/metadata/labels/j"}],
            [{"op": "replace", "path": "/metadata/name", "value": "renamed"}],
            [{"op": "test", "path": "/kind", "value": "Deployment"}, {"op": "add", "path": "/spec/extra", "value": [1]}],
            [{"op": "copy", "from": "/metadata/name", "path": "/metadata/copied"}],
            [{"op": "add", "path": "/metadata/namespace", "value": "two"}],
            [{"op": "add", "path": "/extra", "value": [None, 1.0, 9223372036854775808, {"k": None}]}],
        ])

    def patch_text(self):
        """A JSON patch as it stands in a kustomization: JSON, or YAML whose keys are no texts; blanks around it."""
        text = json.dumps(self.json_patch())
        if self.chance(2):
            text = "- {op: add, path: /extra, value: {8080: web, on: x, 1.5: y, k: 0x10, big: 9007199254740993}}"
        return self.pick(["", "", "", "\n  "]) + text + self.pick(["", "", "", "  \n    "])

    def patch(self, known, folder, index):
        if self.chance(4):
            return {"target": self.target(), "patch": self.patch_text()}
        entry = {}
        if self.chance(5):
            entry["target"] = self.target()
            if self.chance(5):
                entry["options"] = {self.pick(["allowNameChange", "allowKindChange"]): True}
                if "allowKindChange" in entry["options"]:  # the hash of a generated object of another kind is not the peer's
                    entry["target"]["kind"] = self.pick(["Deployment", "Job", "Service"])
        text = self.text(self.merge_patch(known))
        if self.chance(3 if "target" not in entry else 0):
            text += "\n---\n" + self.text(self.merge_patch(known))
        if self.chance(5):
            self.files[f"{folder}/patch{index}.yaml"] = text
            entry["path"] = f"patch{index}.yaml"
        else:
            entry["patch"] = text
        return entry

    def generator(self, kind, known):
        there = [o for o in known if o["kind"] == kind]
        g = {"name": self.pick(NAMES + ["made", "new"])}
        if there and self.chance(6):
            like = self.pick(there)["metadata"]
            g = {"name": like["name"], "behavior": self.pick(["merge", "replace"])}
            if "namespace" in like:
                g["namespace"] = like["namespace"]
        elif self.chance(2):
            g["behavior"] = self.pick(["create", "merge", "replace", "add"])
        elif self.chance(2):
            g["namespace"] = self.pick(["default", "one"])
        if kind == "Secret" and self.chance(2):
            g["type"] = "kubernetes.io/tls"
        if self.chance(8):
            g["literals"] = [f"{k}={self.pick(VALUES)}" for k in self.some(KEYS, 3)]
        if self.chance(4):
            g["options"] = {"disableNameSuffixHash": self.pick([True, False])}
            if self.chance(4):
                g["options"]["labels"] = self.labels()
            if self.chance(2):
                g["options"]["immutable"] = True
        return g

    def image(self):
        i = {"name": self.pick(["nginx", "docker.io/library/redis", "ghcr.io/x/y", "localhost:5000/app", "n.*x", "redis"])}
        if self.chance(1):
            i = self.pick([{}, {"name": None}, {"name": ""}])
        for field, values in [("newName", ["other", "reg.io/p/q", "nginx"]), ("newTag", ["v2", "1.0"]),
                              ("digest", ["sha256:abc"]), ("tagSuffix", ["-x"])]:
            if self.chance(4):
                i[field] = self.pick(values)
        return i

    def replacement(self, known):
        like = self.pick(known)
        source = {"kind": like["kind"], "name": like["metadata"]["name"]}
        if "namespace" in like["metadata"]:
            source["namespace"] = like["metadata"]["namespace"]
        if self.chance(6):
            paths = ["metadata.name", "kind"]
            if "template" in like.get("spec", {}):
                paths += ["spec.template.spec.containers.0.image", "spec.template.spec.containers.[name=main].name"]
            if "data" in like:
                paths += ["data." + next(iter(like["data"]))]
            if "labels" in like["metadata"]:
                paths += ["metadata.labels", "metadata.labels." + next(iter(like["metadata"]["labels"]))]
            source["fieldPath"] = self.pick(paths)
        if self.chance(3):
            source["options"] = {"delimiter": self.pick([":", "."]), "index": self.pick([0, 0, 1])}
        targets = []
        for _ in range(self.random.randint(1, 2)):
            t = {"select": self.target()}
            if self.chance(3):
                t["reject"] = [self.target()]
            t["fieldPaths"] = self.some(["metadata.annotations.r", "spec.template.spec.containers.0.image", "data.k1",
                                         "data.k1.", "data.k9.", "spec.template.spec.containers.[name=main].env.[name=A].value", "metadata.name",
                                         "spec.template.spec.containers.*.name", r"metadata.labels.a\.b/c",
                                         "spec.list.[name=a].size", "spec.replicas"], 2)
            if self.chance(7):
                t["options"] = {"create": True}
            if self.chance(2):
                t.setdefault("options", {}).update({"delimiter": ":", "index": self.pick([-1, 0, 1, 5])})
            targets.append(t)
        r = {"source": source, "targets": targets}
        if self.chance(1):
            r = {"sourceValue": self.pick(["const", "8080"]), "targets": targets}
        return r

    def label_entry(self):
        e = {"pairs": self.labels()}
        if self.chance(4):
            e["includeSelectors"] = self.pick([True, False])
        if self.chance(4):
            e["includeTemplates"] = self.pick([True, False])
        if self.chance(3):
            e["fields"] = [{"path": self.pick(["spec/custom/labels", "metadata/labels", "spec/template/metadata/labels"]),
                            "create": self.pick([True, True, False]), "kind": self.pick(["Widget", "", "Deployment"])}]
        return e

    def configuration(self, folder):
        c = {}
        spec = {"path": self.pick(["spec/name", "metadata/name", "spec/image", "spec/list/name"]), "kind": "Widget"}
        if self.chance(4):
            c["namePrefix"] = [spec]
        if self.chance(4):
            c["nameReference"] = [{"kind": self.pick(["ConfigMap", "Service", "Widget"]), "version": self.pick(["", "v1"]),
                                   "fieldSpecs": [spec]}]
        if self.chance(3):
            c["images"] = [{"path": "spec/image", "kind": "Widget"}]
        if self.chance(3):
            c["commonLabels"] = [{"path": "spec/labels", "kind": "Widget", "create": True}]
        if self.chance(3):
            c["labels"] = [{"path": "spec/labels", "kind": self.pick(["Widget", "Deployment"]), "create": True}]
        if self.chance(3):
            c["commonAnnotations"] = [{"path": "spec/notes", "kind": "Widget", "create": True}]
        if self.chance(3):
            c["namespace"] = [{"path": "spec/ns", "kind": "Widget", "create": True}]
        if self.chance(3):
            c["replicas"] = [{"path": "spec/size", "kind": "Widget", "create": True}]
        if self.chance(3):
            c["varReference"] = [{"path": "spec/name", "kind": "Widget"}]
        self.files[f"{folder}/config.yaml"] = json.dumps(c)
        return ["config.yaml"]

    def openapi(self, folder):
        listing = {"type": "array", "items": {"type": "object", "properties": {
            "name": {"type": "string"}, "size": {"type": "integer"}}},
            "x-kubernetes-patch-merge-key": self.pick(["name", "size"]), "x-kubernetes-patch-strategy": "merge"}
        spec = {"type": "object", "properties": {
            "list": listing, "template": {"$ref": "#/definitions/io.k8s.api.core.v1.PodTemplateSpec"}}}
        self.files[f"{folder}/schema.json"] = json.dumps({"definitions": {
            "com.example.v1.WidgetSpec": spec,
            "com.example.v1.Widget": {"type": "object", "properties": {
                "spec": {"$ref": "#/definitions/com.example.v1.WidgetSpec"}},
                "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Widget"}]}}})
        return {"path": "schema.json"}

    def definitions(self, folder):
        mark = self.pick([{"x-kubernetes-annotation": ""}, {"x-kubernetes-label-selector": ""}, {"x-kubernetes-identity": ""},
                          {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "Service"}])
        self.files[f"{folder}/crd.json"] = json.dumps({
            "example.com.v1.Widget": {"Schema": {"properties": {
                "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"},
                "spec": {"$ref": "example.com.v1.WidgetSpec"}}}},
            "example.com.v1.WidgetSpec": {"Schema": {"properties": {
                self.pick(["name", "image", "extra"]): {"type": "string", **mark}}}}})
        return ["crd.json"]

    def plugin(self, known):
        return json.dumps(self.pick([
            {"kind": "LabelTransformer", "labels": self.labels(),
             "fieldSpecs": [{"path": "metadata/labels", "create": True}]},
            {"kind": "AnnotationsTransformer", "annotations": self.labels(),
             "fieldSpecs": [{"path": "metadata/annotations", "create": True}]},
            {"kind": "NamespaceTransformer", "metadata": {"name": "x", "namespace": "plug"},
             "unsetOnly": self.pick([True, False]),
             "setRoleBindingSubjects": self.pick(["none", "allServiceAccounts", "defaultOnly"]),
             "fieldSpecs": [{"path": "subjects/namespace", "kind": "RoleBinding"}]},
            {"kind": "PrefixTransformer", "prefix": "plug-", "fieldSpecs": [{"path": "metadata/name",
                                                                             "kind": self.pick(["", "Service"])}]},
            {"kind": "SuffixTransformer", "suffix": "-plug", "fieldSpecs": [{"path": "metadata/name"}]},
            {"kind": "ImageTagTransformer", "imageTag": self.image(), "fieldSpecs": [{"path": "spec/image"}]},
            {"kind": "PatchTransformer", "target": self.target(), "patch": json.dumps(self.json_patch())},
            {"kind": "PatchTransformer", "patch": json.dumps(self.merge_patch(known))},
            {"kind": "ValueAddTransformer", "value": "val", "targets": [
                {"fieldPath": "metadata/namespace"}, {"selector": self.target(), "fieldPath": "spec/path",
                                                      "filePathPosition": self.random.randint(0, 3)}]},
        ]) | {"apiVersion": "builtin"})

    def plugin_text(self, known):
        config = json.loads(self.plugin(known))
        config.setdefault("metadata", {"name": "x"})
        return json.dumps(config, indent=1)

    def fill(self, k, folder, known):
        if self.chance(3):
            k["namespace"] = self.pick(["one", "two", "default"])
        if self.chance(3):
            k["namePrefix"] = self.pick(["p-", "q-"])
        if self.chance(2):
            k["nameSuffix"] = self.pick(["-s", "-t"])
        if self.chance(3):
            k["labels"] = [self.label_entry() for _ in range(self.random.randint(1, 2))]
        if self.chance(1):
            k["commonLabels"] = self.pick([self.labels(), self.labels(), {"k1": None}])
        if self.chance(2):
            k["commonAnnotations"] = self.labels()
        if self.chance(3):
            k["images"] = [self.image() for _ in range(self.random.randint(1, 2))]
        scaled = [o["metadata"]["name"] for o in known if o["kind"] in ("Deployment", "StatefulSet")]
        if scaled and self.chance(3):
            k["replicas"] = [{"name": self.pick(scaled), "count": 7}]
        if known and self.chance(4):
            k["patches"] = [self.patch(known, folder, i) for i in range(self.random.randint(1, 2))]
        if known and self.chance(1):
            k["patchesStrategicMerge"] = [json.dumps(self.merge_patch(known), indent=1)]
        if self.chance(1):
            k["patchesJson6902"] = [{"target": {"group": "apps", "version": "v1", "kind": "Deployment", "name": "a"},
                                     "patch": json.dumps(self.json_patch())}]
        if self.chance(3):
            k["configMapGenerator"] = [self.generator("ConfigMap", known)]
        if self.chance(2):
            k["secretGenerator"] = [self.generator("Secret", known)]
        if self.chance(1):
            k["generatorOptions"] = {"disableNameSuffixHash": True, "labels": self.labels()}
        if known and self.chance(3):
            k["replacements"] = [self.replacement(known)]
        if known and self.chance(1):
            like = self.pick(known)
            k["vars"] = [{"name": "NAME", "objref": {"apiVersion": like["apiVersion"], "kind": like["kind"],
                                                     "name": like["metadata"]["name"]}}]
        if self.chance(2):
            k["configurations"] = self.configuration(folder)
        if self.chance(1):
            k["openapi"] = self.openapi(folder)
        if self.chance(1):
            k["crds"] = self.definitions(folder)
        if known and self.chance(1):
            k["transformers"] = [self.plugin_text(known)]

    def layer(self, folder, component, bases, known):
        k = {"apiVersion": "kustomize.config.k8s.io/v1" + ("alpha1" if component else "beta1"),
             "kind": "Component" if component else "Kustomization"}
        own = self.objects(self.random.randint(0 if bases or component else 1, 6 if not component else 1))
        resources = list(bases)
        if own:
            self.files[f"{folder}/objects.yaml"] = "\n---\n".join(self.text(o) for o in self.listed(own))
            resources.append("objects.yaml")
        if resources:
            k["resources"] = resources
        known = known + own
        self.fill(k, folder, known)
        if len(k) == 2:
            k["namePrefix"] = "p-"
        self.files[f"{folder}/kustomization.yaml"] = k
        return known


def make(random):
    """A tree whose top is the folder `top`."""
    t = Tree(random)
    known = t.layer("base", False, [], [])
    if t.chance(3):
        known = known + t.layer("other", False, [], [])
        bases = ["../base", "../other"]
    else:
        bases = ["../base"]
    if t.chance(4):
        known = t.layer("middle", False, bases, known)
        bases = ["../middle"]
    components = []
    if t.chance(4):
        known = t.layer("component", True, [], known)
        components = ["../component"]
    t.layer("top", False, bases, known)
    top = t.files["top/kustomization.yaml"]
    if components:
        top["components"] = components
    if t.chance(5):
        top["sortOptions"] = t.pick([{"order": "fifo"}, {"order": "legacy"}, {"order": "legacy", "legacySortOptions": {
            "orderFirst": ["Service", "Deployment"], "orderLast": ["ConfigMap"]}}])
    if t.chance(2):
        top["buildMetadata"] = t.some(["originAnnotations", "transformerAnnotations", "managedByLabel"], 3)
    return {path: text if isinstance(text, str) else json.dumps(text, indent=1) for path, text in t.files.items()}
