/* OpenTok's wire (docs/OPENTOK.md): Raptor JSON in Rumor frames, as OpenTok.js speaks it.
 *
 * Every MESSAGE of the relay is acknowledged by a STATUS of its own, at once, and every signal of ours must be
 * answered by one.  The credential is the session's id, a blank, and a token.  Addresses and headers of a
 * frame are walked, never searched: what is looked for may also stand in a body.
 */
#define _GNU_SOURCE
#include "loader.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum kind { SUBSCRIBE = 0, MESSAGE = 2, CONNECT = 3, DISCONNECT = 4, PING = 7, PONG = 8, STATUS = 9 };
enum { HAS_STATUS = 1, HAS_CREATED = 2 };               /* a join needs both */

#define SYMPHONY "symphony.heliograph"

struct part { const unsigned char *p; size_t n; };
struct rumor { int kind; struct part address, transaction, from, status, body; };

/* ---- writing ---- */

static unsigned char out[1 << 17];
static size_t out_n;

static void put_text(const void *p, size_t n)
{
	out[out_n++] = n >> 8, out[out_n++] = n;
	memcpy(out + out_n, p, n);
	out_n += n;
}

static void put(const char *s) { put_text(s, strlen(s)); }

static void header(const char *name, const char *value) { put(name), put(value); }

static void begin(enum kind kind, const char *address, int headers)
{
	memset(out, 0, 8);
	out[6] = kind, out[7] = address != NULL, out_n = 8;
	if (address)
		put(address);
	out[out_n++] = headers;
}

static void finish(struct client *c, const char *body, size_t n)
{
	memcpy(out + out_n, body, n);
	out_n += n;
	size_t size = out_n - 4;
	out[0] = size >> 24, out[1] = size >> 16, out[2] = size >> 8, out[3] = size;
	frame(c, 2, out, out_n);
}

/* ---- reading ---- */

static struct part take(const unsigned char **p, const unsigned char *end)
{
	if (*p + 2 > end)
		return (struct part){ NULL, 0 };
	struct part t = { *p + 2, (size_t)((*p)[0] << 8 | (*p)[1]) };
	*p = t.p + t.n;
	return *p > end ? (struct part){ NULL, 0 } : t;
}

static bool is(struct part t, const char *s) { return t.p && t.n == strlen(s) && !memcmp(t.p, s, t.n); }

static bool parse(struct rumor *r, const unsigned char *p, size_t n)
{
	const unsigned char *end = p + n;
	if (n < 9)
		return false;
	*r = (struct rumor){ .kind = p[6] };
	int addresses = p[7];
	p += 8;
	for (; addresses; addresses--)
		r->address = take(&p, end);
	if (p >= end)
		return false;
	for (int headers = *p++; headers; headers--) {
		struct part name = take(&p, end), value = take(&p, end);
		if (!name.p || !value.p)
			return false;
		if (is(name, "TRANSACTION-ID"))
			r->transaction = value;
		else if (is(name, "X-TB-FROM-ADDRESS"))
			r->from = value;
		else if (is(name, "STATUS"))
			r->status = value;
	}
	r->body = (struct part){ p, end - p };
	return true;
}

/* ---- the conversation ---- */

static const char *session_of(struct client *c)
{
	static char id[256];
	const char *given = o.credentials ? o.credentials[c->session] : o.join ? o.join : "";
	snprintf(id, sizeof id, "%.*s", (int)strcspn(given, " "), given);
	return id;
}

static const char *token_of(struct client *c)
{
	const char *given = o.credentials ? o.credentials[c->session] : o.join ? o.join : "";
	return given + strcspn(given, " ") + 1;
}

