/* texts - the syntax of ports, variables, keys and addresses, in the API server's words */
#include <ctype.h>

#include "base/num.h"
#include "kube/validate/pod.h"

enum { PORT_NAME_MAX = 15, PORT_MAX = 65535 };

/* What is wrong with a port's name, each by itself; how many there are. */
static uint32_t port_name_faults(struct str name, const char *faults[])
{
	bool has_letter = false, is_clean = true;
	uint32_t count = 0;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool letter = c >= 'a' && c <= 'z';
		is_clean = is_clean && (letter || isdigit((unsigned char)c) || c == '-');
		has_letter = has_letter || letter;
	}
	if (name.len > PORT_NAME_MAX)
		faults[count++] = "must be no more than 15 characters";
	if (!is_clean)
		faults[count++] = "must contain only alpha-numeric characters (a-z, 0-9), and "
				  "hyphens (-)";
	if (!has_letter)
		faults[count++] = "must contain at least one letter (a-z)";
	if (str_contains(name, STR("--")))
		faults[count++] = "must not contain consecutive hyphens";
	if (name.len && (name.ptr[0] == '-' || name.ptr[name.len - 1] == '-'))
		faults[count++] = "must not begin or end with a hyphen";
	return count;
}

bool validate_port_name(struct field_errors *errors, const struct field_path *path,
			const struct node *name)
{
	enum { FAULTS_MAX = 5 };
	const char *faults[FAULTS_MAX];
	uint32_t count = port_name_faults(node_text(name), faults);

	for (uint32_t i = 0; i < count; i++)
		field_fault(errors, path, FIELD_INVALID, name, "%s", faults[i]);
	return !count;
}

void validate_port(struct field_errors *errors, const struct field_path *path,
		   const struct node *port)
{
	int64_t number;

	if (node_int64(port, &number))
		field_check_range(errors, path, port, 1, PORT_MAX);
	else if (port)
		validate_port_name(errors, path, port);
}

struct str validate_env_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] < ' ' || name.ptr[i] > '~' || name.ptr[i] == '=')
			return STR("a valid environment variable name must consist only of "
				   "printable ASCII characters other than '='");
	return STR_NONE;
}

static bool has_step_back(struct str path)
{
	for (struct str rest = path; rest.ptr;)
		if (str_equal(str_cut(&rest, '/'), STR("..")))
			return true;
	return false;
}

void validate_descending_path(struct field_errors *errors, const struct field_path *path,
			      const struct node *n)
{
	if (str_starts(node_text(n), STR("/")))
		field_fault(errors, path, FIELD_INVALID, n, "must be a relative path");
	if (has_step_back(node_text(n)))
		field_fault(errors, path, FIELD_INVALID, n, "must not contain '..'");
}

/* Four numbers below 256 without leading zeros. */
static bool is_ipv4(struct str text)
{
	int parts = 0;

	for (struct str rest = text; rest.ptr; parts++) {
		struct str part = str_cut(&rest, '.');
		uint64_t value;
		if (!num_uint64(part, 10, &value) || value > 255 || part.len > 3 ||
		    (part.len > 1 && part.ptr[0] == '0'))
			return false;
	}
	return parts == 4;
}

/* How many groups of up to four hexadecimal digits there are, an IPv4 address at the end being two;
 * -1 when it is something else. */
static int count_groups(struct str text, bool is_end)
{
	int groups = 0;

	for (struct str rest = text; text.len && rest.ptr; groups++) {
		struct str group = str_cut(&rest, ':');
		uint64_t value;
		if (is_end && !rest.ptr && is_ipv4(group))
			return groups + 2;
		if (!group.len || group.len > 4 || !num_uint64(group, 16, &value))
			return -1;
	}
	return groups;
}

/* Eight groups; "::" once stands for those that are 0. */
static bool is_ipv6(struct str text)
{
	ptrdiff_t gap = str_find(text, STR("::"));

	if (gap < 0)
		return count_groups(text, /* is_end= */ true) == 8;
	int before = count_groups(str_sub(text, 0, (size_t)gap), /* is_end= */ false);
	int after = count_groups(str_from(text, (size_t)gap + 2), /* is_end= */ true);
	return before >= 0 && after >= 0 && before + after < 8;
}

bool validate_is_ip(struct str text)
{
	return is_ipv4(text) || is_ipv6(text);
}
