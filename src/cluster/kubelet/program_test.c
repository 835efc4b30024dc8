/* program_test - how commands end, when probes pass, which references of images can be parsed */
#include "cluster/kubelet/program.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"

static const struct {
	const char *container;
	int code;
} commands[] = {
	{ "{name: a}", PROGRAM_RUNS },
	{ "{command: [/bin/false]}", 1 },
	{ "{command: [\"true\"]}", 0 },
	{ "{command: [/app/server, --port, \"80\"]}", PROGRAM_RUNS },
	{ "{command: [sh, -c, exit 1]}", 1 },
	{ "{command: [/bin/sh, -ec], args: [\"echo hello; exit 3\"]}", 3 },
	{ "{command: [sh], args: [-c, \"exit 0\"]}", 0 },
	{ "{command: [sh, -c, \"exit 256\"]}", 0 },
	{ "{command: [sh, -c, \"false; true\"]}", 0 },
	{ "{command: [sh, -c, \"exit 1; echo never\"]}", 1 },
	{ "{command: [sh, -c, \"sleep 5; exit 1\"]}", PROGRAM_RUNS },
	{ "{command: [sh, -c, \"exit $CODE\"]}", PROGRAM_RUNS },
	{ "{command: [sh, -c, \"test -f x || exit 1\"]}", PROGRAM_RUNS },
	{ "{command: [sh, script.sh]}", PROGRAM_RUNS },
	{ "{command: {a: b}}", PROGRAM_RUNS },
	{ "{args: [\"false\"]}", PROGRAM_RUNS },
};

static void commands_end(void)
{
	struct arena *arena = arena_new("program_test");

	for (size_t i = 0; TEST_ROW(commands, i, commands[i].container); i++)
		CHECK_INT(program_exit_code(node_make(arena, commands[i].container)),
			  commands[i].code);
	arena_free(arena);
}

#define NEVER INT64_MAX
#define PORTS "ports: [{name: http, containerPort: 8080}]"
#define GET   "httpGet: {path: /, port: http}"

static const struct {
	const char *container;
	int64_t listens_ms, ready_ms, kill_ms;
	const char *why; /* part of it */
	const char *open_ports;
} probes[] = {
	{ "{name: a}", 0, 0, NEVER, NULL },
	{ "{name: a}", 60000, 0, NEVER, NULL },
	{ "{name: a, " PORTS ", readinessProbe: {" GET "}}", 0, 0, NEVER, NULL },
	{ "{name: a, " PORTS ", readinessProbe: {" GET "}}", 15000, 20000, NEVER, NULL },
	{ "{name: a, " PORTS ", readinessProbe: {" GET ", initialDelaySeconds: 3, periodSeconds: "
	  "5}}",
	  7000, 8000, NEVER, NULL },
	{ "{name: a, " PORTS ", readinessProbe: {" GET ", successThreshold: 2}}", 15000, 30000,
	  NEVER, NULL },
	{ "{name: a, " PORTS ", readinessProbe: {httpGet: {port: metrics}}}", 0, NEVER, NEVER,
	  "the readiness probe of container a names a port that the container does not have" },
	{ "{name: a, " PORTS ", readinessProbe: {tcpSocket: {port: 9090}}}", 0, NEVER, NEVER,
	  "on which it does not listen" },
	{ "{name: a, readinessProbe: {tcpSocket: {port: 9090}}}", 0, 0, NEVER, NULL, NULL },
	{ "{name: a, " PORTS ", readinessProbe: {tcpSocket: {port: 9090}}}", 0, 0, NEVER, NULL,
	  "80,9090" },
	{ "{name: a, " PORTS ", readinessProbe: {tcpSocket: {port: 9090}}}", 0, NEVER, NEVER,
	  "on which it does not listen", "909,x" },
	{ "{name: a, " PORTS ", livenessProbe: {" GET ", initialDelaySeconds: 10, periodSeconds: "
	  "5}}",
	  60000, 0, 20000, NULL },
	{ "{name: a, " PORTS ", livenessProbe: {" GET ", initialDelaySeconds: 60}}", 60000, 0,
	  NEVER, NULL },
	/* The error of a probe is thrown away. */
	{ "{name: a, " PORTS ", livenessProbe: {httpGet: {port: metrics}}}", 0, 0, NEVER,
	  "liveness" },
	{ "{name: a, " PORTS ", livenessProbe: {httpGet: {port: 1}}}", 0, 0, 20000, "liveness" },
	{ "{name: a, " PORTS ", startupProbe: {" GET "}, livenessProbe: {" GET "}}", 120000, 120000,
	  20000, NULL },
	{ "{name: a, " PORTS ", startupProbe: {" GET ", failureThreshold: 30}, livenessProbe: "
	  "{" GET "}}",
	  120000, 120000, NEVER, NULL },
	{ "{name: a, " PORTS ", startupProbe: {httpGet: {port: x}}, readinessProbe: {" GET "}}", 0,
	  NEVER, NEVER, "startup" },
	{ "{name: a, livenessProbe: [x], readinessProbe: 5, ports: {a: b}}", 0, 0, NEVER, NULL },
};

static void probes_pass(void)
{
	struct arena *arena = arena_new("program_test");

	for (size_t i = 0; TEST_ROW(probes, i, probes[i].container); i++) {
		const struct program program = { probes[i].listens_ms,
						 str_from_cstr(probes[i].open_ports) };
		struct probe_outlook outlook = program_probe_outlook(
			arena, node_make(arena, probes[i].container), &program);
		CHECK_INT(outlook.ready_ms, probes[i].ready_ms);
		CHECK_INT(outlook.kill_ms, probes[i].kill_ms);
		CHECK(probes[i].why ? str_contains(outlook.why, str_from_cstr(probes[i].why))
				    : !outlook.why.len);
	}
	arena_free(arena);
}

static const struct {
	const char *image, *fault;
} images[] = {
	{ "web", "" },
	{ "web:1.0.0", "" },
	{ "acme/web_app:v1-rc.1", "" },
	{ "registry.example.com:5000/acme/web:1.0", "" },
	{ "localhost/web", "" },
	{ "Registry.example.com/acme/web", "" },
	{ "web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "" },
	{ "Web:1.0.0", "repository name must be lowercase" },
	{ "acme/Web", "repository name must be lowercase" },
	{ "web:1.1.0:latest", "invalid reference format" },
	{ "web:", "invalid reference format" },
	{ "web:-1", "invalid reference format" },
	{ "web app", "invalid reference format" },
	{ "/web", "invalid reference format" },
	{ "web/", "invalid reference format" },
	{ "a..b", "invalid reference format" },
	{ "web@sha256", "invalid reference format" },
};

static void references_of_images(void)
{
	for (size_t i = 0; TEST_ROW(images, i, images[i].image); i++)
		CHECK_STR(program_image_fault(str_from_cstr(images[i].image)),
			  str_from_cstr(images[i].fault));
}

TESTS({ "commands that say how they end", commands_end },
      { "probes pass or kill by the ports and the time of the program", probes_pass },
      { "references of images", references_of_images })