static void opentok_join(struct client *c)
{
	char uri[512];
	static const char content[] = "\"content\":{\"userAgent\":\"loader\",\"clientVersion\":\"js-2.35.2\"}}";
	snprintf(c->id, sizeof c->id, "%08x-0000-4000-8000-%012x", getpid(), c->idx);

	begin(CONNECT, NULL, 3);
	header("uniqueId", c->id), header("TRANSACTION-ID", "connect"), header("notifyDisconnectAddress", SYMPHONY);
	finish(c, "", 0);

	snprintf(uri, sizeof uri, "/v2/partner/key/session/%s", session_of(c));
	begin(SUBSCRIBE, uri, 0);
	finish(c, "", 0);

	char b[1024];
	int n = snprintf(b, sizeof b, "{\"method\":\"create\",\"uri\":\"%s/connection/%s\",%s", uri, c->id, content);
	begin(MESSAGE, SYMPHONY, 4);
	header("Content-Type", "application/x-raptor+v2"), header("TRANSACTION-ID", "create");
	header("X-TB-FROM-ADDRESS", c->id), header("X-TB-TOKEN-AUTH", token_of(c));
	finish(c, b, n);
}

static void acknowledge(struct client *c, const struct rumor *r)
{
	char from[80];
	snprintf(from, sizeof from, "%.*s", (int)r->from.n, (const char *)r->from.p);
	begin(STATUS, from, 2);
	put("TRANSACTION-ID"), put_text(r->transaction.p, r->transaction.n);
	header("X-TB-FROM-ADDRESS", c->id);
	finish(c, "", 0);
}

static void came(struct client *c, int what)
{
	c->stage |= what;
	if (c->stage == (HAS_STATUS | HAS_CREATED) && c->state == JOINING)
		opened(c);
}

static void answered(struct client *c, const struct rumor *r)
{
	bool good = !r->status.p || *r->status.p == '2';
	if (is(r->transaction, "create"))
		good ? came(c, HAS_STATUS) : closed(c, "the join was refused");
	else if (good)
		c->answered++;
	else
		n_of.refused++;
}

static void opentok_message(struct client *c, const unsigned char *p, size_t n, int64_t now)
{
	struct rumor r;
	if (!parse(&r, p, n))
		closed(c, "no frame of Rumor");
	else if (r.kind == STATUS)
		answered(c, &r);
	else if (r.kind == PING) {
		begin(PONG, NULL, 0);
		finish(c, "", 0);
	} else if (r.kind == MESSAGE) {
		if (r.transaction.p)
			acknowledge(c, &r);
		if (c->state == JOINING) {
			if (memmem(r.body.p, r.body.n, "\"created\"", 9) && memmem(r.body.p, r.body.n, c->id, strlen(c->id)))
				came(c, HAS_CREATED);
		} else
			signal_in(c, r.body.p, r.body.n, now);
	}
}

static void opentok_publish(struct client *c, int64_t due)
{
	static char b[1 << 17];
	char transaction[64], target[96] = "";
	snprintf(transaction, sizeof transaction, "%08x-0000-4000-8000-%012x", c->seq, c->idx);
	if (o.directed)
		snprintf(target, sizeof target, "/connection/%s", cl[partner(c->idx)].id);
	int n = sprintf(b, "{\"method\":\"signal\",\"uri\":\"/v2/partner/key/session/%s%s/signal/%s\","
			"\"content\":{\"type\":\"bench\",\"data\":\"", session_of(c), target, transaction);
	int start = n;
	n += put_mark(b + n, c, due);
	while (n - start < o.bytes - 66)        /* as much data as a signal of heliograph.v1 has */
		b[n++] = 'x';
	n += sprintf(b + n, "\"}}");
	begin(MESSAGE, SYMPHONY, 3);
	header("Content-Type", "application/x-raptor+v2"), header("TRANSACTION-ID", transaction);
	header("X-TB-FROM-ADDRESS", c->id);
	finish(c, b, n);
}

static void opentok_leave(struct client *c)
{
	begin(DISCONNECT, NULL, 1);
	header("reconnect", "");
	finish(c, "", 0);
	frame(c, 8, "\x03\xe8", 2);
}

const struct wire wire_opentok = { "opentok", NULL, opentok_join, opentok_message, opentok_publish, opentok_leave };
