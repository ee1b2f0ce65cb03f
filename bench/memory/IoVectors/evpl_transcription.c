/*
 * The work of a slab allocator with one count per slab, as it is done in C: a vector is carved
 * from the end of the current slab, and the slab is used again when all of its vectors have been
 * released. Written for this bench from the description of the scheme; once with a plain count
 * and once with an atomic one.
 */
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define SLAB_SIZE (2u << 20)
#define LIVE 512

struct slab {
    struct slab *next;
    char *base;
    unsigned used;
    int64_t count;
    _Atomic int64_t shared_count;
};

struct vector {
    char *data;
    uint32_t length;
    uint32_t flags;
    struct slab *slab;
};

static struct slab *free_slabs;
static struct slab *current;

static struct slab *new_slab(void)
{
    struct slab *slab = free_slabs;
    if (slab) {
        free_slabs = slab->next;
    } else {
        slab = calloc(1, sizeof(*slab));
        slab->base = aligned_alloc(4096, SLAB_SIZE);
    }
    slab->used = 0;
    slab->count = 1;
    atomic_store_explicit(&slab->shared_count, 1, memory_order_relaxed);
    return slab;
}

static void retire(struct slab *slab)
{
    slab->next = free_slabs;
    free_slabs = slab;
}

static inline void release_local(struct slab *slab)
{
    if (--slab->count == 0)
        retire(slab);
}

static inline void release_shared(struct slab *slab)
{
    if (atomic_fetch_sub(&slab->shared_count, 1) == 1)
        retire(slab);
}

static inline void allocate(struct vector *vector, unsigned length, int shared)
{
    if (!current || current->used + length > SLAB_SIZE) {
        if (current) {
            if (shared)
                release_shared(current);
            else
                release_local(current);
        }
        current = new_slab();
    }
    vector->data = current->base + current->used;
    vector->length = length;
    vector->flags = shared;
    vector->slab = current;
    current->used += length;
    if (shared)
        atomic_fetch_add(&current->shared_count, 1);
    else
        current->count++;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

double allocate_release(int64_t times, unsigned length, int shared)
{
    static struct vector live[LIVE];
    current = NULL;
    for (int i = 0; i < LIVE; i++)
        allocate(&live[i], length, shared);
    double start = now();
    for (int64_t i = 0; i < times; i++) {
        struct vector *vector = &live[i & (LIVE - 1)];
        if (shared)
            release_shared(vector->slab);
        else
            release_local(vector->slab);
        allocate(vector, length, shared);
    }
    double ns = (now() - start) / times;
    for (int i = 0; i < LIVE; i++) {
        if (shared)
            release_shared(live[i].slab);
        else
            release_local(live[i].slab);
    }
    return ns;
}

double clone_release(int64_t times, int shared)
{
    struct slab *slab = new_slab();
    volatile struct vector held = { slab->base, 64, shared, slab };
    struct vector clone;
    double start = now();
    for (int64_t i = 0; i < times; i++) {
        clone.slab = held.slab;
        clone.data = held.data;
        clone.length = held.length;
        if (shared)
            atomic_fetch_add(&clone.slab->shared_count, 1);
        else
            clone.slab->count++;
        __asm__ volatile("" : : "r"(&clone) : "memory");
        if (shared)
            release_shared(clone.slab);
        else
            release_local(clone.slab);
    }
    double ns = (now() - start) / times;
    retire(slab);
    return ns;
}
