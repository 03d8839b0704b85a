/* loader - a WebSocket load generator for relays that fan a message out.
 *
 * One thread, one epoll, no dependencies. Opens N clients, lets P of them publish at a fixed rate (open loop)
 * or with at most W own signals un-echoed (closed loop), and checks every delivery: each receiver must get each
 * sender's signals in order, none lost, none twice.
 *
 * Every signal carries a 32-byte marker "@@" + sender (6 hex digits) + sequence number (8) + CLOCK_MONOTONIC
 * nanoseconds (16). In open loop the time is the one at which the signal was due, so a loader or server that
 * falls behind shows up as latency (no coordinated omission).
 *
 * Prints one JSON object on stdout; exit status 0 only if nothing was lost, repeated or out of order and no
 * connection that should live was closed.
 */
#define _GNU_SOURCE
#include "loader.h"
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct options o = { .clients = 10, .sessions = 1, .publishers = 1, .bytes = 200, .concurrent = 32,
	.secs = 2, .warmup = 0.5, .settle = 0.2, .label = "", .wire = &wire_json };
struct counts n_of;
struct client *cl;
bool measuring, sending, leaving;
int64_t last_progress;
int *dirty, ndirty, ep;

/* ---- the event loop ---- */

static void publish(struct client *c, int64_t due)
{
	o.wire->publish(c, due);
	c->seq++, c->inflight++;
	n_of.sent++;
	n_of.m_sent += measuring;
}

