/* One WebSocket client: connecting, frames in and out. */
#define _GNU_SOURCE
#include "loader.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define RBUF (1 << 18)
#define MAXMSG (16 << 20)

/* The sample key of RFC 6455, so that no SHA-1 is needed to check the answer. */
#define WS_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define WS_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

static unsigned char rbuf[RBUF + MAXMSG];

void die(const char *what)
{
	fprintf(stderr, "loader: %s: %s\n", what, errno ? strerror(errno) : "failed");
	exit(2);
}

void add(struct buf *b, const void *p, size_t n)
{
	if (b->len + n > b->cap) {
		b->cap = (b->len + n) * 2;
		if (b->cap > 4 * MAXMSG || !(b->p = realloc(b->p, b->cap)))
			die("buffer");
	}
	memcpy(b->p + b->len, p, n);
	b->len += n;
}

void drop_front(struct buf *b, size_t n)
{
	memmove(b->p, b->p + n, b->len - n);
	b->len -= n;
}

/* ---- sending ---- */

static void watch(struct client *c, int op)
{
	struct epoll_event e = { .data.ptr = c };
	e.events = (c->stalled && c->state == OPEN ? EPOLLRDHUP : EPOLLIN) |
		(c->wantout || c->state == CONNECTING ? EPOLLOUT : 0);
	if (epoll_ctl(ep, op, c->fd, &e))
		die("epoll_ctl");
}

void closed(struct client *c, const char *why)
{
	if (c->state == CLOSED)
		return;
	if (leaving)
		;
	else if (c->stalled && c->state == OPEN)
		n_of.stalled_closed++;
	else if (!n_of.closed++)
		fprintf(stderr, "loader: client %d closed: %s\n", c->idx, why);
	if (c->state != OPEN)
		n_of.failed++;
	c->state = CLOSED;
	close(c->fd);
}

void flush(struct client *c)
{
	while (c->out.len && c->state != CLOSED) {
		ssize_t n = send(c->fd, c->out.p, c->out.len, MSG_NOSIGNAL);
		if (n < 0) {
			if (errno != EAGAIN)
				closed(c, strerror(errno));
			break;
		}
		drop_front(&c->out, n);
	}
	if (c->state != CLOSED && c->wantout != (c->out.len > 0)) {
		c->wantout = c->out.len > 0;
		watch(c, EPOLL_CTL_MOD);
	}
}

void touch(struct client *c)
{
	if (!c->dirty) {
		c->dirty = true;
		dirty[ndirty++] = c->idx;
	}
}

void frame(struct client *c, int opcode, const void *data, size_t n)
{
	static uint32_t mask = 0x9e3779b9;
	mask = mask * 1664525 + 1013904223;
	unsigned char h[14] = { 0x80 | opcode };
	size_t hn = 2;
	if (n < 126)
		h[1] = 0x80 | n;
	else if (n < 65536)
		h[1] = 0x80 | 126, h[2] = n >> 8, h[3] = n, hn = 4;
	else {
		h[1] = 0x80 | 127, hn = 10;
		for (int i = 0; i < 8; i++)
			h[2 + i] = (uint64_t)n >> (56 - 8 * i);
	}
	memcpy(h + hn, &mask, 4);
	add(&c->out, h, hn + 4);
	add(&c->out, data, n);
	unsigned char *p = c->out.p + c->out.len - n, *m = h + hn;
	for (size_t i = 0; i < n; i++)
		p[i] ^= m[i & 3];
	touch(c);
}

void opened(struct client *c)
{
	c->state = OPEN;
	n_of.open++;
	if (c->stalled)
		watch(c, EPOLL_CTL_MOD);
}

