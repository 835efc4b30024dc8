/* git_run - the one place that calls the git program */
#include "source/git_run.h"

#include <signal.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/buf.h"

enum { ARGS_MAX = 96, ENV_MAX = 40, OUTPUT_BYTES_MAX = 128 << 20, WATCH_MS = 200 };

/*
 * Whatever a repository's configuration may say that runs a program, reads a file outside or
 * changes what is read. The commands that are called here use few of these; the others are there
 * for the programs that git itself might start.
 */
static const char *const forced[] = {
	"core.fsmonitor=false",
	"core.untrackedCache=false",
	"core.hooksPath=/dev/null",
	"core.pager=cat",
	"core.editor=false",
	"core.askPass=false",
	"core.sshCommand=false",
	"core.gitProxy=false",
	"core.alternateRefsCommand=false",
	"core.attributesFile=/dev/null",
	"core.excludesFile=/dev/null",
	"core.autocrlf=false",
	"core.useReplaceRefs=false",
	"core.commitGraph=false",
	"core.quotePath=false",
	"credential.helper=",
	"diff.external=false",
	"gpg.program=false",
	"gpg.ssh.program=false",
	"gpg.x509.program=false",
	"uploadpack.packObjectsHook=false",
	"fetch.recurseSubmodules=false",
	"submodule.recurse=false",
	"maintenance.auto=false",
	"gc.auto=0",
	"protocol.allow=never",
	"color.ui=false",
	"advice.graftFileDeprecated=false",
};

static const struct str fixed_env[] = {
	STR_INIT("LC_ALL=C"),
	STR_INIT("GIT_CONFIG_NOSYSTEM=1"),
	STR_INIT("GIT_CONFIG_SYSTEM=/dev/null"),
	STR_INIT("GIT_CONFIG_GLOBAL=/dev/null"),
	STR_INIT("GIT_ATTR_NOSYSTEM=1"),
	STR_INIT("GIT_TERMINAL_PROMPT=0"),
	STR_INIT("GIT_ASKPASS=false"),
	STR_INIT("GIT_OPTIONAL_LOCKS=0"),
	STR_INIT("GIT_NO_REPLACE_OBJECTS=1"),
	STR_INIT("GIT_NO_LAZY_FETCH=1"),     /* of git 2.45; before, the protocols stop it */
	STR_INIT("GIT_ALLOW_PROTOCOL=none"), /* has the last word over protocol.*.allow */
	STR_INIT("GIT_PROTOCOL_FROM_USER=0"),
	STR_INIT("GIT_LITERAL_PATHSPECS=1"),
	STR_INIT("GIT_GRAFT_FILE=/dev/null"),
	STR_INIT("GIT_PAGER=cat"),
};

/* argv and env of a call, as long as it is made. */
struct call {
	struct str argv[ARGS_MAX];
	struct str env[ENV_MAX];
	struct process_request request;
};

static void add_arg(struct call *c, struct str arg)
{
	assert(c->request.argc < ARGS_MAX);
	c->argv[c->request.argc++] = arg;
}

static void add_env(struct call *c, struct str entry)
{
	assert(c->request.env_count < ENV_MAX);
	c->env[c->request.env_count++] = entry;
}

static void call_begin(struct call *c, struct str directory)
{
	c->request = (struct process_request){
		.argv = c->argv,
		.env = c->env,
		.env_clear = true,
		.directory = directory,
		.output_bytes_max = OUTPUT_BYTES_MAX,
	};
	add_arg(c, STR("git"));
	add_arg(c, STR("--no-pager"));
}

static void add_forced(struct call *c)
{
	for (size_t i = 0; i < ARRAY_COUNT(forced); i++) {
		add_arg(c, STR("-c"));
		add_arg(c, str_from_cstr(forced[i]));
	}
}

static void call_init(struct call *c, const struct git *git, struct arena *arena,
		      const struct str *args)
{
	call_begin(c, git->root);
	add_forced(c);
	for (; args->ptr; args++)
		add_arg(c, *args);
	for (size_t i = 0; i < ARRAY_COUNT(fixed_env); i++)
		add_env(c, fixed_env[i]);
	add_env(c, str_concat(arena, STR("GIT_DIR="), git->directory));
	if (!git->is_bare)
		add_env(c, str_concat(arena, STR("GIT_WORK_TREE="), git->root));
}

