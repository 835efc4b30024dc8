#!/usr/bin/env python3
"""yaml_write.t - seeded objects: our writer's bytes against those of `kubectl kustomize`

SEED (default 1) and COUNT (default 400) choose the objects; the first difference is printed with its input.
"""
import json
import os
import random
import shutil
import subprocess
import sys

SEED, COUNT = int(os.environ.get("SEED", 1)), int(os.environ.get("COUNT", 400))
WORDS = ["foo", "a", "yes", "no", "on", "y", "true", "null", "~", "1", "0x1f", "1e3", "12:30", "2001-01-01", "=", "-", "?",
         ":", "#", "@", "`", "%", "&x", "*y", "!z", "|", ">", "{", "}", "[", "]", ",", "'", '"', "\\", "\n", "\t", " ", "  ",
         "é", "日本", "\u00a0", "\U0001F600", "x:", "x: y", " #c", "a#b", "...", "---", "long" * 5, "it's", "0777",
         "1_000", ".5", "+1", "0", "00", "\x01"]
KEYS = ["a", "B", "_u", "k1", "k2", "k10", "x.y/z", "y", "on", "null", "é", "a b", "'q'", "#h", "-d", "long" * 40]
SCALARS = ["0777", "0o17", "0x1F", "1_000", "+7", "1.0", "1e3", "1e21", "1234567.5", "12345678901234567890", "0.00000012",
           "True", "~", "yes", "2001-01-01", "!!str 123", "!x y", "!!binary aGk=", "1:30", "|\n    x\n     y\n", ">-\n    a\n    b"]


def text():
    count = random.choice([0, 1, 1, 2, 3, 5, 20, 40])
    return random.choice(["", " ", " ", "\n"]).join(random.choice(WORDS) for _ in range(count))


def value(depth):
    kind = random.random()
    if depth > 3 or kind < 0.6:
        return text()
    if kind < 0.7:
        return random.choice([None, True, False, 0, -1, 1.5])
    if kind < 0.85:
        return [value(depth + 1) for _ in range(random.randint(0, 3))]
    return {random.choice(KEYS): value(depth + 1) for _ in range(random.randint(0, 4))}


def document(number):
    lines = ["apiVersion: example.com/v1", "kind: Thing", "metadata:", f"  name: n{number}"]
    lines.append("spec: " + json.dumps(value(0), ensure_ascii=False))
    lines += [f"s{i}: {random.choice(SCALARS)}" for i in range(3)]
    return "\n".join(lines) + "\n"


def by_name(output):
    found = {}
    for part in output.split("\n---\napiVersion: "):
        part = part.removeprefix("apiVersion: ")
        name = [line for line in part.split("\n") if line.startswith("  name: n")]
        found[name[-1].strip() if name else part] = part.rstrip("\n")
    return found


def main():
    if not shutil.which("kubectl"):
        print("1..0 # SKIP kubectl is not installed")
        return 0
    print("1..1")
    build, top = os.path.dirname(os.environ["FORGE"]), os.environ["FORGE_TOP"]
    subprocess.run(["gcc", "-std=gnu17", "-O1", "-D_GNU_SOURCE", f"-I{top}/src", f"{top}/test/differential/yaml_rewrite.c",
                    f"{build}/libforge.a", "-lcrypto", "-lm", "-o", "yaml_rewrite"], check=True)
    random.seed(SEED)
    documents = [document(i) for i in range(COUNT)]
    with open("kustomization.yaml", "w", encoding="utf-8") as f:
        f.write("resources: [r.yaml]\n")
    with open("r.yaml", "w", encoding="utf-8") as f:
        f.write("---\n".join(documents))
    theirs = subprocess.run(["kubectl", "kustomize", "."], capture_output=True, check=True).stdout.decode()
    ours = subprocess.run(["./yaml_rewrite"], input="---\n".join(documents).encode(), capture_output=True, check=True)
    ours, theirs = by_name(ours.stdout.decode()), by_name(theirs)
    wrong = [i for i in range(COUNT) if ours.get(f"name: n{i}") != theirs.get(f"name: n{i}") or f"name: n{i}" not in ours]
    for i in wrong[:1]:
        for title, what in ("input", documents[i]), ("forge", ours.get(f"name: n{i}")), ("kubectl", theirs.get(f"name: n{i}")):
            print(f"# --- {title} (SEED={SEED}, object {i})", *str(what).split("\n"), sep="\n# ")
    print(f"# {COUNT} objects, {len(wrong)} different")
    print("not ok 1 - our bytes are those of kubectl kustomize" if wrong else "ok 1 - our bytes are those of kubectl kustomize")
    return 1 if wrong else 0


sys.exit(main())
