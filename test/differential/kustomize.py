"""kustomize - random kustomizations: the output of kubectl kustomize against that of forge build

    kustomize.py FORGE SEED COUNT kustomize|kubectl [KEEP]

Tree number i has the seed SEED + i. Both must print the same bytes, or both must refuse. KEEP is a folder that is given
the trees that differ, with both outputs.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

import kustomize_trees

# What the peer does by chance or by fault; such trees are counted and left out (docs/parity.md).
UNDECIDED = ("panic:", "nil pointer")


def write(folder, files):
    for path, text in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w") as f:
            f.write(text)


def run(command, folder):
    r = subprocess.run(command + ["top"], cwd=folder, capture_output=True, text=True, timeout=60)
    return r.returncode == 0, r.stdout, r.stderr


def compare(forge, peer, seed, folder, refused):
    """None when both agree; else what differs."""
    write(folder, kustomize_trees.make(random.Random(seed)))
    good, want, peer_words = run(peer, folder)
    ours, got, words = run([forge, "build"], folder)
    if any(word in peer_words for word in UNDECIDED):
        return None
    last = peer_words.strip().split("\n")[-1][:300]
    if good != ours:
        return f"peer refuses: {last}" if ours else f"forge refuses: {words.strip()[:300]}"
    if not good:
        refused.append(seed)
    if good and want != got:
        write(folder, {"want.yaml": want, "got.yaml": got})
        return "outputs differ"
    return None


def main():
    forge, first, count = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    peer = ["kustomize", "build"] if sys.argv[4] == "kustomize" else ["kubectl", "kustomize"]
    keep = sys.argv[5] if len(sys.argv) > 5 else None
    bad, refused = 0, []
    print(f"1..1\n# seeds {first} to {first + count - 1}")
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            why = compare(forge, peer, seed, folder, refused)
            if why and keep:
                shutil.copytree(folder, os.path.join(keep, str(seed)), dirs_exist_ok=True)
        if why:
            bad += 1
            print(f"# seed {seed}: {why}\n#   python3 test/differential/kustomize.py {sys.argv[1]} {seed} 1 {sys.argv[4]} FOLDER")
    print(f"# {len(refused)} trees are refused by both")
    print(("not ok" if bad else "ok") + f" 1 - {count - bad} of {count} random trees give the same")
    sys.exit(bad > 0)


main()
