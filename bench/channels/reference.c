// What two processes on two processors can do without Sluice, as plainly as C says it.
//
//   reference MODE COUNT SIZE CPU_A CPU_B
//
// One way, in nanoseconds (half of a round trip), COUNT round trips of SIZE bytes:
//   spin     each side stores a number into a cache line of its own and looks at the other's
//   futex    the same, but it sleeps on the other's number (FUTEX_WAIT) and wakes (FUTEX_WAKE)
//   pipe     two anonymous pipes
//   stream   a pair of UNIX stream sockets
//   packet   a pair of UNIX sequenced packet sockets
// One direction, in millions of messages per second, COUNT messages of SIZE bytes:
//   pipe-flow, stream-flow, packet-flow
//
// Prints one number.
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  _Alignas(128) _Atomic uint32_t value;
  char payload[64 - sizeof(uint32_t)];
} line;

static line *lines;
static int sockets[2];
static int forth[2], back[2];
static char *buffer;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) fail("sched_setaffinity");
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static void read_all(int fd, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = read(fd, buffer + done, size - done);
    if (count <= 0) fail("read");
    done += count;
  }
}

static void write_all(int fd, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = write(fd, buffer + done, size - done);
    if (count <= 0) fail("write");
    done += count;
  }
}

static void spin_for(_Atomic uint32_t *value, uint32_t wanted) {
  while (atomic_load_explicit(value, memory_order_acquire) != wanted) {
  }
}

static void sleep_for(_Atomic uint32_t *value, uint32_t wanted) {
  uint32_t seen;
  while ((seen = atomic_load_explicit(value, memory_order_acquire)) != wanted)
    syscall(SYS_futex, value, FUTEX_WAIT, seen, NULL, NULL, 0);
}

static void set(line *target, uint32_t value, int wakes) {
  atomic_store_explicit(&target->value, value, memory_order_release);
  if (wakes) syscall(SYS_futex, &target->value, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void words(int is_first, long count, int sleeps) {
  void (*wait_for)(_Atomic uint32_t *, uint32_t) = sleeps ? sleep_for : spin_for;
  for (long i = 1; i <= count; i++) {
    if (is_first) {
      set(&lines[0], (uint32_t)i, sleeps);
      wait_for(&lines[1].value, (uint32_t)i);
    } else {
      wait_for(&lines[0].value, (uint32_t)i);
      set(&lines[1], (uint32_t)i, sleeps);
    }
  }
}

// Not through pointers: a loop that is as tight as it can be.
static void spin(int is_first, long count) {
  _Atomic uint32_t *mine = &lines[is_first ? 0 : 1].value;
  _Atomic uint32_t *other = &lines[is_first ? 1 : 0].value;
  for (long i = 1; i <= count; i++) {
    if (is_first) atomic_store_explicit(mine, (uint32_t)i, memory_order_release);
    while (atomic_load_explicit(other, memory_order_acquire) != (uint32_t)i) {
    }
    if (!is_first) atomic_store_explicit(mine, (uint32_t)i, memory_order_release);
  }
}

static void bytes(int is_first, int in, int out, long count, size_t size) {
  for (long i = 0; i < count; i++) {
    if (is_first) write_all(out, size);
    read_all(in, size);
    if (!is_first) write_all(out, size);
  }
}

static void flow(int is_first, int in, int out, long count, size_t size) {
  for (long i = 0; i < count; i++) {
    if (is_first)
      write_all(out, size);
    else
      read_all(in, size);
  }
  // The sender's clock stops when the last message was read.
  if (is_first)
    read_all(in, 1);
  else
    write_all(out, 1);
}

static void run(const char *mode, int is_first, long count, size_t size) {
  int is_pipe = strncmp(mode, "pipe", 4) == 0;
  int in = is_pipe ? (is_first ? back[0] : forth[0]) : sockets[!is_first];
  int out = is_pipe ? (is_first ? forth[1] : back[1]) : sockets[!is_first];
  if (strcmp(mode, "spin") == 0)
    spin(is_first, count);
  else if (strcmp(mode, "futex") == 0)
    words(is_first, count, 1);
  else if (strstr(mode, "-flow") != NULL)
    flow(is_first, in, out, count, size);
  else
    bytes(is_first, in, out, count, size);
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: reference MODE COUNT SIZE CPU_A CPU_B\n");
    return 2;
  }
  const char *mode = argv[1];
  long count = atol(argv[2]);
  size_t size = atol(argv[3]);
  buffer = calloc(1, size < 64 ? 64 : size);
  lines = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (lines == MAP_FAILED || pipe(forth) != 0 || pipe(back) != 0) fail("setup");
  int type = strncmp(mode, "packet", 6) == 0 ? SOCK_SEQPACKET : SOCK_STREAM;
  if (socketpair(AF_UNIX, type, 0, sockets) != 0) fail("socketpair");

  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    pin(atoi(argv[5]));
    run(mode, 0, count / 10, size);
    atomic_store(&lines[2].value, 1);
    spin_for(&lines[3].value, 1);
    run(mode, 0, count, size);
    _exit(0);
  }

  pin(atoi(argv[4]));
  run(mode, 1, count / 10, size);
  spin_for(&lines[2].value, 1);
  atomic_store(&lines[0].value, 0);
  atomic_store(&lines[1].value, 0);
  atomic_store(&lines[3].value, 1);
  double start = now();
  run(mode, 1, count, size);
  double passed = now() - start;
  int status;
  if (waitpid(child, &status, 0) != child || status != 0) fail("child");
  if (strstr(mode, "-flow") != NULL)
    printf("%.3f\n", count / passed * 1e3);
  else
    printf("%.1f\n", passed / count / 2);
  return 0;
}