int git_run(const struct git *git, struct arena *arena, const struct str *args,
	    struct process_result *ret, struct error *err)
{
	struct call call;

	call_init(&call, git, arena, args);
	call.request.timeout_ms = GIT_TIMEOUT_MS;
	return process_run(git->world, arena, &call.request, ret, err);
}

int git_run_checked(const struct git *git, struct arena *arena, const struct str *args,
		    struct str *ret, struct error *err)
{
	struct process_result result;

	if (git_run(git, arena, args, &result, err) < 0)
		return -1;
	if (result.status != 0)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "git %.*s: %.*s",
				 STR_FMT(args[0]), STR_FMT(git_complaint(result.err)));
	*ret = result.out;
	return 0;
}

struct process *git_start(const struct git *git, const struct str *args,
			  struct process_events events, struct error *err)
{
	SCRATCH(scratch);
	struct call call;

	call_init(&call, git, scratch, args);
	return process_start(git->world, &call.request, events, err);
}

/* --- the network ------------------------------------------------------------------------------ */

/* What the way to a server may depend on. Nothing of these says what is run. */
static const char *const network_env[] = { "https_proxy",  "HTTPS_PROXY",   "http_proxy",
					   "all_proxy",	   "ALL_PROXY",	    "no_proxy",
					   "NO_PROXY",	   "SSL_CERT_FILE", "SSL_CERT_DIR",
					   "SSH_AUTH_SOCK" };

/* Behind those that forbid everything: of two values of a key the last one counts. */
static void allow_network(struct call *c, struct arena *arena, const char *protocol)
{
	const struct str config[] = {
		str_printf(arena, "protocol.%s.allow=always", protocol),
		STR("core.sshCommand=ssh -oBatchMode=yes"),
		STR("http.followRedirects=false"),
		STR("http.emptyAuth=false"),
		STR("transfer.bundleURI=false"),
		STR("fetch.fsckObjects=false"),
		STR("fetch.unpackLimit=1"), /* one pack, whatever it holds */
	};

	for (size_t i = 0; i < ARRAY_COUNT(config); i++) {
		add_arg(c, STR("-c"));
		add_arg(c, config[i]);
	}
}

/* Where no other user of the machine sees it: a command line can be seen by all. */
static void add_credentials(struct call *c, struct arena *arena, struct str credentials)
{
	if (!credentials.ptr)
		return;
	add_env(c, STR("GIT_CONFIG_COUNT=1"));
	add_env(c, STR("GIT_CONFIG_KEY_0=http.extraHeader"));
	add_env(c, str_concat(arena, STR("GIT_CONFIG_VALUE_0=Authorization: Basic "),
			      base64_encode(arena, credentials, 0)));
}

static void add_network_env(struct call *c, struct arena *arena, const struct git *git)
{
	for (size_t i = 0; i < ARRAY_COUNT(network_env); i++) {
		struct str value = world_env(git->world, network_env[i]);
		if (value.ptr)
			add_env(c, str_printf(arena, "%s=%.*s", network_env[i], STR_FMT(value)));
	}
}

/* A program that is looked after while it runs. */
struct watched {
	struct world *world;
	const struct git_network *network;
	struct process *process;
	struct buf out, err;
	int status;
	bool has_ended;
};

static void take_output(void *data, enum process_stream stream, struct str chunk)
{
	struct watched *w = data;
	struct buf *buf = stream == PROCESS_OUT ? &w->out : &w->err;

	if (buf->len + chunk.len > OUTPUT_BYTES_MAX)
		process_kill(w->process, SIGKILL);
	else
		buf_add(buf, chunk);
}

static void take_end(void *data, int status)
{
	struct watched *w = data;

	w->status = status;
	w->has_ended = true;
}

