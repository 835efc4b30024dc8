#!/bin/sh
# sops - files that the real sops encrypts now: the hash of what Forge decrypts is that of what sops decrypts
. "$FORGE_TOP/test/lib.sh"

for program in sops age-keygen; do
	command -v $program >/dev/null 2>&1 || { skip "sops against Forge" "$program is not installed"; done_testing; exit; }
done
age-keygen -o ../key.txt 2>/dev/null
SOPS_AGE_KEY_FILE=$PWD/../key.txt; export SOPS_AGE_KEY_FILE
recipient=$(age-keygen -y "$SOPS_AGE_KEY_FILE")
git init -q .
mkdir -p clusters/a apps plain
cat >clusters/a/apps.yaml <<END
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 10m, prune: true, path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}, decryption: {provider: sops}}
END

# Of seeds: values of all types, nested, with odd letters; names by the file.
for seed in 1 2 3 4 5 6 7 8 9 10 11 12; do
	python3 -c "
import json, random
r = random.Random($seed)
word = lambda: ''.join(r.choice('abcXYZ019 _-:#<&\"\'\$é') for _ in range(r.randint(1, 12)))
def tree(depth):
    kind = r.randint(0, 6 if depth else 4)
    if kind == 5: return [tree(depth - 1) for _ in range(r.randint(1, 3))]
    if kind == 6: return {word(): tree(depth - 1) for _ in range(r.randint(1, 3))}
    return [word(), r.randint(-9999, 9999), r.random() < .5, round(r.random() * 100, 2), ''][kind]
json.dump({'k%d' % i + r.choice(['', '_unencrypted']): tree(3) for i in range(4)}, open('plain/s.json', 'w'))
open('plain/s.env', 'w').write(''.join('K%d=%s\n' % (i, word().strip(' \'\"') or 'x') for i in range(4)))
open('plain/s.txt', 'w').write(word() + '\n')"
	for file in s.json s.env s.txt; do
		sops -e --age "$recipient" plain/$file >apps/$file && sops -d apps/$file >plain/$file
	done
	printf 'secretGenerator:\n- {name: json, files: [s.json]}\n- {name: env, envs: [s.env]}\n- {name: text, files: [s.txt]}\n' |
		tee apps/kustomization.yaml >plain/kustomization.yaml
	"$FORGE" build plain | sed -n 's/^  name: //p' | sort >want
	"$FORGE" build --cluster clusters/a --only flux-system/apps | sed -n 's/^  name: //p' | sort >got
	ok "seed $seed" diff want got
	ok "seed $seed has names" test -s got
done
done_testing
