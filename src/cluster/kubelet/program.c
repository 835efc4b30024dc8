/* program - what is known of the program in a container: how it ends, when it answers */
#include "cluster/kubelet/program.h"

#include "base/arena.h"
#include "base/num.h"

enum { COUNT_MAX = 1000000 }; /* seconds or times: what is larger is taken as this */

/* Commands */

static struct str base_name(struct str path)
{
	ptrdiff_t slash = str_find_last_char(path, '/');

	return slash < 0 ? path : str_from(path, (size_t)slash + 1);
}

/* One command of a script. *ret_ends: the script ends with it. False: it is not known. */
static bool part_of_script(struct str part, int *code, bool *ret_ends)
{
	struct str word = str_cut(&part, ' ');
	int64_t number = *code;

	if (str_equal(word, STR("exit"))) {
		*ret_ends = true;
		if (part.len && !num_int64(str_trim(part), &number))
			return false;
		*code = (int)(number & 255);
		return true;
	}
	if (str_equal(word, STR("false"))) {
		*code = 1;
		return true;
	}
	*code = 0;
	return str_equal(word, STR("true")) || str_equal(word, STR(":")) ||
	       str_equal(word, STR("echo"));
}

/* Simple commands in a row, each of which is known. */
static int exit_code_of_script(struct str script)
{
	int code = 0;
	bool ends = false;

	if (str_find_char(script, '$') >= 0 || str_find_char(script, '`') >= 0 ||
	    str_find_char(script, '|') >= 0 || str_find_char(script, '&') >= 0)
		return PROGRAM_RUNS;
	while (script.ptr && !ends) {
		struct str line = str_cut(&script, '\n');
		while (line.ptr && !ends) {
			struct str part = str_trim(str_cut(&line, ';'));
			if (part.len && !part_of_script(part, &code, &ends))
				return PROGRAM_RUNS;
		}
	}
	return code;
}

static bool is_shell(struct str name)
{
	static const struct str shells[] = { STR_INIT("sh"), STR_INIT("bash"), STR_INIT("ash"),
					     STR_INIT("dash") };

	for (size_t i = 0; i < ARRAY_COUNT(shells); i++)
		if (str_equal(shells[i], name))
			return true;
	return false;
}

int program_exit_code(const struct node *container)
{
	const struct node *command = node_get(container, STR("command"));
	const struct node *args = node_get(container, STR("args"));
	struct str name = base_name(node_text(node_item(command, 0)));
	const struct node *flag = node_item(command, 1), *script = node_item(command, 2);

	if (str_equal(name, STR("false")))
		return 1;
	if (str_equal(name, STR("true")))
		return 0;
	if (!is_shell(name))
		return PROGRAM_RUNS;
	if (!flag) {
		flag = node_item(args, 0);
		script = node_item(args, 1);
	} else if (!script) {
		script = node_item(args, 0);
	}
	bool has_script = node_is_scalar(script) && str_starts(node_text(flag), STR("-")) &&
			  str_ends(node_text(flag), STR("c"));
	return has_script ? exit_code_of_script(node_text(script)) : PROGRAM_RUNS;
}

/* Probes */

static int64_t bounded_at(const struct node *n, struct trusted_path path, int64_t fallback)
{
	return MIN(MAX(node_find_int(n, path, fallback), (int64_t)0), (int64_t)COUNT_MAX);
}

/* When probes run: initial + k × period. */
struct timing {
	int64_t initial_ms, period_ms;
	int64_t failures, successes;
};

static struct timing timing_of(const struct node *probe)
{
	return (struct timing){
		.initial_ms = bounded_at(probe, TRUSTED_PATH("initialDelaySeconds"), 0) * 1000,
		.period_ms = MAX(bounded_at(probe, TRUSTED_PATH("periodSeconds"), 10), 1) * 1000,
		.failures = MAX(bounded_at(probe, TRUSTED_PATH("failureThreshold"), 3), 1),
		.successes = MAX(bounded_at(probe, TRUSTED_PATH("successThreshold"), 1), 1),
	};
}

/* The first run of a probe at or behind a moment; probes begin at from_ms at the earliest. */
static int64_t first_run_ms(const struct timing *t, int64_t from_ms, int64_t wanted_ms)
{
	int64_t begin_ms = MAX(t->initial_ms, from_ms);

	if (wanted_ms <= begin_ms)
		return begin_ms;
	return begin_ms + (wanted_ms - begin_ms + t->period_ms - 1) / t->period_ms * t->period_ms;
}

enum answer { ANSWERS, REFUSES, ERRS };

/* What the program says at the port of a probe, once it runs. */
static bool is_open(struct str ports, int64_t wanted)
{
	int64_t number;

	while (ports.ptr) {
		struct str one = str_cut(&ports, ',');
		if (num_int64(one, &number) && number == wanted)
			return true;
	}
	return false;
}

static enum answer answer_of(const struct node *container, const struct node *probe,
			     struct str open_ports)
{
	static const struct str kinds[] = { STR_INIT("httpGet"), STR_INIT("tcpSocket"),
					    STR_INIT("grpc") };
	const struct node *ports = node_get(container, STR("ports")), *port = NULL;
	int64_t number = 0;

