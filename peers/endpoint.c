/* SPDX-License-Identifier: MIT */
#include "peers/endpoint.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

enum { WAITING = 64 }; /* connections that may wait to be taken */

static int refuse(const char *what, const char *text, struct err *err)
{
	return err_set(err, ERR_USAGE, "%s: %s is not HOST:PORT (HOST, [IPv6]:PORT and :PORT are allowed too)", what,
		       err_quote(text).text);
}

/* Cuts the text into host and port. */
static bool cut(const char *text, char host[ENDPOINT_TEXT], const char **port)
{
	const char *colon = strrchr(text, ':'), *bracket = strchr(text, ']');
	size_t length;

	if (*text == '[') {
		if (!bracket || (bracket[1] && bracket[1] != ':'))
			return false;
		*port = bracket[1] ? bracket + 2 : NULL;
		text++;
		length = (size_t)(bracket - text);
	} else {
		*port = colon ? colon + 1 : NULL;
		length = colon ? (size_t)(colon - text) : strlen(text);
	}
	if (length >= ENDPOINT_TEXT || (*port && (!**port || strspn(*port, "0123456789") != strlen(*port))))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	return true;
}

/* Writes the address as numbers. */
static void write_text(struct endpoint *endpoint)
{
	char host[64], port[16];

	if (getnameinfo((struct sockaddr *)&endpoint->address, endpoint->size, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		snprintf(endpoint->text, sizeof(endpoint->text), strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

int endpoint_parse(const char *what, const char *text, struct endpoint *endpoint, struct err *err)
{
	const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	char host[ENDPOINT_TEXT], usual[16];
	struct addrinfo *found;
	const char *port;
	int reason;

	*endpoint = (struct endpoint){0};
	if (!*text || !cut(text, host, &port))
		return refuse(what, text, err);
	snprintf(usual, sizeof(usual), "%d", ENDPOINT_PORT);
	reason = getaddrinfo(*host ? host : "127.0.0.1", port ? port : usual, &wanted, &found);
	if (reason)
		return err_set(err, ERR_USAGE, "%s: %s: %s", what, err_quote(text).text, gai_strerror(reason));
	memcpy(&endpoint->address, found->ai_addr, found->ai_addrlen);
	endpoint->size = found->ai_addrlen;
	freeaddrinfo(found);
	write_text(endpoint);
	return 0;
}

bool endpoint_is_loopback(const struct endpoint *endpoint)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)&endpoint->address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&endpoint->address;

	if (endpoint->address.ss_family == AF_INET)
		return ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return endpoint->address.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

int endpoint_listen(struct endpoint *endpoint, struct err *err)
{
	const int yes = 1;
	int fd = socket(endpoint->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (fd < 0 || bind(fd, (struct sockaddr *)&endpoint->address, endpoint->size) < 0 || listen(fd, WAITING) < 0 ||
	    getsockname(fd, (struct sockaddr *)&endpoint->address, &endpoint->size) < 0) {
		err_errno(err, ERR_FAILED, "%s", endpoint->text);
		if (fd >= 0)
			close(fd);
		return ERR_FAILED;
	}
	write_text(endpoint);
	return fd;
}

int endpoint_connect(const struct endpoint *endpoint, struct err *err)
{
	const int yes = 1;
	int fd = socket(endpoint->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return err_errno(err, ERR_FAILED, "%s", endpoint->text);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	(void)connect(fd, (const struct sockaddr *)&endpoint->address, endpoint->size); /* its error comes at a read */
	return fd;
}

uint64_t endpoint_machine(void)
{
	char boot[64] = "";
	int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t size = file < 0 ? 0 : read(file, boot, sizeof(boot));

	if (file >= 0)
		close(file);
	return size > 0 ? XXH64(boot, (size_t)size, 0) : 0;
}
