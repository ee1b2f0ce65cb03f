/*
 * What one core can do: a server on liburing without any framework, to compare Sluice with.
 *
 *     reference PORT http    answers each request with the same 13 bytes of text, pipelined or not
 *     reference PORT echo    returns what it receives
 *
 * One thread owns one ring. Accept and receive are multishot; received bytes lie in a ring of
 * provided buffers; what one turn of the loop has to send to a connection leaves in one send, and
 * a connection has one send in flight. It is a yardstick, not a product: it looks for the end of
 * a request within one receive only, and does not slow down a peer that never reads.
 *
 * Build: cc -O2 -o reference reference.c -luring    (liburing 2.3 or later)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define RING_ENTRIES 4096
#define COMPLETION_ENTRIES 16384
#define BUFFER_COUNT 4096
#define BUFFER_BYTES 4096
#define BUFFER_GROUP 0
#define PEERS_MAX 65536

enum operation { OPERATION_ACCEPT, OPERATION_RECEIVE, OPERATION_SEND };

/* Bytes to send; grows, never shrinks. */
struct outbox {
    char *bytes;
    size_t used;
    size_t capacity;
};

/* Indexed by descriptor. It is closed only when the kernel holds nothing of it any more, so that
   no late completion can be taken for one of its successor. */
struct peer {
    struct outbox filling;
    struct outbox sending;
    size_t sent;
    bool is_sending;
    bool has_ended;
};

static const char answer[] = "HTTP/1.1 200 OK\r\n"
                             "Content-Type: text/plain\r\n"
                             "Content-Length: 13\r\n"
                             "\r\n"
                             "Hello, World!";

static struct io_uring ring;
static struct io_uring_buf_ring *buffer_ring;
static char *buffer_memory;
static struct peer peers[PEERS_MAX];
static bool is_echo;

static void fail(const char *what, int error)
{
    fprintf(stderr, "reference: %s: %s\n", what, strerror(error));
    exit(1);
}

static struct io_uring_sqe *take_entry(void)
{
    struct io_uring_sqe *entry;
    while ((entry = io_uring_get_sqe(&ring)) == NULL)
        io_uring_submit(&ring);
    return entry;
}

/* Call it last: the preparing functions of liburing clear the data. */
static void tag(struct io_uring_sqe *entry, enum operation operation, int fd)
{
    io_uring_sqe_set_data64(entry, (uint64_t)operation << 32 | (uint32_t)fd);
}

static void start_accept(int listener)
{
    struct io_uring_sqe *entry = take_entry();
    io_uring_prep_multishot_accept(entry, listener, NULL, NULL, SOCK_CLOEXEC);
    tag(entry, OPERATION_ACCEPT, listener);
}

static void start_receive(int fd)
{
    struct io_uring_sqe *entry = take_entry();
    io_uring_prep_recv_multishot(entry, fd, NULL, 0, 0);
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->buf_group = BUFFER_GROUP;
    tag(entry, OPERATION_RECEIVE, fd);
}

static void submit_send(int fd)
{
    struct peer *peer = &peers[fd];
    struct io_uring_sqe *entry = take_entry();
    io_uring_prep_send(entry, fd, peer->sending.bytes + peer->sent,
                       peer->sending.used - peer->sent, MSG_NOSIGNAL | MSG_WAITALL);
    tag(entry, OPERATION_SEND, fd);
    peer->is_sending = true;
}

static void start_send(int fd)
{
    struct peer *peer = &peers[fd];
    if (peer->is_sending || peer->filling.used == 0)
        return;
    struct outbox free_box = peer->sending;
    peer->sending = peer->filling;
    peer->filling = free_box;
    peer->filling.used = 0;
    peer->sent = 0;
    submit_send(fd);
}

static void put(struct outbox *box, const char *bytes, size_t count)
{
    if (box->capacity - box->used < count) {
        size_t capacity = box->capacity ? box->capacity : 256;
        while (capacity - box->used < count)
            capacity *= 2;
        if ((box->bytes = realloc(box->bytes, capacity)) == NULL)
            fail("memory", ENOMEM);
        box->capacity = capacity;
    }
    memcpy(box->bytes + box->used, bytes, count);
    box->used += count;
}

static void respond(int fd, const char *bytes, size_t count)
{
    struct outbox *box = &peers[fd].filling;
    if (is_echo) {
        put(box, bytes, count);
        return;
    }
    const char *end = bytes + count;
    while ((bytes = memmem(bytes, end - bytes, "\r\n\r\n", 4)) != NULL) {
        bytes += 4;
        put(box, answer, sizeof answer - 1);
    }
}

static void close_if_done(int fd)
{
    struct peer *peer = &peers[fd];
    if (!peer->has_ended || peer->is_sending)
        return;
    free(peer->filling.bytes);
    free(peer->sending.bytes);
    memset(peer, 0, sizeof *peer);
    close(fd);
}

