/* real_listen - sockets that listen, and addresses as text */
#include "world/real_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"

static int try_listen(const struct addrinfo *info)
{
	int yes = 1;
	int descriptor = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (descriptor < 0)
		return -1;
	setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(descriptor, info->ai_addr, info->ai_addrlen) == 0 &&
	    listen(descriptor, SOMAXCONN) == 0)
		return descriptor;
	int number = errno;
	close(descriptor);
	errno = number;
	return -1;
}

int real_listen(const struct http_address *address, struct error *err)
{
	SCRATCH(scratch);
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
				  .ai_family = address->host.len ? AF_UNSPEC : AF_INET,
				  .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	const char *host = address->host.len ? str_cstr(scratch, address->host) : NULL;
	char port[sizeof("65535")];

	snprintf(port, sizeof(port), "%u", address->port);
	int result = getaddrinfo(host, port, &hints, &found);
	if (result)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s': %s",
				 STR_FMT(address->host), gai_strerror(result));
	int descriptor = -1;
	for (struct addrinfo *at = found; at && descriptor < 0; at = at->ai_next)
		descriptor = try_listen(at);
	int number = errno;
	freeaddrinfo(found);
	if (descriptor < 0)
		return error_errno(err, ERROR_OUTSIDE, number, "cannot listen at '%.*s:%u'",
				   STR_FMT(address->host), address->port);
	return descriptor;
}

struct str real_address_format(struct arena *arena, const struct sockaddr *address)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (address && address->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
		inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
		return str_printf(arena, "%s:%u", text, ntohs(v4->sin_port));
	}
	if (address && address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
		inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
		return str_printf(arena, "[%s]:%u", text, ntohs(v6->sin6_port));
	}
	return STR("unknown");
}

struct str real_listen_address(struct arena *arena, int descriptor)
{
	struct sockaddr_storage address = {};
	socklen_t len = sizeof(address);

	if (getsockname(descriptor, (struct sockaddr *)&address, &len) < 0)
		BUG("getsockname: error %d", errno);
	return real_address_format(arena, (struct sockaddr *)&address);
}