	for (size_t i = 0; i < ARRAY_COUNT(kinds) && !port; i++)
		port = node_get(node_get(probe, kinds[i]), STR("port"));
	if (!port)
		return ANSWERS;
	bool is_number = node_int64(port, &number);
	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *p = node_item(ports, i);
		if (is_number ? node_int_at(p, "containerPort", 0) == number
			      : str_equal(node_str_at(p, "name"), node_text(port)))
			return ANSWERS;
	}
	if (!is_number)
		return ERRS;
	return node_item_count(ports) && !is_open(open_ports, number) ? REFUSES : ANSWERS;
}

static struct str fault_text(struct arena *arena, const char *probe, enum answer answer,
			     const struct node *container)
{
	return str_printf(arena, "the %s probe of container %.*s names a port %s", probe,
			  STR_FMT(node_str_at(container, "name")),
			  answer == ERRS ? "that the container does not have"
					 : "on which it does not listen");
}

struct outlook_step {
	struct arena *arena;
	const struct node *container;
	const struct program *program;
	int64_t from_ms; /* probes begin: the startup probe has passed */
	struct probe_outlook *ret;
};

/* When a probe first passes; INT64_MAX: never. Notes when it kills. An error of a probe is thrown
 * away: nothing happens (kubelet, prober/worker.go, doProbe). */
static int64_t passes_ms(const struct outlook_step *s, const char *name, const char *key,
			 bool kills)
{
	const struct node *probe = node_get(s->container, str_from_cstr(key));
	struct timing t = timing_of(probe);
	enum answer answer = answer_of(s->container, probe, s->program->open_ports);
	int64_t passes = first_run_ms(&t, s->from_ms, s->program->listens_ms);
	int64_t gives_up = first_run_ms(&t, s->from_ms, 0) + (t.failures - 1) * t.period_ms;

	if (!probe)
		return s->from_ms;
	if (answer != ANSWERS && !s->ret->why.len)
		s->ret->why = fault_text(s->arena, name, answer, s->container);
	if (answer != ANSWERS)
		passes = INT64_MAX;
	if (kills && answer != ERRS && passes > gives_up && gives_up < s->ret->kill_ms) {
		s->ret->kill_ms = gives_up;
		s->ret->killer = name;
	}
	return passes == INT64_MAX ? passes : passes + (t.successes - 1) * t.period_ms;
}

struct probe_outlook program_probe_outlook(struct arena *arena, const struct node *container,
					   const struct program *program)
{
	struct probe_outlook outlook = { .kill_ms = INT64_MAX };
	struct outlook_step s = { arena, container, program, 0, &outlook };

	s.from_ms = passes_ms(&s, "startup", "startupProbe", /* kills= */ true);
	if (s.from_ms == INT64_MAX) {
		outlook.ready_ms = INT64_MAX;
		return outlook;
	}
	/* A readiness probe that is not there asks for nothing. */
	outlook.ready_ms = passes_ms(&s, "readiness", "readinessProbe", /* kills= */ false);
	passes_ms(&s, "liveness", "livenessProbe", /* kills= */ true);
	return outlook;
}

/* Images */

static bool is_lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_word(char c)
{
	return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A part of a path: letters, joined by a dot, one or two underscores, or dashes. */
static bool is_component(struct str part)
{
	if (!part.len || !is_lower_or_digit(part.ptr[0]) ||
	    !is_lower_or_digit(part.ptr[part.len - 1]))
		return false;
	for (size_t i = 0; i < part.len; i++) {
		char c = part.ptr[i];
		if (!is_lower_or_digit(c) && c != '.' && c != '_' && c != '-')
			return false;
	}
	return str_find(part, STR("..")) < 0;
}

static bool is_tag(struct str tag)
{
	if (!tag.len || tag.len > 128 || !is_word(tag.ptr[0]))
		return false;
	for (size_t i = 0; i < tag.len; i++)
		if (!is_word(tag.ptr[i]) && tag.ptr[i] != '.' && tag.ptr[i] != '-')
			return false;
	return true;
}

/* A first part with a dot or a port, or localhost, is a registry: other characters are allowed. */
static bool is_registry(struct str part)
{
	return str_find_char(part, '.') >= 0 || str_find_char(part, ':') >= 0 ||
	       str_equal(part, STR("localhost"));
}

struct str program_image_fault(struct str image)
{
	struct str rest = image, digest = STR_NONE, tag = STR_NONE;
	ptrdiff_t at = str_find_char(rest, '@'), slash, colon;

	if (at >= 0) {
		digest = str_from(rest, (size_t)at + 1);
		rest = str_sub(rest, 0, (size_t)at);
		if (str_find_char(digest, ':') <= 0)
			return STR("invalid reference format");
	}
	slash = str_find_last_char(rest, '/');
	colon = str_find_last_char(rest, ':');
	if (colon > slash) {
		tag = str_from(rest, (size_t)colon + 1);
		rest = str_sub(rest, 0, (size_t)colon);
		if (!is_tag(tag))
			return STR("invalid reference format");
	}
	for (bool first = true; rest.ptr; first = false) {
		struct str part = str_cut(&rest, '/');
		if (first && rest.ptr && is_registry(part))
			continue;
		if (!is_component(part)) {
			SCRATCH(scratch);
			return is_component(str_lower(scratch, part))
				       ? STR("repository name must be lowercase")
				       : STR("invalid reference format");
		}
	}
	return STR("");
}
