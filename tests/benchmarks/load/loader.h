/* What the parts of the load generator share. loader.c says what it is for. */
#ifndef LOADER_H
#define LOADER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS 1000000000LL
#define MARK 32

enum state { IDLE, CONNECTING, UPGRADING, JOINING, OPEN, CLOSED };

struct buf { unsigned char *p; size_t len, cap; };

struct client {
	int fd, idx, session, pub;   /* pub: index among its session's publishers, or -1 */
	enum state state;
	bool stalled, wantout, dirty;
	int inflight;
	uint32_t seq;                /* signals sent */
	uint32_t answered;           /* of them, answered by a STATUS (OpenTok) */
	uint32_t *expect;            /* next sequence number, per publisher of the session */
	int stage;                   /* of a join that takes several answers */
	char id[64];                 /* the connection id that the relay gave, or that we chose */
	struct buf in, msg, app, out;
};

/* What a relay speaks inside its WebSocket messages. */
struct wire {
	const char *name, *subprotocol;
	void (*join)(struct client *c);                 /* the WebSocket handshake is done */
	void (*message)(struct client *c, const unsigned char *p, size_t n, int64_t now);
	void (*publish)(struct client *c, int64_t due); /* the next signal, with its marker */
	void (*leave)(struct client *c);                /* a last word, or NULL */
};

struct options {
	char host[64], path[256];
	int port, clients, sessions, publishers, window, bytes, stalled, concurrent;
	double rate, secs, warmup, hold, settle;
	const struct wire *wire;
	bool directed, even, user;
	const char *join, *label, **paths, **credentials;   /* the latter two: one of each session, from -f */
	int pids[16], npids;
};

struct counts {
	uint64_t sent, delivered, gaps, disorder, others, stalls, refused;
	uint64_t m_sent, m_delivered, m_bytes;              /* of these, while it was measured */
	int open, failed, started, closed, stalled_closed;
};

struct usage { int64_t cpu, wait; double user, sys; long rss, pss, hwm; };

extern struct options o;
extern struct counts n_of;
extern struct client *cl;
extern bool measuring, sending, leaving;
extern int64_t last_progress;
extern int *dirty, ndirty, ep;
extern const struct wire wire_json, wire_sio, wire_mqtt, wire_nats, wire_hg, wire_opentok;

/* measure.c */
int64_t now_ns(void);
void record(int64_t ns);
double percentile(double q);
struct usage usage(bool memory);
double cpu_self(void);

/* client.c */
void die(const char *what) __attribute__((noreturn));
void add(struct buf *b, const void *p, size_t n);
void drop_front(struct buf *b, size_t n);
void start(struct client *c);
void connected(struct client *c);
void readable(struct client *c);
void closed(struct client *c, const char *why);
void flush(struct client *c);
void touch(struct client *c);
void opened(struct client *c);
void frame(struct client *c, int opcode, const void *data, size_t n);
void expand(char *out, size_t n, const char *in, struct client *c);

/* signals.c */
int partner(int i);
size_t put_mark(char *p, struct client *c, int64_t due);
void signal_in(struct client *c, const unsigned char *p, size_t n, int64_t now);
#endif