/* Consumes whole frames; returns the bytes used up. */
static size_t frames(struct client *c, const unsigned char *p, size_t n, int64_t now)
{
	size_t used = 0;
	while (n - used >= 2 && c->state != CLOSED) {
		const unsigned char *h = p + used;
		size_t len = h[1] & 127, hn = 2;
		if (h[1] & 128) {
			closed(c, "masked frame from the server");
			break;
		}
		if (len == 126) {
			if (n - used < 4)
				break;
			len = h[2] << 8 | h[3], hn = 4;
		} else if (len == 127) {
			if (n - used < 10)
				break;
			len = 0, hn = 10;
			for (int i = 0; i < 8; i++)
				len = len << 8 | h[2 + i];
		}
		if (len > MAXMSG) {
			closed(c, "frame too large");
			break;
		}
		if (n - used < hn + len)
			break;
		const unsigned char *data = h + hn;
		int op = h[0] & 15;
		bool fin = h[0] & 0x80;
		if (op == 9)
			frame(c, 10, data, len);
		else if (op == 8)
			closed(c, len >= 2 ? "close frame" : "empty close frame");
		else if (op < 3) {
			if (!fin || !op)
				add(&c->msg, data, len);
			if (fin) {
				o.wire->message(c, op ? data : c->msg.p, op ? len : c->msg.len, now);
				c->msg.len = 0;
			}
		}
		used += hn + len;
	}
	return used;
}

static size_t upgraded(struct client *c, unsigned char *p, size_t n)
{
	p[n] = 0;
	char *end = strstr((char *)p, "\r\n\r\n");
	if (!end)
		return 0;
	*end = 0;
	if (strncmp((char *)p, "HTTP/1.1 101", 12) || !strstr((char *)p, WS_ACCEPT)) {
		closed(c, "no 101 answer");
		return n;
	}
	c->state = JOINING;
	o.wire->join(c);
	return (unsigned char *)end + 4 - p;
}

void readable(struct client *c)
{
	size_t keep = c->in.len, used = 0;
	if (keep > sizeof rbuf - RBUF)
		die("frame larger than the read buffer");
	if (keep)
		memcpy(rbuf, c->in.p, keep);
	ssize_t got = recv(c->fd, rbuf + keep, RBUF - 1, 0);
	if (got <= 0) {
		if (got == 0 || errno != EAGAIN)
			closed(c, got ? strerror(errno) : "end of stream");
		return;
	}
	int64_t now = now_ns();
	size_t n = keep + got;
	if (c->state == UPGRADING)
		used = upgraded(c, rbuf, n);
	if (c->state >= JOINING)
		used += frames(c, rbuf + used, n - used, now);
	c->in.len = 0;
	if (used < n && c->state != CLOSED)
		add(&c->in, rbuf + used, n - used);
}

/* ---- connecting ---- */

void expand(char *out, size_t n, const char *in, struct client *c)
{
	size_t k = 0;
	for (; *in && k < n - 16; in++) {
		if (in[0] == '%' && in[1] == 's')
			k += sprintf(out + k, "s%d", c->session), in++;
		else if (in[0] == '%' && in[1] == 'c')
			k += sprintf(out + k, "c%d", c->idx), in++;
		else if (in[0] == '%' && in[1] == 'r')
			k += sprintf(out + k, "%d", getpid()), in++;
		else
			out[k++] = *in;
	}
	out[k] = 0;
}

void start(struct client *c)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(o.port) };
	int one = 1, small = 4096;
	if (inet_pton(AF_INET, o.host, &a.sin_addr) != 1)
		die("host must be an IPv4 address");
	if ((c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) < 0)
		die("socket");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (c->stalled)
		setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	c->state = CONNECTING;
	n_of.started++;
	if (connect(c->fd, (struct sockaddr *)&a, sizeof a) && errno != EINPROGRESS)
		die("connect");
	watch(c, EPOLL_CTL_ADD);
}

void connected(struct client *c)
{
	char path[512], req[1024], protocol[80] = "";
	int err = 0;
	socklen_t n = sizeof err;
	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &n);
	if (err) {
		closed(c, strerror(err));
		return;
	}
	expand(path, sizeof path, o.paths ? o.paths[c->session] : o.path, c);
	if (o.wire->subprotocol)
		snprintf(protocol, sizeof protocol, "Sec-WebSocket-Protocol: %s\r\n", o.wire->subprotocol);
	snprintf(req, sizeof req, "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		 "Sec-WebSocket-Key: " WS_KEY "\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
		 path, o.host, o.port, protocol);
	c->state = UPGRADING;
	add(&c->out, req, strlen(req));
	c->wantout = true;      /* so that flush() stops asking for EPOLLOUT */
	flush(c);
}

