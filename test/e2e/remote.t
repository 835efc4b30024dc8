#!/bin/sh
# remote - remote bases: fetched, cached, locked, and what a hostile one cannot do
. "$FORGE_TOP/test/lib.sh"

top=$PWD
unset CI XDG_CACHE_HOME
cache=$HOME/.cache/forge/remote

# commit FOLDER: all files there are its next commit
commit() {
	[ -d "$1/.git" ] || git init -q -b main "$1"
	git -C "$1" add -A && git -C "$1" commit -qm more
}

mkdir -p src/app src/base src/part
cat >src/app/kustomization.yaml <<'END'
resources: [../base, cm.yaml]
components: [../part]
namePrefix: x-
configMapGenerator:
- name: made
  literals: [a=b]
END
cat >src/app/cm.yaml <<'END'
apiVersion: v1
kind: ConfigMap
metadata: {name: plain}
data: {a: b}
END
echo 'resources: [d.yaml]' >src/base/kustomization.yaml
cat >src/base/d.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 1}
END
cat >src/part/kustomization.yaml <<'END'
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
commonAnnotations: {part: "yes"}
END
commit src
git -C src tag -m tag v1
first=$(git -C src rev-parse HEAD)
git -C src branch side

# One by each way of naming it. kustomize is asked where it is installed, before anything changes.
mkdir user annotated component
cat >user/kustomization.yaml <<END
resources:
- file://$top/src//app?ref=v1
nameSuffix: -u
END
cat >annotated/kustomization.yaml <<END
resources:
- file://$top/src//app?ref=main
buildMetadata: [originAnnotations, transformerAnnotations]
END
cat >component/kustomization.yaml <<END
resources: ["file://$top/src//base?version=side&timeout=61"]
components: [file://$top/src//part]
END
for one in user annotated component; do
	runs 0 build $one
	built=$out
	if command -v kustomize >/dev/null 2>&1; then
		ok "it is what kustomize builds: $one" equal "$built" "$(kustomize build $one)"
	else
		skip "it is what kustomize builds: $one" "kustomize is not installed"
	fi
done

# Without an entry a build warns, once for each; with one it uses the commit that is locked.
runs 0 build user
unlocked=$out
has "$err" "user/kustomization.yaml:2:3: the remote base 'file://$top/src//app?ref=v1' is not locked"
has "$err" "forge build --update-lock"
runs 1 build --strict user
ok "a build writes no lock file" test ! -e user/forge.lock
runs 0 build --update-lock user
is "$out" "$unlocked"
is_empty "$err"
is "$(sed 1d user/forge.lock)" "remotes:
- url: file://$top/src//app?ref=v1
  commit: $first"
runs 0 build --offline user
is "$out" "$unlocked"
is_empty "$err"

# The lock file holds although the branch moves, until it is asked to follow.
sed -i 's/ref=v1/ref=main/' user/kustomization.yaml
runs 0 build --update-lock user
sed -i 's/replicas: 1/replicas: 2/' src/base/d.yaml
commit src
second=$(git -C src rev-parse HEAD)
runs 0 build user
has "$out" "replicas: 1"
has_not "$err" "not locked"
runs 0 build --update-lock user
has "$out" "replicas: 2"
is "$(sed 1d user/forge.lock)" "remotes:
- url: file://$top/src//app?ref=main
  commit: $second
- url: file://$top/src//app?ref=v1
  commit: $first"
before=$(ls -l --time-style=full-iso user/forge.lock)
runs 0 build --update-lock user
is "$(ls -l --time-style=full-iso user/forge.lock)" "$before"

# A commit that is in the cache needs no server; one that is not there is an error where nothing is fetched.
mv src gone
runs 0 build user
has "$out" "replicas: 2"
mv gone src
mv "$cache" kept
runs 3 build --offline user
has "$err" "the remote base 'file://$top/src//app?ref=main' is not in the cache, and nothing is fetched (--offline)"
has "$err" "user/kustomization.yaml:2:3"
has "$err" "forge build --offline=false"
ok "nothing is made in the cache" test ! -e "$cache/git/*/*"
rm -rf "$cache"
mv kept "$cache"

# CI: offline is the default there, but for who asks.
export CI=true
runs 0 build user
runs 3 build component
has "$err" "'file://$top/src//base?version=side&timeout=61' is not in forge.lock, and nothing is fetched (CI is set"
has "$err" "component/kustomization.yaml:1:13"
has "$err" "forge build --update-lock"
runs 0 build --offline=false component
runs 0 build --update-lock component
runs 0 build component
runs 2 build --update-lock --offline component
has "$err" "--offline forbids that"
export CI=false
rm component/forge.lock
runs 0 build component
unset CI

# The other verbs take the lock file and the cache, unless they are told to fetch.
runs 3 check component
has "$err" "--offline is the default here"
runs 0 why user Deployment/x-web-u spec.replicas
has "$out" "file://$top/src@main//base/d.yaml:4:18"
has "$out" "of base user/kustomization.yaml:2:3"
runs 3 why component Deployment/web spec.replicas
runs 0 why --offline=false component Deployment/web spec.replicas
runs 0 build --origins user
has "$out" "# file://$top/src@main//base/d.yaml:4:18"
mkdir many many/a many/b
cp user/kustomization.yaml user/forge.lock many/a
cp component/kustomization.yaml many/b
runs 0 build -r many
has "$out" "name: x-web-u"
has "$out" "part: \"yes\""
runs 1 build -r --offline many
has "$err" "many/b"
has "$out" "name: x-web-u"
# Without a repository each has its own lock file, and they may differ.
mkdir many/c
cp user/kustomization.yaml many/c
sed "s/$second/$first/" user/forge.lock >many/c/forge.lock
runs 0 build -r many
has "$out" "replicas: 1"
has "$out" "replicas: 2"
rm -r many/c

# diff and rehearse read the lock file of each revision.
mkdir team
cp user/kustomization.yaml team
cp user/forge.lock team
commit team
sed -i "s/commit: $second/commit: $first/" team/forge.lock
(cd team && "$FORGE" diff HEAD >../out.txt 2>../err.txt)
ok "diff of two locks" contains "$(cat out.txt)" "+ spec.replicas: 1"

(cd team && "$FORGE" rehearse --no-rollback . >../out.txt 2>../err.txt)
ok "rehearse builds remote bases" lacks "$(cat out.txt err.txt)" "remote base"
ok "rehearse ships what the other lock names" contains "$(cat out.txt)" "x-web-u"
(cd team && XDG_CACHE_HOME=$top/empty "$FORGE" rehearse --no-rollback . >../out.txt 2>../err.txt)
ok "rehearse fetches nothing" contains "$(cat out.txt err.txt)" "is not in the cache, and nothing is fetched"

# The repository's root holds the lock file, whatever folder is named.
mkdir -p team/deep/er
cp component/kustomization.yaml team/deep/er
(cd team && "$FORGE" build --update-lock deep/er >../out.txt 2>../err.txt)
ok "the entry is added in the root" grep -q 'version=side' team/forge.lock
ok "none is made below" test ! -e team/deep/er/forge.lock
printf 'remotes:\n- {url: x, commit: main}\n' >user/forge.lock
runs 2 build user
has "$err" "forge.lock': line 2: an entry has a commit of 40 digits"
rm user/forge.lock

# Four bases deep: the place where a person must look, and the way there.
mkdir -p chain/a chain/b far/c far/d
echo 'resources: [../b]' >chain/a/kustomization.yaml
printf 'resources:\n- file://%s/far//c\n' "$top" >chain/b/kustomization.yaml
echo 'resources: [../d]' >far/c/kustomization.yaml
printf 'resources: [x.yaml]\n\nnamePrefixx: y\n' >far/d/kustomization.yaml
commit far
runs 2 build chain/a
has "$err" "  --> file://$top/far//d/kustomization.yaml:3:1
   | namePrefixx: y
   | ^
  from file://$top/far//c/kustomization.yaml:1:13
  from $top/chain/b/kustomization.yaml:2:3
  from $top/chain/a/kustomization.yaml:1:13"

# --- what a hostile one cannot do ---

# refused NAME STATUS MESSAGE: the kustomization of hostile/ does not build
refused() {
	runs "$2" build hostile
	ok "$1: it says '$3'" contains "$err" "$3"
	ok "$1: nothing was run" test ! -e "$top/ran"
}
mkdir hostile
for url in "ext::sh -c touch% $top/ran" "--upload-pack=touch $top/ran" "-oProxyCommand=touch $top/ran" \
	"git@-oProxyCommand=touch:a/b" "fd::17/x/y" "s3://bucket/a/b"; do
	printf 'resources: ["%s"]\n' "$url" >hostile/kustomization.yaml
	refused "$url" 2 "accumulating resources"
done
for ref in -x --upload-pack=touch main:main %2Bmain; do
	printf 'resources: ["file://%s/src//app?ref=%s"]\n' "$top" "$ref" >hostile/kustomization.yaml
	refused "the ref $ref" 2 "is no name that git allows"
done
printf 'resources: ["file://%s/src//../x"]\n' "$top" >hostile/kustomization.yaml
refused "a path that leaves" 2 "url path exits repo"

# What a clone names stays in it: bases, files, links, and the disk.
mkdir -p trap/base trap/file trap/link trap/absolute trap/scheme trap/self
echo 'resources: [../../../user]' >trap/base/kustomization.yaml
printf 'configMapGenerator: [{name: x, files: [../../secret.txt]}]\n' >trap/file/kustomization.yaml
printf 'configMapGenerator: [{name: x, files: [passwd, inside]}]\n' >trap/link/kustomization.yaml
ln -s /etc/passwd trap/link/passwd
ln -s ../../../secret.txt trap/link/inside
echo 'resources: [/etc]' >trap/absolute/kustomization.yaml
ln -s /etc trap/out
printf 'resources: ["file://%s/trap//self"]\n' "$top" >trap/self/kustomization.yaml
echo 'the secret of the disk' >secret.txt
commit trap
base() { printf 'resources: ["file://%s/trap//%s"]\n' "$top" "$1" >hostile/kustomization.yaml; }
base base
refused "a base outside" 2 "security; bases in kustomizations found in cloned git repos must be within the repo"
base file
refused "a file outside" 2 "leads out of"
base link
refused "a link outside" 2 "leads out of"
has_not "$out$err" "the secret of the disk"
runs 2 build --load-restrictor=LoadRestrictionsNone hostile
has_not "$out$err" "the secret of the disk"
base absolute
refused "an absolute path" 2 "must be within the repo"
base out
refused "a folder outside" 2 "leads out of"
base self
refused "a circle" 2 "cycle detected"
base none
refused "a folder that is not there" 2 "does not exist"

# Credentials: neither printed nor kept.
cat >hostile/kustomization.yaml <<'END'
resources: ["https://user:hunter2hunter2@127.0.0.1:1/org/repo//app?ref=v1"]
END
refused "a password" 3 "git cannot read 'https://127.0.0.1:1/org/repo'"
has_not "$out$err" "hunter2"
runs 3 build --offline hostile
has_not "$out$err" "hunter2"
runs 3 check hostile
has_not "$out$err" "hunter2"

# The cache is the user's own.
mv "$cache" moved
ln -s "$top/moved" "$cache"
runs 4 build component
has "$err" "'$cache' is a link"
rm "$cache"
mv moved "$cache"

# --- single files, by HTTP ---
if ! command -v python3 >/dev/null 2>&1; then
	skip "files by HTTP" "python3 is not installed"
	done_testing
fi
mkdir served
cp src/base/d.yaml served/d.yaml
cat >serve.py <<'END'
import base64, http.server, os, subprocess, sys
BACKEND = subprocess.run(["git", "--exec-path"], capture_output=True, text=True).stdout.strip() + "/git-http-backend"
class Handler(http.server.SimpleHTTPRequestHandler):
    def is_allowed(self):
        return self.headers.get("Authorization") == "Basic " + base64.b64encode(b"me:hunter2hunter2").decode()
    def do_git(self):
        path, _, query = self.path.partition("?")
        if path.startswith("/git/old/"):
            self.send_response(301)
            self.send_header("Location", self.path.replace("/git/old/", "/git/open/"))
            self.end_headers()
            return
        if path.startswith("/git/closed/") and not self.is_allowed():
            self.send_response(401)
            self.send_header("WWW-Authenticate", "Basic")
            self.end_headers()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            import gzip
            body = gzip.decompress(body)
        env = dict(os.environ, GIT_PROJECT_ROOT=os.path.abspath("."), GIT_HTTP_EXPORT_ALL="1", QUERY_STRING=query,
                   PATH_INFO=path.replace("/git/open/", "/").replace("/git/closed/", "/"), REQUEST_METHOD=self.command,
                   CONTENT_TYPE=self.headers.get("Content-Type", ""), HTTP_GIT_PROTOCOL=self.headers.get("Git-Protocol", ""))
        answer = subprocess.run([BACKEND], input=body, env=env, capture_output=True).stdout
        head, _, body = answer.partition(b"\r\n\r\n")
        headers = dict(line.decode().split(": ", 1) for line in head.split(b"\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
    def do_POST(self):
        self.do_git()
    def do_GET(self):
        if self.path.startswith("/git/"):
            return self.do_git()
        moved = {"/moved.yaml": "/d.yaml", "/file.yaml": "file:///etc/passwd", "/round.yaml": "/round.yaml"}
        if self.path in moved:
            self.send_response(302)
            self.send_header("Location", moved[self.path])
            self.end_headers()
        elif self.path == "/auth.yaml" and not self.is_allowed():
            self.send_error(401)
        elif self.path == "/huge.yaml":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(20):
                    self.wfile.write(b"#" * (1 << 20))
            except OSError:
                pass
        else:
            if self.path == "/auth.yaml":
                self.path = "/d.yaml"
            super().do_GET()
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Handler(*a, directory="served"))
print(server.server_port, flush=True)
server.serve_forever()
END
mkfifo port
python3 serve.py >port 2>/dev/null &
server=$!
trap 'kill $server' EXIT
read -r port <port
http=http://127.0.0.1:$port
mkdir web
printf 'resources: [%s/d.yaml]\n' "$http" >web/kustomization.yaml
runs 0 build web
has "$out" "name: web"
has "$err" "is not locked"
if command -v kustomize >/dev/null 2>&1; then
	ok "it is what kustomize builds from a file" equal "$out" "$(kustomize build web)"
else
	skip "it is what kustomize builds from a file" "kustomize is not installed"
fi
runs 0 build --update-lock web
is "$(sed 1d web/forge.lock)" "remotes:
- url: $http/d.yaml
  sha256: $(sha256sum <served/d.yaml | cut -d' ' -f1)"
echo '# changed' >>served/d.yaml
runs 0 build --offline web
is_empty "$err"
rm -rf "$cache/file"
runs 3 build web
has "$err" "is not the one of forge.lock any more"
runs 0 build --update-lock web
runs 0 build web
web() { printf 'resources: ["%s/%s"]\n' "${2:-$http}" "$1" >web/kustomization.yaml; }

# Other files than resources, too.
mkdir parts
printf '{apiVersion: v1, kind: ConfigMap, metadata: {name: web}, data: {by: url}}\n' >served/patch.yaml
cat >parts/kustomization.yaml <<END
configMapGenerator: [{name: web, literals: [a=b], files: ["d.yaml=$http/d.yaml"], options: {disableNameSuffixHash: true}}]
patches: [{path: "$http/patch.yaml"}]
END
runs 0 build parts
has "$out" "by: url"
has "$err" "the remote base '$http/patch.yaml' is not locked"
if command -v kustomize >/dev/null 2>&1; then
	ok "it is what kustomize builds from files" equal "$out" "$(kustomize build parts)"
else
	skip "it is what kustomize builds from files" "kustomize is not installed"
fi
runs 3 build --offline parts
has "$err" "parts/kustomization.yaml:1"
web moved.yaml
runs 0 build web
has "$out" "name: web"
for bad in file.yaml round.yaml none.yaml huge.yaml auth.yaml; do
	web $bad
	runs 3 build web
	has "$err" "web/kustomization.yaml:1:13"
	has_not "$out$err" "root:"
done
web auth.yaml "http://me:hunter2hunter2@127.0.0.1:$port"
runs 0 build --update-lock web
has "$out" "name: web"
has_not "$(cat web/forge.lock)$err" "hunter2"
runs 0 build --offline web

# --- repositories, by HTTP ---
web "git/open/src/.git//app?ref=v1"
runs 0 build web
by_http=$out
has "$out" "name: x-web"
if command -v kustomize >/dev/null 2>&1; then
	ok "it is what kustomize builds by HTTP" equal "$out" "$(kustomize build web)"
else
	skip "it is what kustomize builds by HTTP" "kustomize is not installed"
fi
web "git/closed/src/.git//app?ref=v1"
runs 3 build web
has "$err" "git cannot read '$http/git/closed/src/.git'"
has "$err" "no credentials are asked for"
web "git/closed/src/.git//app?ref=v1" "http://me:hunter2hunter2@127.0.0.1:$port"
runs 0 build --update-lock web
is "$out" "$by_http"
has_not "$(cat web/forge.lock)$err" "hunter2"
ok "the cache does not have them, either" test -z "$(grep -r hunter2 "$cache")"
web "git/old/src/.git//app?ref=v1"
runs 3 build web
has "$err" "redirects are not followed"
mkdir -p evil/x
printf 'resources: ["file://%s/src//app"]\n' "$top" >evil/x/kustomization.yaml
commit evil
web git/open/evil/.git//x
runs 2 build web
has "$err" "a base that was fetched by http names one by file"
has "$err" "  --> $http/git/open/evil/.git//x/kustomization.yaml:1:13"

done_testing
