#!/bin/sh
# sops - what SOPS has encrypted is decrypted for a build, and printed by nothing
. "$FORGE_TOP/test/lib.sh"

# Encrypted by sops 3.13.3 for forge-test.agekey, which is a key of this test alone.
cp -r "$FORGE_TOP/test/e2e/sops/." . && mv forge-test.agekey ..
git init -q .
key=$PWD/../forge-test.agekey
recipient=age1a64asvprfl995thgnw8fq0qvumjuv6z0feqdjjje2ac6zdyqmqjsfpnwxw
unset SOPS_AGE_KEY SOPS_AGE_KEY_FILE

# Without a key: as it is, and one warning for each Kustomization says for whom it is encrypted.
runs 0 build --cluster clusters/prod
has "$out" "password: ENC[AES256_GCM,data:"
has "$err" "Kustomization/flux-system/apps: 2 encrypted objects are not decrypted: no key is given; encrypted for $recipient"
has "$err" "Kustomization/flux-system/vars: 1 encrypted object is not decrypted"

# With one: decrypted, and *** in every format, also where a value was substituted.
for format in yaml json list tree; do
	for more in "" --origins; do
		# shellcheck disable=SC2086
		runs 0 build --cluster clusters/prod --age-key-file "$key" -o $format $more
		is_empty "$err"
		for secret in hunter2 aHVudGVyMi 5432 "ENC[" "two words" "quoted x" "just bytes" AGE-SECRET; do
			has_not "$out" "$secret"
		done
	done
done
runs 0 build --cluster clusters/prod --age-key-file "$key" --only flux-system/apps
has "$out" "url: '***'"
has "$out" "password: '***'"
has_not "$out" "sops:"

# The hash of a generated Secret is that of the decrypted file.
runs 0 build --cluster clusters/prod --age-key-file "$key" --only flux-system/gen -o list
mkdir plain
printf '{\n\t"b": "x\\u003cy\\u003e",\n\t"a": {\n\t\t"n": 1,\n\t\t"t": true,\n\t\t"f": 1.5,\n\t\t"l": [\n\t\t\t"x",\n\t\t\t2\n\t\t]\n\t},\n\t"e": "",\n\t"z": null\n}\n' >plain/a.json
printf 'top = 1\n\n[db]\nuser = me\npass = quoted x\n' >plain/a.ini
printf 'just bytes\n' >plain/a.txt
printf 'A=one\nB=two words\nC="multi\\nline"\n' >plain/a.env
sed '/yaml/d' gen/kustomization.yaml >plain/kustomization.yaml
for name in $("$FORGE" build plain | sed -n 's/^  name: //p'); do
	has "$out" "$name"
done

# The example of docs/build.md.
mkdir -p ~/.config/sops/age && cp "$key" ~/.config/sops/age/keys.txt
example=$(sed -n 's/^`forge \(build .* --age-key-file .*\)`$/\1/p' "$FORGE_TOP/docs/build.md")
ok "docs/build.md has an example" test -n "$example"
eval "runs 0 $example"
has "$out" "password: '***'"

# The key may come from the environment.
SOPS_AGE_KEY_FILE=$key; export SOPS_AGE_KEY_FILE
runs 0 build --cluster clusters/prod
has "$out" "password: '***'"
unset SOPS_AGE_KEY_FILE
SOPS_AGE_KEY=$(sed -n 3p "$key"); export SOPS_AGE_KEY
runs 0 build --cluster clusters/prod
has "$out" "password: '***'"

# why says where it was decrypted, and masks it as well.
runs 0 why --cluster clusters/prod Secret/shop/db stringData.password
has "$out" "by decryption by SOPS clusters/prod/apps.yaml:10:26 spec.decryption.provider"
has_not "$out" hunter2
runs 0 why --cluster clusters/prod -o json ConfigMap/shop/cm data.url
has_not "$out" hunter2

# check reads decrypted values, and shows none.
runs 1 check --age-key-file "$key" clusters/prod
has "$out" "apps/secret.yaml"
has "$out" 'stringData.n: Invalid value: "integer"'
has_not "$out" hunter2
for secret in hunter2 5432 AGE-SECRET "ENC["; do has_not "$out" "$secret"; done

