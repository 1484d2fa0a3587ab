// SPDX-License-Identifier: MIT
// pthreads with the project's habits: locks that know their owner, waits on the monotonic clock,
// signals blocked in every thread but main.
#include "base/thread.h"

#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t self_id(void)
{
    static _Thread_local uint64_t id;

    if (!id)
        id = (uint64_t)gettid();
    return id;
}

void lock_init(struct lock *l)
{
    pthread_mutex_init(&l->mutex, NULL);
    atomic_init(&l->owner, 0);
}

void lock_fini(struct lock *l)
{
    pthread_mutex_destroy(&l->mutex);
}

void lock_acquire(struct lock *l)
{
    pthread_mutex_lock(&l->mutex);
    atomic_store_explicit(&l->owner, self_id(), memory_order_relaxed);
}

void lock_release(struct lock *l)
{
    lock_assert_held(l);
    atomic_store_explicit(&l->owner, 0, memory_order_relaxed);
    pthread_mutex_unlock(&l->mutex);
}

void lock_assert_held(const struct lock *l)
{
    CHECK(atomic_load_explicit(&l->owner, memory_order_relaxed) == self_id());
}

static void cond_init_monotonic(pthread_cond_t *c)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
}

void cond_init(struct cond *c)
{
    cond_init_monotonic(&c->cond);
}

void cond_fini(struct cond *c)
{
    pthread_cond_destroy(&c->cond);
}

bool cond_wait(struct cond *c, struct lock *l, int64_t timeout_ms)
{
    int rc;

    lock_assert_held(l);
    atomic_store_explicit(&l->owner, 0, memory_order_relaxed);
    if (timeout_ms < 0) {
        rc = pthread_cond_wait(&c->cond, &l->mutex);
    } else {
        int64_t until = clock_mono_ns() + timeout_ms * 1000000;
        struct timespec ts = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
        rc = pthread_cond_timedwait(&c->cond, &l->mutex, &ts);
    }
    atomic_store_explicit(&l->owner, self_id(), memory_order_relaxed);
    return rc != ETIMEDOUT;
}

void cond_signal(struct cond *c)
{
    pthread_cond_signal(&c->cond);
}

void cond_broadcast(struct cond *c)
{
    pthread_cond_broadcast(&c->cond);
}

void ticket_init(struct ticket *t)
{
    pthread_mutex_init(&t->mutex, NULL);
    cond_init_monotonic(&t->cond);
    t->done = false;
    t->result = ERR_OK;
}

void ticket_fini(struct ticket *t)
{
    pthread_cond_destroy(&t->cond);
    pthread_mutex_destroy(&t->mutex);
}

void ticket_complete(struct ticket *t, enum errc result)
{
    pthread_mutex_lock(&t->mutex);
    t->result = result;
    t->done = true;
    pthread_cond_signal(&t->cond); // under the mutex: the waiter may free the ticket right after
    pthread_mutex_unlock(&t->mutex);
}

enum errc ticket_wait(struct ticket *t)
{
    pthread_mutex_lock(&t->mutex);
    while (!t->done)
        pthread_cond_wait(&t->cond, &t->mutex);
    enum errc result = t->result;
    pthread_mutex_unlock(&t->mutex);
    return result;
}

struct queue {
    struct lock lock;
    struct cond not_empty, not_full;
    size_t cap, len, head;
    bool closed;
    void *items[];
};

struct queue *queue_create(size_t capacity)
{
    struct queue *q = calloc(1, sizeof(*q) + capacity * sizeof(q->items[0]));

    CHECK(q != NULL && capacity > 0);
    lock_init(&q->lock);
    cond_init(&q->not_empty);
    cond_init(&q->not_full);
    q->cap = capacity;
    return q;
}

void queue_destroy(struct queue *q)
{
    if (!q)
        return;
    cond_fini(&q->not_full);
    cond_fini(&q->not_empty);
    lock_fini(&q->lock);
    free(q);
}

bool queue_push(struct queue *q, void *item, int64_t timeout_ms)
{
    int64_t until = timeout_ms < 0 ? INT64_MAX : clock_mono_ms() + timeout_ms;

    lock_acquire(&q->lock);
    while (q->len == q->cap && !q->closed) {
        int64_t left = timeout_ms < 0 ? -1 : until - clock_mono_ms();
        if (timeout_ms >= 0 && left <= 0)
            break;
        cond_wait(&q->not_full, &q->lock, left);
    }
    bool ok = q->len < q->cap && !q->closed;
    if (ok) {
        q->items[(q->head + q->len++) % q->cap] = item;
        cond_signal(&q->not_empty);
    }
    lock_release(&q->lock);
    return ok;
}

size_t queue_pop(struct queue *q, void **items, size_t max, int64_t timeout_ms)
{
    int64_t until = timeout_ms < 0 ? INT64_MAX : clock_mono_ms() + timeout_ms;
    size_t n = 0;

    lock_acquire(&q->lock);
    while (q->len == 0 && !q->closed) {
        int64_t left = timeout_ms < 0 ? -1 : until - clock_mono_ms();
        if (timeout_ms >= 0 && left <= 0)
            break;
        cond_wait(&q->not_empty, &q->lock, left);
    }
    for (; n < max && q->len; n++, q->len--) {
        items[n] = q->items[q->head];
        q->head = (q->head + 1) % q->cap;
    }
    if (n)
        cond_broadcast(&q->not_full);
    lock_release(&q->lock);
    return n;
}

void queue_close(struct queue *q)
{
    lock_acquire(&q->lock);
    q->closed = true;
    cond_broadcast(&q->not_empty);
    cond_broadcast(&q->not_full);
    lock_release(&q->lock);
}

bool queue_closed(const struct queue *q)
{
    struct queue *m = unconst(q); // the lock is taken

    lock_acquire(&m->lock);
    bool closed = m->closed;
    lock_release(&m->lock);
    return closed;
}

size_t queue_len(const struct queue *q)
{
    struct queue *m = unconst(q); // the lock is taken

    lock_acquire(&m->lock);
    size_t len = m->len;
    lock_release(&m->lock);
    return len;
}

struct thread {
    pthread_t id;
};

struct thread *thread_start(const char *name, size_t stack_bytes, void *(*fn)(void *), void *arg)
{
    struct thread *t = calloc(1, sizeof(*t));
    pthread_attr_t attr;
    sigset_t all, old;

    CHECK(t != NULL);
    pthread_attr_init(&attr);
    if (stack_bytes)
        pthread_attr_setstacksize(&attr, stack_bytes);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int rc = pthread_create(&t->id, &attr, fn, arg);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    CHECK(rc == 0);
    pthread_setname_np(t->id, name);
    return t;
}

void thread_join(struct thread *t)
{
    if (!t)
        return;
    pthread_join(t->id, NULL);
    free(t);
}
