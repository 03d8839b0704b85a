/* The wires of relays that need a few words each: plain JSON, Socket.IO, MQTT, NATS, heliograph.v1. */
#define _GNU_SOURCE
#include "loader.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST (1 << 16)

static void text(struct client *c, const char *s) { frame(c, 1, s, strlen(s)); }

static size_t pad(char *p, int n)
{
	if (n <= 0)
		return 0;
	memset(p, 'x', n);
	return n;
}

/* A signal of o.bytes bytes, as the relays without a vocabulary of their own are given it. */
static int body(char *b, struct client *c, int64_t due)
{
	char to[32] = "*";
	if (o.directed)
		snprintf(to, sizeof to, "c%d", partner(c->idx));
	int n = sprintf(b, "{\"type\":\"signal\",\"to\":\"%s\",\"id\":\"", to);
	n += put_mark(b + n, c, due);
	n += sprintf(b + n, "\",\"data\":{\"sdp\":\"");
	n += pad(b + n, o.bytes - n - 3);
	return n + sprintf(b + n, "\"}}");
}

/* ---- JSON: any relay that echoes text to the session that the path names ---- */

static void json_join(struct client *c)
{
	if (o.join)
		text(c, o.join);
	opened(c);
}

static void json_publish(struct client *c, int64_t due)
{
	static char b[MOST + 300];
	frame(c, 1, b, body(b, c, due));
}

const struct wire wire_json = { "json", NULL, json_join, signal_in, json_publish, NULL };

/* ---- Socket.IO 4 over Engine.IO 4 ---- */

static void sio_join(struct client *c) { (void)c; }    /* the server speaks first */

static void sio_message(struct client *c, const unsigned char *p, size_t n, int64_t now)
{
	char b[128];
	if (n && p[0] == '0')
		text(c, "40");
	else if (n && p[0] == '2')
		text(c, "3");
	else if (n > 1 && p[0] == '4' && p[1] == '0') {
		snprintf(b, sizeof b, "420[\"join\",\"s%d\",\"c%d\"]", c->session, c->idx);
		text(c, b);
	} else if (n > 1 && p[0] == '4' && p[1] == '3' && c->state == JOINING)
		opened(c);
	else
		signal_in(c, p, n, now);
}

static void sio_publish(struct client *c, int64_t due)
{
	static char b[MOST + 400];
	int n = o.directed ? sprintf(b, "42[\"direct\",\"c%d\",", partner(c->idx)) : sprintf(b, "42[\"signal\",");
	n += body(b + n, c, due);
	b[n] = ']';
	frame(c, 1, b, n + 1);
}

const struct wire wire_sio = { "sio", NULL, sio_join, sio_message, sio_publish, NULL };

/* ---- MQTT 3.1.1: topic s/SESSION, or d/CLIENT ---- */

static size_t mqtt_packet(char *b, int type, const char *data, size_t n)
{
	size_t k = 0, left = n;
	b[k++] = type;
	do
		b[k++] = (left & 127) | (left > 127 ? 128 : 0);
	while (left >>= 7);
	memcpy(b + k, data, n);
	return k + n;
}

static size_t mqtt_string(char *b, const char *s)
{
	size_t n = strlen(s);
	b[0] = n >> 8, b[1] = n;
	memcpy(b + 2, s, n);
	return n + 2;
}

static void mqtt_join(struct client *c)
{
	char b[160], p[180], id[32];
	snprintf(id, sizeof id, "c%d", c->idx);
	size_t n = mqtt_string(b, "MQTT");
	memcpy(b + n, o.user ? "\x04\xc2\x00\x00" : "\x04\x02\x00\x00", 4);   /* clean session */
	n += 4;
	n += mqtt_string(b + n, id);
	if (o.user) {
		n += mqtt_string(b + n, id);
		n += mqtt_string(b + n, "x");
	}
	frame(c, 2, p, mqtt_packet(p, 0x10, b, n));
}

static void mqtt_subscribe(struct client *c)
{
	char b[200] = { 0, 1 }, p[260], topic[64];
	size_t n = 2;
	snprintf(topic, sizeof topic, o.directed ? "d/%d" : "s/%d", o.directed ? c->idx : c->session);
	n += mqtt_string(b + n, topic);
	b[n++] = 0;
	frame(c, 2, p, mqtt_packet(p, 0x82, b, n));
}

static size_t mqtt_in(struct client *c, const unsigned char *p, size_t n, int64_t now)
{
	size_t used = 0;
	while (n - used >= 2) {
		size_t len = 0, k = used + 1;
		int shift = 0;
		do {
			if (k >= n)
				return used;
			len |= (size_t)(p[k] & 127) << shift;
			shift += 7;
		} while (p[k++] & 128);
		if (k + len > n)
			break;
		int type = p[used] >> 4;
		if (type == 2)
			mqtt_subscribe(c);
		else if (type == 9)
			opened(c);
		else if (type == 3)
			signal_in(c, p + k, len, now);
		used = k + len;
	}
	return used;
}

/* MQTT and NATS are byte streams inside the WebSocket messages; `in` returns the bytes used up. */
static void stream(size_t (*in)(struct client *, const unsigned char *, size_t, int64_t),
		   struct client *c, const unsigned char *p, size_t n, int64_t now)
{
	if (c->app.len) {
		add(&c->app, p, n);
		drop_front(&c->app, in(c, c->app.p, c->app.len, now));
	} else {
		size_t used = in(c, p, n, now);
		if (used < n)
			add(&c->app, p + used, n - used);
	}
}

