/* Clock, latencies, and what the server costs. */
#define _GNU_SOURCE
#include "loader.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS + t.tv_nsec;
}

/* ---- latency histogram: 64 linear steps per power of two, 1.6 % wide ---- */

static uint64_t hist[64 * 64], hist_n;

void record(int64_t ns)
{
	uint64_t v = ns < 0 ? 0 : ns;
	int msb = 63 - __builtin_clzll(v | 64);
	hist[(msb - 6) * 64 + (v >> (msb - 6))]++;
	hist_n++;
}

double percentile(double q)
{
	uint64_t want = (uint64_t)(q * hist_n), seen = 0;
	for (int i = 0; i < 64 * 64; i++)
		if ((seen += hist[i]) > want) {
			int shift = i < 128 ? 0 : i / 64 - 1;
			return (double)((uint64_t)(i - shift * 64) << shift) / 1e3;
		}
	return 0;
}

/* ---- the server's CPU time and memory, from /proc ---- */

static bool slurp(const char *path, char *b, size_t n)
{
	int fd = open(path, O_RDONLY);
	if (fd < 0)
		return false;
	ssize_t r = read(fd, b, n - 1);
	close(fd);
	b[r > 0 ? r : 0] = 0;
	return r > 0;
}

static long field(const char *text, const char *name)
{
	const char *p = strstr(text, name);
	return p ? atol(p + strlen(name)) : 0;
}

struct usage usage(bool memory)
{
	struct usage u = { 0 };
	char path[300], b[4096];
	for (int i = 0; i < o.npids; i++) {
		snprintf(path, sizeof path, "/proc/%d/task", o.pids[i]);
		DIR *d = opendir(path);
		for (struct dirent *e; d && (e = readdir(d));) {
			long long run, wait;
			snprintf(path, sizeof path, "/proc/%d/task/%.20s/schedstat", o.pids[i], e->d_name);
			if (*e->d_name != '.' && slurp(path, b, sizeof b) &&
			    sscanf(b, "%lld %lld", &run, &wait) == 2) {
				u.cpu += run;
				u.wait += wait;
			}
		}
		if (d)
			closedir(d);
		snprintf(path, sizeof path, "/proc/%d/stat", o.pids[i]);
		unsigned long ut, st;
		if (slurp(path, b, sizeof b) && strrchr(b, ')') &&
		    sscanf(strrchr(b, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &ut, &st) == 2) {
			u.user += ut / (double)sysconf(_SC_CLK_TCK);
			u.sys += st / (double)sysconf(_SC_CLK_TCK);
		}
		snprintf(path, sizeof path, "/proc/%d/status", o.pids[i]);
		if (slurp(path, b, sizeof b)) {
			u.rss += field(b, "VmRSS:");
			u.hwm += field(b, "VmHWM:");
		}
		snprintf(path, sizeof path, "/proc/%d/smaps_rollup", o.pids[i]);
		if (memory && slurp(path, b, sizeof b))
			u.pss += field(b, "Pss:");
	}
	return u;
}

double cpu_self(void)
{
	struct rusage r;
	getrusage(RUSAGE_SELF, &r);
	return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

