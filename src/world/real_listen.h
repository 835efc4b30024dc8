/*
 * real_listen - sockets that listen, and addresses as text
 *
 * Layer: world. Private: real_http_server.c, real_listen.c.
 */
#ifndef FORGE_WORLD_REAL_LISTEN_H
#define FORGE_WORLD_REAL_LISTEN_H

#include "world/http_inside.h"

struct sockaddr;

/* A non-blocking socket. -1 and err: ERROR_INPUT (no such host), ERROR_OUTSIDE (taken, …). */
int real_listen(const struct http_address *address, struct error *err) MUST_USE;

/* Where the socket is bound. */
struct str real_listen_address(struct arena *arena, int descriptor);

/* "127.0.0.1:80", "[::1]:80". */
struct str real_address_format(struct arena *arena, const struct sockaddr *address);

#endif