static void on_accept(const struct io_uring_cqe *completion, int listener)
{
    int fd = completion->res;
    if (fd >= PEERS_MAX) {
        close(fd);
    } else if (fd >= 0) {
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        start_receive(fd);
    } else if (fd == -EMFILE || fd == -ENFILE) {
        fail("accept (raise ulimit -n)", -fd);
    }
    if (!(completion->flags & IORING_CQE_F_MORE))
        start_accept(listener);
}

/* Returns the number of buffers that it put back: they are published once per turn. */
static int on_receive(const struct io_uring_cqe *completion, int fd, int returned)
{
    bool is_armed = completion->flags & IORING_CQE_F_MORE;
    int count = 0;
    if (completion->flags & IORING_CQE_F_BUFFER) {
        unsigned id = completion->flags >> IORING_CQE_BUFFER_SHIFT;
        char *bytes = buffer_memory + (size_t)id * BUFFER_BYTES;
        if (completion->res > 0)
            respond(fd, bytes, completion->res);
        io_uring_buf_ring_add(buffer_ring, bytes, BUFFER_BYTES, id,
                              io_uring_buf_ring_mask(BUFFER_COUNT), returned);
        count = 1;
    }
    start_send(fd);
    if (completion->res <= 0 && completion->res != -ENOBUFS)
        peers[fd].has_ended = true;
    else if (!is_armed)
        start_receive(fd);
    close_if_done(fd);
    return count;
}

static void on_send(const struct io_uring_cqe *completion, int fd)
{
    struct peer *peer = &peers[fd];
    peer->is_sending = false;
    if (completion->res < 0) {
        peer->filling.used = 0;
        shutdown(fd, SHUT_RDWR);
    } else if ((peer->sent += completion->res) < peer->sending.used) {
        submit_send(fd);
    } else {
        start_send(fd);
    }
    close_if_done(fd);
}

static int open_listener(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 4096) != 0)
        fail("listen", errno);
    return fd;
}

static void open_ring(void)
{
    struct io_uring_params parameters = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
        .cq_entries = COMPLETION_ENTRIES,
    };
    int result = io_uring_queue_init_params(RING_ENTRIES, &ring, &parameters);
    if (result < 0)
        fail("io_uring", -result);

    size_t bytes = BUFFER_COUNT * sizeof(struct io_uring_buf);
    buffer_ring = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    buffer_memory = mmap(NULL, (size_t)BUFFER_COUNT * BUFFER_BYTES, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (buffer_ring == MAP_FAILED || buffer_memory == MAP_FAILED)
        fail("memory", errno);

    struct io_uring_buf_reg registration = {
        .ring_addr = (uintptr_t)buffer_ring,
        .ring_entries = BUFFER_COUNT,
        .bgid = BUFFER_GROUP,
    };
    if ((result = io_uring_register_buf_ring(&ring, &registration, 0)) < 0)
        fail("buffer ring", -result);
    io_uring_buf_ring_init(buffer_ring);
    for (int id = 0; id < BUFFER_COUNT; id++)
        io_uring_buf_ring_add(buffer_ring, buffer_memory + (size_t)id * BUFFER_BYTES,
                              BUFFER_BYTES, id, io_uring_buf_ring_mask(BUFFER_COUNT), id);
    io_uring_buf_ring_advance(buffer_ring, BUFFER_COUNT);
}

int main(int argc, char **argv)
{
    if (argc != 3 || (strcmp(argv[2], "http") != 0 && strcmp(argv[2], "echo") != 0)) {
        fprintf(stderr, "usage: reference PORT http|echo\n");
        return 2;
    }
    is_echo = strcmp(argv[2], "echo") == 0;
    int listener = open_listener(atoi(argv[1]));
    open_ring();
    start_accept(listener);

    for (;;) {
        int result = io_uring_submit_and_wait(&ring, 1);
        if (result < 0 && result != -EINTR && result != -EBUSY && result != -EAGAIN)
            fail("wait", -result);

        struct io_uring_cqe *completion;
        unsigned head, seen = 0;
        int returned = 0;
        io_uring_for_each_cqe(&ring, head, completion) {
            int fd = (int)(uint32_t)completion->user_data;
            switch ((enum operation)(completion->user_data >> 32)) {
            case OPERATION_ACCEPT:
                on_accept(completion, fd);
                break;
            case OPERATION_RECEIVE:
                returned += on_receive(completion, fd, returned);
                break;
            case OPERATION_SEND:
                on_send(completion, fd);
                break;
            }
            seen++;
        }
        if (returned > 0)
            io_uring_buf_ring_advance(buffer_ring, returned);
        io_uring_cq_advance(&ring, seen);
    }
}