# diff compares them, and says only that they differ.
cp -r . ../other
sed -i 's/^    password:.*/    password: plain/; /^sops:/,/^---/{/^---/!d}' ../other/apps/secret.yaml
runs 1 diff --age-key-file "$key" . ../other --cluster clusters/prod
has "$out" "stringData.password: a secret in it changed"
for secret in hunter2 5432 plain "ENC["; do has_not "$out" "$secret"; done
rm -rf ../other

# --watch shows what a save changes, and no value of it.
mkfifo ../lines
"$FORGE" build --watch --cluster clusters/prod --age-key-file "$key" >../lines 2>/dev/null &
watch=$!
exec 3<../lines
read -r line <&3
has "$line" "watching: "
# shellcheck disable=SC2016
echo '  more: "${HOST} and ${PORT}"' >>apps/cm.yaml
read -r line <&3 && read -r more <&3
has "$line" "~ ConfigMap/shop/cm"
has "$more" "+ data.more: '***'"
kill -TERM $watch
wait $watch
exec 3<&-
sed -i '$d' apps/cm.yaml

# rehearse applies them, and what is made from them; reports show none.
printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n' >clusters/prod/ns.yaml
git add -A && git commit -qm first
runs 1 rehearse --age-key-file "$key" --no-rollback
has "$out" "--age-key-file $key"
cp out.txt text.txt
runs 1 rehearse --age-key-file "$key" --no-rollback -o json
has_not "$out" "what SOPS has encrypted"
for secret in hunter2 5432 AGE-SECRET "ENC["; do has_not "$out$(cat text.txt)" "$secret"; done
unset SOPS_AGE_KEY
runs 0 rehearse --no-rollback -o json
has "$out" "what SOPS has encrypted in Secret/flux-system/vars"
runs 0 check clusters/prod
SOPS_AGE_KEY=$(sed -n 3p "$key"); export SOPS_AGE_KEY

# A value that was changed, and one that was moved to another key.
cp apps/secret.yaml kept.yaml
sed -i '0,/password: ENC.AES256_GCM,data:./s/\(password: ENC.AES256_GCM,data:\)./\1A/' apps/secret.yaml
runs 2 build --cluster clusters/prod --only flux-system/apps
has "$err" "decryption failed for 'db': failed to decrypt and format 'shop/db' Secret data: error decrypting sops tree"
has "$err" "apps/secret.yaml:8:15"
has_not "$err" hunter2
sed 's/^    password:/    moved:/' kept.yaml >apps/secret.yaml
runs 2 build --cluster clusters/prod --only flux-system/apps
has "$err" "cipher: message authentication failed"
# What is not encrypted is signed, too.
sed '0,/name: db$/s/name: db$/name: dc/' kept.yaml >apps/secret.yaml
runs 2 build --cluster clusters/prod --only flux-system/apps
has "$err" "failed to verify sops data integrity"
cp kept.yaml apps/secret.yaml && rm kept.yaml

# Another key.
echo AGE-SECRET-KEY-1ML0ZH5U74VEFDJRSNXCQFL8NPQDKAJMVZQWG453M99EGQRHMVHQQ7HGE8N >../other.agekey
runs 1 build --cluster clusters/prod --age-key-file ../other.agekey
has "$err" "vars/s.yaml:11:9: Kustomization/flux-system/vars is not applied"
has "$err" "cannot get sops data key: no identity matched any of the recipients"
runs 2 build --cluster clusters/prod --age-key-file ../other.agekey --only flux-system/vars
has "$err" "it is encrypted for $recipient"

# PGP is named as unsupported, and the build goes on.
cat >vars/s.yaml <<END
apiVersion: v1
kind: Secret
metadata: {name: vars, namespace: flux-system}
stringData: {HOST: "ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]", PORT: "1"}
sops: {mac: "ENC[x]", pgp: [{fp: ABC, enc: x}]}
END
runs 0 build --cluster clusters/prod
has "$err" "1 encrypted object is not decrypted: no key is supported; encrypted for PGP (not supported)"

# Keys that are none are not quoted.
echo "AGE-SECRET-KEY-1HUNTER2" >../bad.agekey
runs 2 build --cluster clusters/prod --age-key-file ../bad.agekey
has "$err" "line 1 of the keys is no age key"
has_not "$err" HUNTER2
runs 2 build --age-key-file "$key" gen
has "$err" "go with --cluster"
done_testing
