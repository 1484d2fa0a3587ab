// SPDX-License-Identifier: MIT
#pragma once
// Threads, locks that know their owner, a bounded queue, completion tickets.
// Lock order (take top first): app > store catalogue > read pool > queue > metrics.
#include "base/err.h"

#include <pthread.h>
#include <stdatomic.h>

struct lock {
    pthread_mutex_t mutex;
    _Atomic(uint64_t) owner; // 0 = free
};
void lock_init(struct lock *l);
void lock_fini(struct lock *l);
void lock_acquire(struct lock *l);
void lock_release(struct lock *l);
void lock_assert_held(const struct lock *l);

// Condition tied to a lock. Waits use the monotonic clock; timeout_ms < 0 waits for ever.
struct cond {
    pthread_cond_t cond;
};
void cond_init(struct cond *c);
void cond_fini(struct cond *c);
bool cond_wait(struct cond *c, struct lock *l, int64_t timeout_ms); // false on timeout
void cond_signal(struct cond *c);
void cond_broadcast(struct cond *c);

// Completion of one piece of work by another thread. Lives on the waiter's stack or arena.
struct ticket {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool done;
    enum errc result;
};
void ticket_init(struct ticket *t);
void ticket_fini(struct ticket *t);
void ticket_complete(struct ticket *t, enum errc result);
enum errc ticket_wait(struct ticket *t); // waits for ever: the worker always completes

// Bounded queue of pointers: many producers, one or more consumers.
struct queue;
struct queue *queue_create(size_t capacity);
void queue_destroy(struct queue *q);
bool queue_push(struct queue *q, void *item, int64_t timeout_ms); // false when full or closed
// Takes up to `max` items; waits up to timeout_ms for the first. 0 when none (or closed and empty).
size_t queue_pop(struct queue *q, void **items, size_t max, int64_t timeout_ms);
void queue_close(struct queue *q); // pushes fail from now on; pops drain what is left
bool queue_closed(const struct queue *q);
size_t queue_len(const struct queue *q);

struct thread;
// The name (max 15 chars) shows in ps and gdb. Signals are blocked in the new thread.
struct thread *thread_start(const char *name, size_t stack_bytes, void *(*fn)(void *), void *arg);
void thread_join(struct thread *t); // NULL is fine; frees
