"""validation - faulty objects: the message of a real API server against that of the embedded one

    validation.py FORGE [WORD]

Each object of validation_cases.py is created with dryRun=All at a kube-apiserver of our own, and applied with `forge
sandbox run`. What server-side apply words by itself, before an object is validated, is not compared.
"""
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import validation_cases

# Known differences (docs/parity.md): the messages are not the same, but both refuse, or what the line says.
KNOWN = {
    "dns-cfg": "search paths are not checked",
    "sa": "the service account is looked up first",
    "pullsecret": "an empty entry is refused by server-side apply",
    "preempt": "the priority is computed first",
    "pfp": "rules of a pod failure policy are not checked one by one",
    "manual": "manualSelector",
    "sel": "selectors that a Job's controller would make",
    "zone": "there is no database of time zones",
    "key": "a key of a Secret that is none may be a secret: it is masked",
    "f2": "a domain without a name is let through",
    "f10": "one fault of an empty name",
    "iis.x.io": "the struct of Go in the message, and status",
    "jjs.x.io": "the words of the regular expression engine",
    "kks.x.io": "defaults of a definition are not checked",
    "nns.x.io": "the name, when the group is missing",
}
# Server-side apply has words of its own for types and duplicates.
BY_APPLY = re.compile(r"failed to create typed patch object")


class Server:
    """etcd and kube-apiserver in a folder of their own."""

    def __init__(self, folder):
        self.folder, self.processes, self.resources = folder, [], {}
        client, peer, api = ports(3)
        self.run("etcd", f"--data-dir={folder}/etcd", f"--listen-client-urls=http://127.0.0.1:{client}",
                 f"--advertise-client-urls=http://127.0.0.1:{client}", f"--listen-peer-urls=http://127.0.0.1:{peer}",
                 f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
                 f"--initial-cluster=default=http://127.0.0.1:{peer}", "--unsafe-no-fsync")
        subprocess.run(["openssl", "genrsa", "-out", f"{folder}/sa.key", "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", f"{folder}/sa.key", "-pubout", "-out", f"{folder}/sa.pub"], check=True,
                       capture_output=True)
        with open(f"{folder}/tokens", "w") as f:
            f.write("judge,admin,admin,system:masters\n")
        self.run("kube-apiserver", f"--etcd-servers=http://127.0.0.1:{client}", f"--cert-dir={folder}/cert",
                 "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", f"--secure-port={api}",
                 f"--service-account-key-file={folder}/sa.pub", f"--service-account-signing-key-file={folder}/sa.key",
                 "--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.0.0.0/16",
                 f"--token-auth-file={folder}/tokens", "--authorization-mode=RBAC", "--allow-privileged=true",
                 "--endpoint-reconciler-type=none", "--disable-admission-plugins=ServiceAccount")
        self.base = f"https://127.0.0.1:{api}"
        self.context = ssl._create_unverified_context()
        for _ in range(240):
            try:
                if self.request("GET", "/readyz", raw=True)[0] == 200:
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.25)
        raise SystemExit("kube-apiserver does not get ready")

    def run(self, *words):
        log = open(f"{self.folder}/{words[0]}.log", "w")
        self.processes.append(subprocess.Popen(words, stdout=log, stderr=log))

    def stop(self):
        for p in reversed(self.processes):
            p.terminate()
        for p in self.processes:
            p.wait()

    def request(self, method, path, body=None, raw=False):
        request = urllib.request.Request(self.base + path, method=method, data=body, headers={
            "Authorization": "Bearer judge", "Content-Type": "application/json", "Accept": "application/json"})
        try:
            with urllib.request.urlopen(request, context=self.context) as answer:
                return answer.status, None if raw else json.load(answer)
        except urllib.error.HTTPError as e:
            return e.code, None if raw else json.load(e)

    def resource(self, version, kind):
        if version not in self.resources:
            code, found = self.request("GET", prefix(version))
            self.resources[version] = {r["kind"]: r for r in found.get("resources", []) if "/" not in r["name"]} \
                if code == 200 else {}
        return self.resources[version].get(kind)

    def create(self, o, dry_run=True):
        """The message that refuses it, or "ok"."""
        r = self.resource(o["apiVersion"], o["kind"])
        namespace = o["metadata"].get("namespace", "default")
        path = prefix(o["apiVersion"]) + (f"/namespaces/{namespace}" if r["namespaced"] else "") + "/" + r["name"]
        query = "?fieldValidation=Ignore" + ("&dryRun=All" if dry_run else "")
        code, answer = self.request("POST", path + query, json.dumps(o).encode())
        return answer.get("message", "") if code >= 400 else "ok"


def prefix(version):
    return ("/apis/" if "/" in version else "/api/") + version


def ports(count):
    held = [socket.socket() for _ in range(count)]
    for s in held:
        s.bind(("127.0.0.1", 0))
    return [s.getsockname()[1] for s in held]


def embedded(forge, folder, objects):
    """The message that refuses the last one. JSON is YAML."""
    path = f"{folder}/case.yaml"
    with open(path, "w") as f:
        f.write("\n---\n".join(json.dumps(o) for o in objects))
    answer = subprocess.run([forge, "sandbox", "run", path, "-o", "json", "--nodes", "0"], capture_output=True, text=True,
                            timeout=20)
    if answer.returncode:
        return f"forge ends with {answer.returncode}: {answer.stderr}"
    refused = json.loads(answer.stdout)["after"]["case"]["refused"]
    return refused[-1]["message"] if refused else "ok"


def sorted_causes(message):
    """Causes that Go takes from a map come in any order."""
    head, _, causes = message.partition("is invalid: [")
    return head + " ".join(sorted(causes.rstrip("]").split(", "))) if causes else message


def compare(forge, server, folder, word):
    same, differ, known = 0, [], 0
    for case in validation_cases.all_cases():
        name = case[-1]["metadata"].get("name", "")
        if word not in name:
            continue
        wanted, got = server.create(case[-1]), embedded(forge, folder, case)
        if sorted_causes(wanted) == sorted_causes(got):
            same += 1
        elif name in KNOWN or BY_APPLY.match(got) and wanted != "ok":
            known += 1
        else:
            differ.append(f"{case[-1]['kind']} {name}\n  real:  {wanted[:600]}\n  forge: {got[:600]}")
        if word:
            print(f"# {name}\n#   real:  {wanted}\n#   forge: {got}")
    return same, differ, known


def main():
    forge, word = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    print("1..1")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        try:
            server.create(validation_cases.DEFINITION, dry_run=False)
            time.sleep(3)  # until the new kind is served
            same, differ, known = compare(forge, server, folder, word)
        finally:
            server.stop()
    print(f"# {same} messages are the same, {known} known differences, {len(differ)} others")
    for text in differ:
        print("# " + text.replace("\n", "\n# "))
    print("ok 1 - the same messages" if not differ else "not ok 1 - the same messages")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
