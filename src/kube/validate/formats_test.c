/* formats_test - which texts have a format */
#include "kube/validate/pod.h"
#include "kube/validate/values.h"

#include "base/test.h"

static const struct {
	const char *format, *text;
	bool holds;
} cases[] = {
	{ "date-time", "2024-02-29T23:59:59Z", true },
	{ "datetime", "2024-02-29T23:59:59Z", true },
	{ "date-time", "2024-02-29", false },
	{ "date", "2024-02-29", true },
	{ "date", "2023-02-29", false },
	{ "date", "2024-02-29T00:00:00Z", false },
	{ "duration", "1h30m", true },
	{ "duration", "3d", true },
	{ "duration", "3 days", true },
	{ "duration", " 3 weeks ", true },
	{ "duration", "3", false },
	{ "duration", "d", false },
	{ "duration", "3 years", false },
	{ "duration", "x days", false },
	{ "uri", "http://a", true },
	{ "uri", "a:b", true },
	{ "uri", "/a", true },
	{ "uri", "a", false },
	{ "uri", ":a", false },
	{ "uri", "a:", false },
	{ "uri", "1:a", false },
	{ "uri", "/a b", false },
	{ "uri", "/a\x7f", false },
	{ "email", "a@b", true },
	{ "email", "@b", false },
	{ "email", "a@", false },
	{ "email", "a", false },
	{ "email", "a b@c", false },
	{ "hostname", "a", true },
	{ "hostname", "a-b.c9.", true },
	{ "hostname", "é.b", true },
	{ "hostname", "", false },
	{ "hostname", "a..b", false },
	{ "hostname", ".a", false },
	{ "hostname", "-a", false },
	{ "hostname", "a-", false },
	{ "hostname", "a_b", false },
	{ "hostname", "123456789-123456789-123456789-123456789-123456789-123456789-123", true },
	{ "hostname", "123456789-123456789-123456789-123456789-123456789-123456789-1234", false },
	{ "ipv4", "10.0.0.1", true },
	{ "ipv4", "::1", false },
	{ "ipv6", "::1", true },
	{ "ipv6", "10.0.0.1", false },
	{ "cidr", "10.0.0.0/0", true },
	{ "cidr", "10.0.0.0/32", true },
	{ "cidr", "10.0.0.0/33", false },
	{ "cidr", "10.0.0.0", false },
	{ "cidr", "10.0.0.0/", false },
	{ "cidr", "10.0.0.0/a", false },
	{ "cidr", "10.0.0/8", false },
	{ "cidr", "::/128", true },
	{ "cidr", "::/129", false },
	{ "mac", "01:23:45:67:89:aB", true },
	{ "mac", "01-23-45-67-89-ab", true },
	{ "mac", "01:23:45:67:89:ag", false },
	{ "mac", "01:23:45:67:89", false },
	{ "mac", "01.23.45.67.89.ab", false },
	{ "uuid", "01234567-89ab-cdef-0123-456789abcdef", true },
	{ "uuid3", "01234567-89ab-cdef-0123-456789abcdef", true },
	{ "uuid4", "0123456789abcdef0123456789abcdef", true },
	{ "uuid5", "01234567-89ab-cdef-0123-456789abcde", false },
	{ "uuid", "01234567-89ab-cdef-0123-456789abcdef0", false },
	{ "uuid", "01234567--89ab-cdef-0123-456789abcdef", false },
	{ "uuid", "0123456-789ab-cdef-0123-456789abcdef", false },
	{ "uuid", "-0123456789abcdef0123456789abcdef", false },
	{ "uuid", "0123456789abcdef0123456789abcdeg", false },
	{ "byte", "YQ==", true },
	{ "byte", "Y", false },
	{ "hexcolor", "#fff", true },
	{ "hexcolor", "00fF99", true },
	{ "hexcolor", "#ffff", false },
	{ "hexcolor", "#ggg", false },
	{ "bsonobjectid", "0123456789abcdef01234567", true },
	{ "bsonobjectid", "0123456789abcdef0123456", false },
	{ "bsonobjectid", "0123456789abcdef0123456g", false },
	{ "k8s-short-name", "a", true },
	{ "k8s-short-name", "a.b", false },
	{ "k8s-long-name", "a.b", true },
	{ "k8s-long-name", "A", false },
	/* What nobody knows holds. */
	{ "uuid6", "x", true },
	{ "dat", "x", true },
	{ "", "x", true },
};

static void formats_hold(void)
{
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++)
		CHECK_INT(validate_format(str_from_cstr(cases[i].format),
					  str_from_cstr(cases[i].text)),
			  cases[i].holds);
}

static const struct {
	const char *text;
	bool holds;
} addresses[] = {
	{ "0.0.0.0", true },
	{ "255.255.255.255", true },
	{ "256.0.0.1", false },
	{ "1.2.3.256", false },
	{ "1.2.3", false },
	{ "1.2.3.4.5", false },
	{ "01.2.3.4", false },
	{ "1.2.3.00", false },
	{ "1.2.3.", false },
	{ "1.2.3.a", false },
	{ "", false },
	{ "::", true },
	{ "::1", true },
	{ "1::", true },
	{ "ffff::FFFF", true },
	{ "1:2:3:4:5:6:7:8", true },
	{ "1:2:3:4:5:6:7::", true },
	{ "::2:3:4:5:6:7:8", true },
	{ "1:2:3:4:5:6:7", false },
	{ "1:2:3:4:5:6:7:8:9", false },
	{ "1:2:3:4:5:6:7:8::", false },
	{ "1:2:3:4::5:6:7:8", false },
	{ "1:2:3:4:5:6:7:", false },
	{ ":1:2:3:4:5:6:7:8", false },
	{ "1:::2", false },
	{ "1::2::3", false },
	{ "1::2:", false },
	{ ":1::2", false },
	{ "12345::", false },
	{ "::12345", false },
	{ "g::", false },
	/* The last two groups may be an IPv4 address. */
	{ "::ffff:1.2.3.4", true },
	{ "::1.2.3.4", true },
	{ "1:2:3:4:5:6:1.2.3.4", true },
	{ "1:2:3:4:5:6:7:1.2.3.4", false },
	{ "1.2.3.4::", false },
	{ "::1.2.3.4:5", false },
	{ "::1.2.3", false },
};

static void addresses_are_whole(void)
{
	for (size_t i = 0; TEST_ROW(addresses, i, addresses[i].text); i++)
		CHECK_INT(validate_is_ip(str_from_cstr(addresses[i].text)), addresses[i].holds);
}

TESTS({ "formats hold for texts that have them", formats_hold },
      { "IP addresses have all of their groups", addresses_are_whole })
