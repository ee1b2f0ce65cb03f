// What a registered buffer is worth for a socket: CPU time per operation over loopback TCP.
//
//   registered SIZE COUNT
//
// Each variant sends COUNT pieces of SIZE bytes through one ring, one at a time, to a thread that
// reads them away. The receiving variants ask a thread for each piece, by a send of one byte. The
// time is that of the measuring thread alone. Prints "SIZE;VARIANT;NANOSECONDS", -1 where the
// kernel refuses.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <liburing.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum variant { SEND, WRITE, WRITE_FIXED, SEND_ZC, SEND_ZC_FIXED, SEND_FIXED_FLAG, RECV,
  RECV_MULTI, READ_FIXED, VARIANTS };
static const char *names[] = { "SEND", "WRITE", "WRITE_FIXED", "SEND_ZC", "SEND_ZC fixed",
  "SEND with FIXED_BUF flag", "RECV", "RECV multishot, buffer ring", "READ_FIXED" };
#define SLAB (2u << 20)
static size_t size;
static long count;

static long thread_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void pair(int fd[2]) {
  int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t length = sizeof a;
  if (bind(listener, (void *)&a, sizeof a) || listen(listener, 1)) exit(1);
  getsockname(listener, (void *)&a, &length);
  fd[0] = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd[0], (void *)&a, sizeof a)) exit(1);
  fd[1] = accept(listener, 0, 0);
  setsockopt(fd[0], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(fd[1], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  close(listener);
}

struct peer { int fd; int writes; };

static void *run_peer(void *state) {
  struct peer *p = state;
  char *buffer = calloc(1, 1 << 20), token;
  if (!p->writes) {
    while (recv(p->fd, buffer, 1 << 20, 0) > 0) { }
  } else {
    while (recv(p->fd, &token, 1, 0) == 1)
      if (send(p->fd, buffer, size, MSG_NOSIGNAL) != (ssize_t)size) break;
  }
  free(buffer);
  return 0;
}

static long measure(enum variant v) {
  struct io_uring ring;
  struct io_uring_params params = { .flags = IORING_SETUP_SINGLE_ISSUER
    | IORING_SETUP_DEFER_TASKRUN };
  if (io_uring_queue_init_params(64, &ring, &params)) exit(1);
  char *slab = mmap(0, SLAB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(slab, 1, SLAB);
  struct iovec iovec = { slab, SLAB };
  if (io_uring_register_buffers(&ring, &iovec, 1)) { perror("register"); exit(1); }
  int fd[2];
  pair(fd);
  int receives = v >= RECV;
  struct peer p = { fd[1], receives };
  pthread_t thread;
  pthread_create(&thread, 0, run_peer, &p);
  struct io_uring_buf_ring *buffers = 0;
  if (v == RECV_MULTI) {
    struct io_uring_buf_reg reg = { .ring_entries = 16 };
    if (posix_memalign((void **)&buffers, 4096, 4096)) exit(1);
    memset(buffers, 0, 4096);
    reg.ring_addr = (unsigned long)buffers;
    if (io_uring_register_buf_ring(&ring, &reg, 0)) { perror("buf ring"); exit(1); }
    io_uring_buf_ring_init(buffers);
    for (int i = 0; i < 16; i++)
      io_uring_buf_ring_add(buffers, slab + i * 65536, 65536, i, 15, i);
    io_uring_buf_ring_advance(buffers, 16);
  }
  long result = -1, started = 0;
  int armed = 0;
  for (long i = -count / 10; i < count; i++) {
    if (i == 0) started = thread_ns();
    char *at = slab + (i & 15) * 65536;
    if (receives && send(fd[0], "t", 1, MSG_NOSIGNAL) != 1) exit(1);
    for (size_t done = 0; done < size;) {
      struct io_uring_sqe *sqe = armed ? 0 : io_uring_get_sqe(&ring);
      size_t left = size - done;
      switch (v) {
        case SEND: io_uring_prep_send(sqe, fd[0], at, left, MSG_NOSIGNAL | MSG_WAITALL); break;
        case WRITE: io_uring_prep_write(sqe, fd[0], at, left, 0); break;
        case WRITE_FIXED: io_uring_prep_write_fixed(sqe, fd[0], at, left, 0, 0); break;
        case SEND_ZC: io_uring_prep_send_zc(sqe, fd[0], at, left, MSG_WAITALL, 0); break;
        case SEND_ZC_FIXED:
          io_uring_prep_send_zc_fixed(sqe, fd[0], at, left, MSG_WAITALL, 0, 0); break;
        case SEND_FIXED_FLAG:
          io_uring_prep_send(sqe, fd[0], at, left, MSG_NOSIGNAL);
          sqe->ioprio |= IORING_RECVSEND_FIXED_BUF; break;
        case RECV: io_uring_prep_recv(sqe, fd[0], at, left, 0); break;
        case READ_FIXED: io_uring_prep_read_fixed(sqe, fd[0], at, left, 0, 0); break;
        default:
          if (!armed) {
            io_uring_prep_recv_multishot(sqe, fd[0], 0, 0, 0);
            sqe->flags |= IOSQE_BUFFER_SELECT;
            armed = 1;
          }
      }
      int pending = 1;
      while (pending) {
        struct io_uring_cqe *cqe;
        io_uring_submit_and_wait(&ring, 1);
        while (!io_uring_peek_cqe(&ring, &cqe)) {
          int notification = (cqe->flags & IORING_CQE_F_NOTIF) != 0;
          int more = (cqe->flags & IORING_CQE_F_MORE) != 0;
          if (!notification && cqe->res < 0) {
            fprintf(stderr, "%s: %s\n", names[v], strerror(-cqe->res));
            goto out;
          }
          if (!notification) done += cqe->res;
          if (cqe->flags & IORING_CQE_F_BUFFER) {
            int id = cqe->flags >> 16;
            io_uring_buf_ring_add(buffers, slab + id * 65536, 65536, id, 15, 0);
            io_uring_buf_ring_advance(buffers, 1);
          }
          if (v == RECV_MULTI) { armed = more; pending = 0; }
          else if (!more) pending = 0;
          io_uring_cqe_seen(&ring, cqe);
        }
      }
    }
  }
  result = (thread_ns() - started) / count;
out:
  shutdown(fd[0], SHUT_RDWR);
  pthread_join(thread, 0);
  close(fd[0]);
  close(fd[1]);
  io_uring_queue_exit(&ring);
  free(buffers);
  munmap(slab, SLAB);
  return result;
}

int main(int argc, char **argv) {
  size = argc > 1 ? atol(argv[1]) : 128;
  count = argc > 2 ? atol(argv[2]) : 100000;
  for (int v = 0; v < VARIANTS; v++) printf("%zu;%s;%ld\n", size, names[v], measure(v));
}