static void mqtt_message(struct client *c, const unsigned char *p, size_t n, int64_t now)
{
	stream(mqtt_in, c, p, n, now);
}

static void mqtt_publish(struct client *c, int64_t due)
{
	static char b[MOST + 400], packet[MOST + 420];
	char topic[64];
	snprintf(topic, sizeof topic, o.directed ? "d/%d" : "s/%d", o.directed ? partner(c->idx) : c->session);
	size_t n = mqtt_string(b, topic);
	n += body(b + n, c, due);
	frame(c, 2, packet, mqtt_packet(packet, 0x30, b, n));
}

const struct wire wire_mqtt = { "mqtt", "mqtt", mqtt_join, mqtt_message, mqtt_publish, NULL };

/* ---- NATS: subject s.SESSION, or d.CLIENT ---- */

static void nats_join(struct client *c) { (void)c; }    /* the server speaks first */

static size_t nats_in(struct client *c, const unsigned char *p, size_t n, int64_t now)
{
	size_t used = 0;
	const unsigned char *nl;
	while ((nl = memchr(p + used, '\n', n - used))) {
		const char *line = (const char *)p + used;
		size_t line_len = nl + 1 - (p + used);
		char b[160];
		if (!strncmp(line, "MSG ", 4)) {
			const unsigned char *e = nl - 1;        /* the size is the last word */
			while (e[-1] != ' ')
				e--;
			size_t size = strtoul((const char *)e, 0, 10);
			if (used + line_len + size + 2 > n)
				break;
			signal_in(c, nl + 1, size, now);
			used += line_len + size + 2;
			continue;
		}
		if (!strncmp(line, "INFO", 4) && c->state == JOINING) {
			snprintf(b, sizeof b, "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":true}\r\n"
				 "SUB %s.%d 1\r\nPING\r\n", o.directed ? "d" : "s", o.directed ? c->idx : c->session);
			frame(c, 2, b, strlen(b));
		} else if (!strncmp(line, "PING", 4))
			frame(c, 2, "PONG\r\n", 6);
		else if (!strncmp(line, "PONG", 4) && c->state == JOINING)
			opened(c);
		else if (!strncmp(line, "-ERR", 4))
			fprintf(stderr, "loader: nats: %.*s", (int)line_len, line);
		used += line_len;
	}
	return used;
}

static void nats_message(struct client *c, const unsigned char *p, size_t n, int64_t now)
{
	stream(nats_in, c, p, n, now);
}

static void nats_publish(struct client *c, int64_t due)
{
	static char b[MOST + 300], wire[MOST + 400];
	int n = body(b, c, due);
	int k = sprintf(wire, "PUB %s.%d %d\r\n", o.directed ? "d" : "s", o.directed ? partner(c->idx) : c->session, n);
	memcpy(wire + k, b, n);
	memcpy(wire + k + n, "\r\n", 2);
	frame(c, 2, wire, k + n + 2);
}

const struct wire wire_nats = { "nats", NULL, nats_join, nats_message, nats_publish, NULL };

/* ---- heliograph.v1 (docs/PROTOCOL.md): the credential is the join frame ---- */

static void hg_join(struct client *c)
{
	static char join[32768];
	const char *given = o.credentials ? o.credentials[c->session] : o.join;
	expand(join, sizeof join, given ? given : "{\"op\":\"join\"}", c);
	text(c, join);
}

static void hg_joined(struct client *c, const unsigned char *p, size_t n)
{
	const char *end = (const char *)p + n;
	const char *id = memmem(p, n, "\"connection\"", 12);   /* not "connections" */
	if (!memmem(p, n, "\"joined\"", 8) || !id || !(id = memmem(id, end - id, "\"id\"", 4)))
		return;
	for (id += 4; id < end && *id != '"'; id++)
		;
	id++;
	for (int k = 0; id + k < end && id[k] != '"' && k < (int)sizeof c->id - 1; k++)
		c->id[k] = id[k];
	opened(c);
}

static void hg_message(struct client *c, const unsigned char *p, size_t n, int64_t now)
{
	if (c->state != OPEN)
		hg_joined(c, p, n);
	else {
		if (n > 16 && !memcmp(p, "{\"op\":\"rejected\"", 16))
			n_of.refused++;
		signal_in(c, p, n, now);
	}
}

static void hg_publish(struct client *c, int64_t due)
{
	static char b[MOST + 300];
	const char *to = cl[partner(c->idx)].id;
	int n = sprintf(b, "{\"op\":\"signal\",\"n\":%u,%s%s%s\"type\":\"bench\",\"data\":\"", c->seq + 1,
			o.directed ? "\"to\":\"" : "", o.directed ? to : "", o.directed ? "\"," : "");
	n += put_mark(b + n, c, due);
	n += pad(b + n, o.bytes - n - 2);
	n += sprintf(b + n, "\"}");
	frame(c, 1, b, n);
}

static void hg_leave(struct client *c) { text(c, "{\"op\":\"leave\"}"); }

const struct wire wire_hg = { "hg", "heliograph.v1", hg_join, hg_message, hg_publish, hg_leave };
