#!/bin/sh
# hostile-repository - a repository runs nothing, has nothing outside of it read, and hides nothing
. "$FORGE_TOP/test/lib.sh"

top=$PWD
printf '#!/bin/sh\necho "$0 $*" >>%s/ran\nexit 1\n' "$top" >evil
chmod +x evil
holds() { ok "$1: nothing has run" test ! -e "$top/ran"; rm -f "$top/ran"; }

# repository NAME: one Flux Kustomization of ./app, and a Deployment; into it
repository() {
	mkdir -p "$top/$1/clusters/test" "$top/$1/app"
	cd "$top/$1" || exit 1
	new_repository
	cat >clusters/test/app.yaml <<-EOF
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: app, namespace: flux-system}
		spec: {interval: 10m, path: ./app, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
	EOF
	workload web web:1 >app/web.yaml
	git add -A && git commit -qm "$1"
}
workload() {
	cat <<-EOF
		apiVersion: apps/v1
		kind: Deployment
		metadata: {name: $1, namespace: default}
		spec:
		  selector: {matchLabels: {app: $1}}
		  template:
		    metadata: {labels: {app: $1}}
		    spec: {containers: [{name: $1, image: "$2"}]}
	EOF
}

# Commands: the configuration of a clone, of a folder in it, of the environment; the way to git.
repository commands
git config core.fsmonitor "$top/evil"
git config core.hooksPath "$top"
echo '*.yaml filter=x' >.gitattributes
git -c core.fsmonitor= add .gitattributes
git -c core.fsmonitor= commit -qm attributes
git config filter.x.clean "$top/evil"
touch app/web.yaml
rm -f "$top/ran"
runs 0 rehearse .
holds "a clone's configuration"
repository inner
mkdir -p deploy/clusters deploy/app
cp -r .git/HEAD .git/objects .git/refs .git/index deploy
printf '[core]\n\tbare = false\n\tworktree = .\n\tfsmonitor = %s/evil\n' "$top" >deploy/config
runs 0 rehearse deploy
holds "a folder that looks like a git directory"
repository environment
mkdir -p bin
cp "$top/evil" bin/git
PATH="bin:.:$PATH" runs 0 rehearse . --to HEAD --from HEAD
holds "a program of the repository"
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.fsmonitor GIT_CONFIG_VALUE_0=$top/evil runs 0 rehearse .
holds "the configuration of the environment"

# The repository that was named, whatever a hook has set.
repository broken
sed -i s/image:/imgae:/ app/web.yaml
git commit -qam broken
GIT_DIR=$top/environment/.git runs 1 rehearse . --from HEAD --to HEAD
has "$out" "image: Required value"

# All of it: what git status would not show.
repository hidden
workload new '' >app/new.yaml
git config status.showUntrackedFiles no
runs 1 rehearse .
has "$out" "Deployment/default/new"
rm app/new.yaml
sed -i s/web:1/web:2/ app/web.yaml
git update-index --assume-unchanged app/web.yaml
runs 0 rehearse . -o json
field "[c['path'] for c in r['changes'][0]['fields']]" >fields.txt
ok "a file that is assumed unchanged is shipped" grep -q image fields.txt
repository sparse
mkdir docs
echo text >docs/a.md
git add -A
git commit -qm docs
git sparse-checkout set --no-cone /clusters /docs >/dev/null 2>&1
echo more >>docs/a.md
runs 0 rehearse .
has "$out" "a sparse checkout leaves out 1 of the files"

# Little that stands for much.
repository large
head -c 300000000 /dev/zero >video.bin
git -c core.compression=1 add -A
git commit -qm large
sed -i s/web:1/web:2/ app/web.yaml
if grep -q __asan_init "$FORGE"; then
	skip "files that nothing reads take no memory" "the address sanitizer reserves terabytes of addresses"
else
	(ulimit -v 400000 && "$FORGE" rehearse . --from HEAD >../out.txt 2>../err.txt)
	ok "files that nothing reads take no memory" test $? = 0
fi
truncate -s 100M app/big.yaml
runs 1 check app
has "$out" "at most 16777216 are read"

# Nothing outside: check, and what the command line names.
mkdir "$top/machine"
printf 'first: line\nline2secret\nline3secret\n' >"$top/machine/key"
repository outside
mkdir a b c d e
echo 'resources: [x.yaml]' | tee a/kustomization.yaml c/kustomization.yaml >b/kustomization.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n' | tee a/x.yaml b/x.yaml >c/x.yaml
echo 'patches: [{path: /proc/self/environ}]' >>a/kustomization.yaml
echo 'patches: [{path: ../../machine/key}]' >>b/kustomization.yaml
ln -s ../../machine/key c/key
echo 'configMapGenerator: [{name: g, files: [key]}]' >>c/kustomization.yaml
ln -s ../../machine/key d/kustomization.yaml
ln -s ../../machine/key e/a.yaml
ln -s ../machine/key key.yaml
ln -s ../machine home
export FORGE_TEST_TOKEN=token-of-the-job
for verb in check build; do
	for path in a b c d e key.yaml home home/key; do
		"$FORGE" $verb $path >out.txt 2>err.txt
		ok "$verb $path is refused" test $? = 2
		ok "$verb $path shows nothing of it" lacks "$(cat out.txt err.txt)" secret
		ok "$verb $path shows nothing of the environment" lacks "$(cat out.txt err.txt)" token-of-the-job
	done
done
runs 1 check .
has_not "$out" secret
runs 2 sandbox run key.yaml
has "$err" "leads out of"
has_not "$err" secret
runs 2 rehearse . --scenario key.yaml
has "$err" "leads out of"
runs 0 build --load-restrictor=LoadRestrictionsNone c
has "$out" line2secret
runs 2 check --load-restrictor=LoadRestrictionsNone key.yaml

# Without a repository bases may lie beside, as kustomize has it; files may not.
mkdir -p "$top/plain/base" "$top/plain/prod" "$top/plain/wrong"
cd "$top/plain" || exit 1
echo 'resources: [x.yaml]' >base/kustomization.yaml
cp ../outside/a/x.yaml base
echo 'resources: [../base]' >prod/kustomization.yaml
echo 'resources: [../base/x.yaml]' >wrong/kustomization.yaml
runs 0 check prod
runs 0 build prod
runs 2 check wrong
runs 2 build wrong

# A release has no links, as source-controller keeps none.
repository links
git mv app base
ln -s base app
git add -A
git commit -qm link
runs 1 rehearse . --from HEAD --to HEAD
has "$out" "kustomization path not found"
runs 1 check clusters/test
has "$out" "kustomization path not found"
done_testing