static void turn(int64_t timeout)
{
	static struct epoll_event ev[512];
	struct timespec t = { timeout / NS, timeout % NS };
	int n = epoll_pwait2(ep, ev, 512, &t, NULL);
	if (n < 0 && errno != EINTR)
		die("epoll_pwait2");
	for (int i = 0; i < n; i++) {
		struct client *c = ev[i].data.ptr;
		uint32_t what = ev[i].events;
		if (c->state == CLOSED)
			continue;
		if (c->state == CONNECTING) {
			connected(c);
			continue;
		}
		if (what & EPOLLOUT)
			flush(c);
		if (c->stalled && c->state == OPEN) {
			if (what & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
				closed(c, "stalled");
		} else if (c->state != CLOSED && what & (EPOLLIN | EPOLLHUP | EPOLLERR))
			readable(c);
	}
	for (int i = 0; i < ndirty; i++) {
		struct client *c = &cl[dirty[i]];
		if (o.window && sending && c->idx < o.publishers && c->state == OPEN)
			while (c->inflight < o.window)
				publish(c, now_ns());
		c->dirty = false;
		flush(c);
	}
	ndirty = 0;
}

static void wait_until(int64_t t)
{
	for (int64_t now; (now = now_ns()) < t;)
		turn(t - now);
}

static int64_t open_all(void)
{
	int64_t begin = now_ns(), limit = begin + 120 * NS;
	while (n_of.open + n_of.failed < o.clients) {
		while (n_of.started < o.clients && n_of.started - n_of.open - n_of.failed < o.concurrent)
			start(&cl[n_of.started]);
		turn(NS / 10);
		if (n_of.open + n_of.failed < o.clients && now_ns() > limit) {
			fprintf(stderr, "loader: only %d of %d clients opened\n", n_of.open, o.clients);
			exit(2);
		}
	}
	return now_ns() - begin;
}

static uint64_t expected(void)      /* deliveries due for all that was sent */
{
	uint64_t n = 0;
	for (int i = 0; i < o.publishers; i++) {
		if (o.directed) {
			n += cl[partner(i)].stalled ? 0 : cl[i].seq;
			continue;
		}
		for (int j = cl[i].session; j < o.clients; j += o.sessions)
			n += cl[j].stalled ? 0 : cl[i].seq;
	}
	return n;
}

static int64_t gap(void)     /* to the next signal that is due */
{
	static uint64_t x = 88172645463325252;
	x ^= x << 13, x ^= x >> 7, x ^= x << 17;
	double u = ((x >> 11) + 1) / 9007199254740993.0;
	return NS / o.rate * (o.even ? 1 : -log(u));
}

/* ---- one run ---- */

struct run {
	struct usage idle, up, full, begin, end;    /* of the server: alone, all joined, held, and around what is measured */
	double setup, secs, busy;                   /* seconds; busy: CPU-seconds of this process */
	uint64_t per_second[64];
	bool backlog;
};

static void measure_from(struct run *r, int64_t *since)
{
	r->begin = usage(false), r->busy = cpu_self(), *since = now_ns();
	measuring = true;
}

static int64_t send_due(int64_t next, int64_t now)
{
	static int whose;
	for (int k = 0; next <= now && k < 1000; k++, next += gap()) {
		if (cl[whose].state == OPEN)
			publish(&cl[whose], next);
		whose = (whose + 1) % o.publishers;
	}
	return next;
}

static void restart_stalled(int64_t now)      /* the server dropped something */
{
	n_of.stalls++, last_progress = now;
	for (int i = 0; i < o.publishers; i++)
		cl[i].inflight = 0, touch(&cl[i]);
}

static void traffic(struct run *r)
{
	int64_t begin = now_ns(), next = begin, from = begin + (int64_t)(o.warmup * NS), since = 0, now;
	int64_t until = from + (int64_t)(o.secs * NS);
	sending = true;
	last_progress = begin;
	for (int i = 0; o.window && i < o.publishers; i++)
		touch(&cl[i]);
	while ((now = now_ns()) < until) {
		if (!measuring && now >= from)
			measure_from(r, &since);
		if (o.rate > 0)
			next = send_due(next, now);
		if (o.window && now - last_progress > NS)
			restart_stalled(now);
		uint64_t before = n_of.m_delivered;
		int64_t t = measuring ? until : from;
		if (o.rate > 0 && next < t)
			t = next;
		turn(ndirty ? 0 : t > now + NS / 10 ? NS / 10 : t > now ? t - now : 0);
		if (measuring && now - since < 64 * NS)
			r->per_second[(now - since) / NS] += n_of.m_delivered - before;
	}
	measuring = sending = false;
	r->secs = (now_ns() - since) / (double)NS;
	r->end = usage(false), r->busy = cpu_self() - r->busy;
}

static bool all_answered(void)
{
	for (int i = 0; o.wire == &wire_opentok && i < o.publishers; i++)
		if (cl[i].answered < cl[i].seq)
			return false;
	return true;
}

static bool drain(void)     /* whether something was still under way after two seconds */
{
	int64_t limit = now_ns() + 2 * NS;
	last_progress = now_ns();
	while ((n_of.delivered < expected() || !all_answered()) && now_ns() < limit && now_ns() - last_progress < NS)
		turn(NS / 20);
	return now_ns() >= limit;
}

static void see_who_was_dropped(void)      /* of those that do not read: they read on, to see */
{
	static char b[1 << 18];
	for (int i = o.clients - o.stalled; i < o.clients; i++) {
		int64_t limit = now_ns() + NS;
		while (cl[i].state == OPEN && now_ns() < limit) {
			ssize_t n = recv(cl[i].fd, b, sizeof b, 0);
			if (n == 0 || (n < 0 && errno != EAGAIN))
				closed(&cl[i], "stalled");
			else if (n < 0)
				usleep(1000);
		}
	}
}

static void print_traffic(const struct run *r)
{
	double cpu = (r->end.cpu - r->begin.cpu) / 1e9, wait = (r->end.wait - r->begin.wait) / 1e9;
	double user = r->end.user - r->begin.user, sys = r->end.sys - r->begin.sys;
	printf("\"sent_s\":%.1f,\"deliveries_s\":%.1f,\"mbytes_s\":%.2f,\"cpu_s\":%.4f,\"deliveries_cpu_s\":%.1f,"
	       "\"us_per_delivery\":%.4f,\"server_busy\":%.3f,\"server_waited\":%.3f,\"server_sys\":%.3f,\"loader_busy\":%.3f,",
	       n_of.m_sent / r->secs, n_of.m_delivered / r->secs, n_of.m_bytes / r->secs / 1e6, cpu,
	       cpu > 0 ? n_of.m_delivered / cpu : 0, n_of.m_delivered ? cpu * 1e6 / n_of.m_delivered : 0,
	       cpu / r->secs, wait / r->secs, user + sys > 0 ? sys / (user + sys) : 0, r->busy / r->secs);
	printf("\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,",
	       percentile(.5), percentile(.9), percentile(.99), percentile(.999), percentile(1 - 1e-12));
	printf("\"rss_begin_kb\":%ld,\"rss_end_kb\":%ld,\"rss_peak_kb\":%ld,\"per_second\":[",
	       r->begin.rss, r->end.rss, r->end.hwm);
	for (int i = 0; i < 64 && i < (int)(r->secs + .5); i++)
		printf("%s%llu", i ? "," : "", (unsigned long long)r->per_second[i]);
	printf("],");
}

static void print_setup(const struct run *r)
{
	double cpu = (r->up.cpu - r->idle.cpu) / 1e9;
	printf("\"setup_s\":%.3f,\"setup_cpu_s\":%.4f,\"conn_s\":%.1f,\"conn_cpu_s\":%.1f,\"rss_idle_kb\":%ld,"
	       "\"rss_conn_kb\":%ld,\"pss_idle_kb\":%ld,\"pss_conn_kb\":%ld,\"kb_per_conn\":%.2f,",
	       r->setup, cpu, n_of.open / r->setup, cpu > 0 ? n_of.open / cpu : 0, r->idle.rss, r->full.rss,
	       r->idle.pss, r->full.pss, (r->full.pss - r->idle.pss) / (double)o.clients);
}

static bool print(const struct run *r)      /* whether all that was promised was kept */
{
	uint64_t unanswered = 0;
	long long lost = expected() - n_of.delivered;
	for (int i = 0; o.wire == &wire_opentok && i < o.publishers; i++)
		unanswered += cl[i].seq - cl[i].answered;
	printf("{\"label\":\"%s\",\"wire\":\"%s\",\"clients\":%d,\"sessions\":%d,\"publishers\":%d,\"window\":%d,\"rate\":%g,"
	       "\"bytes\":%d,\"directed\":%s,\"seconds\":%.3f,", o.label, o.wire->name, o.clients, o.sessions, o.publishers,
	       o.window, o.rate, o.bytes, o.directed ? "true" : "false", r->secs);
	if (r->secs > 0)
		print_traffic(r);
	print_setup(r);
	printf("\"sent\":%llu,\"delivered\":%llu,\"lost\":%lld,\"gaps\":%llu,\"disorder\":%llu,\"others\":%llu,"
	       "\"refused\":%llu,\"unanswered\":%llu,\"closed\":%d,\"stalled_closed\":%d,\"stalls\":%llu,\"backlog\":%s}\n",
	       (unsigned long long)n_of.sent, (unsigned long long)n_of.delivered, lost, (unsigned long long)n_of.gaps,
	       (unsigned long long)n_of.disorder, (unsigned long long)n_of.others, (unsigned long long)n_of.refused,
	       (unsigned long long)unanswered, n_of.closed, n_of.stalled_closed, (unsigned long long)n_of.stalls,
	       r->backlog ? "true" : "false");
	return !lost && !n_of.disorder && !n_of.closed && !n_of.refused && !unanswered;
}

/* Without a last word a relay keeps a place for everybody, into the next run. */
static void leave_all(void)
{
	int64_t limit = now_ns() + 2 * NS;
	leaving = true;
	for (int i = 0; o.wire->leave && i < o.clients; i++)
		if (cl[i].state == OPEN && !cl[i].stalled)
			o.wire->leave(&cl[i]);
	for (int i = 0; o.wire->leave && i < o.clients && now_ns() < limit; i++)
		while (cl[i].state == OPEN && !cl[i].stalled && now_ns() < limit)
			turn(NS / 50);
}

/* ---- the command line ---- */

static void help(const char *me)
{
	fprintf(stderr,
"usage: %s [options] ws://A.B.C.D:PORT/PATH     (%%s: session, %%c: client, %%r: this run)\n"
"  -m MODE   json (any relay that echoes text), sio (Socket.IO 4), mqtt, nats,\n"
"            hg (heliograph.v1; -j is its join frame), opentok (-j is session id, blank, token)   [json]\n"
"  -f FILE   instead of PATH and -j: for each session a line with its path, a tab, and its -j\n"
"  -c N      clients [10]               -s N   sessions, clients dealt in turn [1]\n"
"  -p N      publishers [1]             -b N   bytes of one signal [200]\n"
"  -w N      closed loop: own signals un-echoed per publisher\n"
"  -r R      open loop: signals per second, all publishers together; arrivals are\n"
"            Poisson with a fixed seed, or evenly spaced with -e\n"
"            (neither: open the connections, hold them, send nothing)\n"
"  -d SECS   measured time [2]          -D SECS  warm-up before it [0.5]\n"
"  -t        each publisher sends to the next client of its session only\n"
"  -u        mqtt: log in as user cN, password x\n"
"  -j MSG    first text message of each client (json)\n"
"  -k N      the last N clients stop reading once they are in\n"
"  -n N      handshakes under way at once [32]\n"
"  -H SECS   hold the idle connections before measuring memory [0]\n"
"  -S SECS   pause between the last handshake and the traffic [0.2]\n"
"  -P PID    a process of the server, for its CPU time and memory (repeatable)\n"
"  -l TEXT   label, copied to the output\n", me);
	exit(2);
}

static const struct wire *wire_named(const char *name)
{
	static const struct wire *all[] = { &wire_json, &wire_sio, &wire_mqtt, &wire_nats, &wire_hg, &wire_opentok };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}

static void read_sessions(const char *file)
{
	FILE *f = fopen(file, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	if (!f)
		die(file);
	for (int count = 0; (n = getline(&line, &size, f)) > 0; count++) {
		o.paths = realloc(o.paths, (count + 1) * sizeof *o.paths);
		o.credentials = realloc(o.credentials, (count + 1) * sizeof *o.credentials);
		line[strcspn(line, "\n")] = 0;
		char *tab = strchr(line, '\t');
		if (tab)
			*tab++ = 0;
		o.paths[count] = strdup(line);
		o.credentials[count] = strdup(tab ? tab : "");
		o.sessions = count + 1;
	}
	free(line);
	fclose(f);
}

static void options(int argc, char **argv)
{
	const char *file = NULL;
	int c;
	while ((c = getopt(argc, argv, "m:f:c:s:p:b:w:r:ed:D:tuj:k:n:H:S:P:l:h")) != -1)
		switch (c) {
		case 'm':
			if (!(o.wire = wire_named(optarg)))
				help(argv[0]);
			break;
		case 'f': file = optarg; break;
		case 'c': o.clients = atoi(optarg); break;
		case 's': o.sessions = atoi(optarg); break;
		case 'p': o.publishers = atoi(optarg); break;
		case 'b': o.bytes = atoi(optarg); break;
		case 'w': o.window = atoi(optarg); break;
		case 'r': o.rate = atof(optarg); break;
		case 'e': o.even = true; break;
		case 'd': o.secs = atof(optarg); break;
		case 'D': o.warmup = atof(optarg); break;
		case 'u': o.user = true; break;
		case 't': o.directed = true; break;
		case 'j': o.join = optarg; break;
		case 'k': o.stalled = atoi(optarg); break;
		case 'n': o.concurrent = atoi(optarg); break;
		case 'H': o.hold = atof(optarg); break;
		case 'S': o.settle = atof(optarg); break;
		case 'P': if (o.npids < 16) o.pids[o.npids++] = atoi(optarg); break;
		case 'l': o.label = optarg; break;
		default: help(argv[0]);
		}
	if (optind != argc - 1 || sscanf(argv[optind], "ws://%63[0-9.]:%d%255s", o.host, &o.port, o.path) < 2)
		help(argv[0]);
	if (!*o.path)
		strcpy(o.path, "/");
	if (file)
		read_sessions(file);
	if (o.publishers + o.stalled > o.clients || o.sessions < 1 || o.bytes > 65000 || (o.window && o.rate > 0))
		help(argv[0]);
}

static void prepare(void)
{
	int most = (o.publishers + o.sessions - 1) / o.sessions;
	ep = epoll_create1(EPOLL_CLOEXEC);
	cl = calloc(o.clients, sizeof *cl);
	dirty = calloc(o.clients, sizeof *dirty);
	prctl(PR_SET_TIMERSLACK, 1000L);
	for (int i = 0; i < o.clients; i++) {
		struct client *c = &cl[i];
		c->idx = i, c->session = i % o.sessions, c->fd = -1;
		c->pub = i < o.publishers ? i / o.sessions : -1;
		c->stalled = i >= o.clients - o.stalled;
		c->expect = calloc(most + 1, sizeof *c->expect);
	}
}

int main(int argc, char **argv)
{
	struct run r = { 0 };
	options(argc, argv);
	prepare();
	r.idle = usage(true);
	r.setup = open_all() / (double)NS;
	r.up = usage(false);
	wait_until(now_ns() + (int64_t)((o.hold > o.settle ? o.hold : o.settle) * NS));
	r.full = usage(true);
	if (o.window || o.rate > 0) {
		traffic(&r);
		r.backlog = drain();
	}
	see_who_was_dropped();
	bool kept = print(&r);
	leave_all();
	return kept ? 0 : 1;
}