static int wait_watched(struct watched *w, struct error *err)
{
	int64_t left_ms = w->network->timeout_ms;

	while (!w->has_ended && left_ms > 0) {
		int64_t step_ms = MIN(left_ms, (int64_t)WATCH_MS);
		/* A deadline of a step is no error. */
		if (world_wait(w->world, &w->has_ended, step_ms, err) < 0 &&
		    err->code != ERROR_DEADLINE)
			return -1;
		left_ms -= step_ms;
		if (!w->has_ended && w->network->is_too_much &&
		    w->network->is_too_much(w->network->data))
			process_kill(w->process, SIGKILL);
	}
	if (w->has_ended)
		return 0;
	return error_set(err, ERROR_DEADLINE, ERROR_NO_POSITION, "git took more than %lld ms",
			 (long long)w->network->timeout_ms);
}

static int run_watched(struct world *world, struct arena *arena,
		       const struct process_request *request, const struct git_network *network,
		       struct process_result *ret, struct error *err)
{
	struct watched *w = arena_one(arena, struct watched);
	struct process_events events = { take_output, take_end, w };
	struct error ignored;

	*w = (struct watched){ .world = world, .network = network };
	buf_init(&w->out, arena);
	buf_init(&w->err, arena);
	w->process = process_start(world, request, events, err);
	if (!w->process)
		return -1;
	process_close_input(w->process);
	int result = wait_watched(w, err);
	if (!w->has_ended) {
		process_kill(w->process, SIGKILL);
		if (world_wait(world, &w->has_ended, GIT_TIMEOUT_MS, &ignored) < 0)
			return -1;
	}
	*ret = (struct process_result){ w->status, buf_str(&w->out), buf_str(&w->err) };
	return result;
}

int git_run_network(const struct git *git, struct arena *arena, const struct git_network *network,
		    const struct str *args, struct process_result *ret, struct error *err)
{
	struct call call;

	call_begin(&call, git->root);
	add_forced(&call);
	allow_network(&call, arena, network->protocol);
	for (; args->ptr; args++)
		add_arg(&call, *args);
	for (size_t i = 0; i < ARRAY_COUNT(fixed_env); i++)
		if (!str_starts(fixed_env[i], STR("GIT_ALLOW_PROTOCOL=")))
			add_env(&call, fixed_env[i]);
	add_env(&call, str_printf(arena, "GIT_ALLOW_PROTOCOL=%s", network->protocol));
	add_env(&call, str_concat(arena, STR("GIT_DIR="), git->directory));
	add_credentials(&call, arena, network->credentials);
	add_network_env(&call, arena, git);
	return run_watched(git->world, arena, &call.request, network, ret, err);
}

/* --- safe.directory --------------------------------------------------------------------------- */

int git_read_safe_directories(struct world *world, struct arena *arena, struct str *ret,
			      struct error *err)
{
	static const char *const scopes[] = { "--system", "--global" };
	static const char *const kept[] = { "HOME", "XDG_CONFIG_HOME" };
	struct process_result result;
	struct str all = STR("");

	for (size_t i = 0; i < ARRAY_COUNT(scopes); i++) {
		struct call call;
		call_begin(&call, STR("/"));
		add_arg(&call, STR("config"));
		add_arg(&call, str_from_cstr(scopes[i]));
		add_arg(&call, STR("--includes"));
		add_arg(&call, STR("-z"));
		add_arg(&call, STR("--get-all"));
		add_arg(&call, STR("safe.directory"));
		add_env(&call, STR("LC_ALL=C"));
		add_env(&call, STR("GIT_DIR=/dev/null")); /* in no repository */
		for (size_t k = 0; k < ARRAY_COUNT(kept); k++)
			if (world_env(world, kept[k]).ptr)
				add_env(&call, str_printf(arena, "%s=%.*s", kept[k],
							  STR_FMT(world_env(world, kept[k]))));
		call.request.timeout_ms = GIT_TIMEOUT_MS;
		if (process_run(world, arena, &call.request, &result, err) < 0)
			return -1;
		if (result.status == 0)
			all = str_concat(arena, all, result.out);
	}
	*ret = all;
	return 0;
}

struct str git_complaint(struct str text)
{
	text = str_trim(text);
	ptrdiff_t line = str_find_last_char(text, '\n');

	return str_strip_prefix(str_from(text, (size_t)(line + 1)), STR("fatal: "));
}
