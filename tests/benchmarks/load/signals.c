/* The markers: made, found, and checked for order, loss, repetition and strangers. */
#define _GNU_SOURCE
#include "loader.h"
#include <string.h>

static void hex(char *p, int digits, uint64_t v)
{
	while (digits--)
		p[digits] = "0123456789abcdef"[v & 15], v >>= 4;
}

int partner(int i)    /* the next member of the same session */
{
	int next = i + o.sessions;
	return next < o.clients ? next : i % o.sessions;
}

/* 32 bytes: who sends, which of its signals, and when it was due. */
size_t put_mark(char *p, struct client *c, int64_t due)
{
	p[0] = p[1] = '@';
	hex(p + 2, 6, c->idx), hex(p + 8, 8, c->seq), hex(p + 16, 16, due);
	return MARK;
}

static int64_t unhex(const unsigned char *p, int n)
{
	int64_t v = 0;
	while (n--)
		v = v * 16 + (*p <= '9' ? *p - '0' : *p - 'a' + 10), p++;
	return v;
}

void signal_in(struct client *c, const unsigned char *p, size_t n, int64_t now)
{
	const unsigned char *m = p, *end = p + n;
	while ((m = memchr(m, '@', end - m)) && m + MARK <= end && m[1] != '@')
		m++;
	if (!m || m + MARK > end) {
		n_of.others++;
		return;
	}
	uint32_t from = unhex(m + 2, 6), seq = unhex(m + 8, 8);
	int64_t ts = unhex(m + 16, 16);
	if (from >= (uint32_t)o.publishers || cl[from].session != c->session ||
	    (o.directed && partner(from) != c->idx)) {
		n_of.disorder++;     /* somebody else's signal */
		return;
	}
	uint32_t *expect = &c->expect[cl[from].pub];
	if (seq < *expect) {
		n_of.disorder++;
		return;
	}
	n_of.gaps += seq - *expect;
	*expect = seq + 1;
	n_of.delivered++;
	last_progress = now;
	if (measuring) {
		n_of.m_delivered++;
		n_of.m_bytes += n;
		record(now - ts);
	}
	if (o.directed || from == (uint32_t)c->idx) {
		cl[from].inflight--;
		if (o.window && sending)
			touch(&cl[from]);
	}
}

