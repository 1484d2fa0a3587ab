// SPDX-License-Identifier: MIT
// Locks, conditions, tickets, the queue and threads. Run under ThreadSanitizer as well. Nothing
// sleeps to make an order likely: threads meet at locks and tickets.
#include "base/thread.h"

#include "base/clock.h"
#include "unit/base/expect.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS 4
#define ROUNDS  5000
#define STACK   ((size_t)256 << 10)

struct shared {
    struct lock lock;
    struct cond cond;
    int count;
    bool ready;
    struct queue *queue;
};

static void *count_up(void *arg)
{
    struct shared *s = arg;

    for (int i = 0; i < ROUNDS; i++) {
        lock_acquire(&s->lock);
        lock_assert_held(&s->lock);
        s->count++;
        lock_release(&s->lock);
    }
    return NULL;
}

static void locks_exclude(void **state UNUSED)
{
    struct shared s = {0};
    struct thread *t[WORKERS];

    lock_init(&s.lock);
    for (int i = 0; i < WORKERS; i++)
        t[i] = thread_start("count", STACK, count_up, &s);
    for (int i = 0; i < WORKERS; i++)
        thread_join(t[i]);
    assert_int_equal(s.count, WORKERS * ROUNDS);
    lock_fini(&s.lock);
    thread_join(NULL);
}

// Runs fn in a child that must die by abort().
static void aborts(void (*fn)(void))
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        fn();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void assert_unheld(void)
{
    struct lock l;

    lock_init(&l);
    lock_assert_held(&l);
}

static void release_unheld(void)
{
    struct lock l;

    lock_init(&l);
    lock_release(&l);
}

static void locks_know_their_owner(void **state UNUSED)
{
    aborts(assert_unheld);
    aborts(release_unheld);
}

static void *make_ready(void *arg)
{
    struct shared *s = arg;

    lock_acquire(&s->lock);
    s->ready = true;
    cond_broadcast(&s->cond);
    lock_release(&s->lock);
    return NULL;
}

static void conditions_wake(void **state UNUSED)
{
    struct shared s = {0};

    lock_init(&s.lock);
    cond_init(&s.cond);
    lock_acquire(&s.lock);
    struct thread *t = thread_start("ready", STACK, make_ready, &s);
    while (!s.ready)
        cond_wait(&s.cond, &s.lock, -1);
    lock_assert_held(&s.lock); // owned again
    lock_release(&s.lock);
    thread_join(t);
    cond_fini(&s.cond);
    lock_fini(&s.lock);
}

static void conditions_time_out(void **state UNUSED)
{
    struct shared s = {0};
    int64_t start = clock_mono_ms();

    lock_init(&s.lock);
    cond_init(&s.cond);
    lock_acquire(&s.lock);
    while (cond_wait(&s.cond, &s.lock, 30)) // spurious wake-ups are allowed
        continue;
    lock_assert_held(&s.lock);
    lock_release(&s.lock);
    assert_in_range(clock_mono_ms() - start, 29, 20000);
    cond_fini(&s.cond);
    lock_fini(&s.lock);
}

static void *complete(void *arg)
{
    ticket_complete(arg, ERR_CONFLICT);
    return NULL;
}

static void tickets_carry_the_result(void **state UNUSED)
{
    for (int i = 0; i < 200; i++) {
        struct ticket t;
        ticket_init(&t);
        struct thread *th = thread_start("done", STACK, complete, &t);
        assert_int_equal(ticket_wait(&t), ERR_CONFLICT);
        ticket_fini(&t); // at once: the completer must no longer touch it
        thread_join(th);
    }
}

static void queues_are_first_in_first_out_and_bounded(void **state UNUSED)
{
    struct queue *q = queue_create(3);
    char items[5];
    void *got[5];

    for (int round = 0; round < 4; round++) { // round the ring
        assert_true(queue_push(q, &items[0], 0));
        assert_true(queue_push(q, &items[1], 0));
        assert_true(queue_push(q, &items[2], 0));
        assert_false(queue_push(q, &items[3], 0));
        assert_false(queue_push(q, &items[3], 5));
        assert_int_equal(queue_len(q), 3);
        assert_int_equal(queue_pop(q, got, 2, 0), 2);
        assert_ptr_equal(got[0], &items[0]);
        assert_ptr_equal(got[1], &items[1]);
        assert_true(queue_push(q, &items[4], 0));
        assert_int_equal(queue_pop(q, got, 5, -1), 2);
        assert_ptr_equal(got[0], &items[2]);
        assert_ptr_equal(got[1], &items[4]);
        assert_int_equal(queue_pop(q, got, 5, 0), 0);
        assert_int_equal(queue_pop(q, got, 5, 5), 0);
    }
    queue_destroy(q);
    queue_destroy(NULL);
}

static void closed_queues_drain(void **state UNUSED)
{
    struct queue *q = queue_create(4);
    char item;
    void *got[4];

    assert_true(queue_push(q, &item, -1));
    assert_false(queue_closed(q));
    queue_close(q);
    assert_true(queue_closed(q));
    assert_false(queue_push(q, &item, -1));
    assert_int_equal(queue_pop(q, got, 4, -1), 1);
    assert_int_equal(queue_pop(q, got, 4, -1), 0); // closed and empty: does not wait
    queue_destroy(q);
}

static void *produce(void *arg)
{
    struct shared *s = arg;
    static char item;

    for (int i = 0; i < ROUNDS; i++)
        CHECK(queue_push(s->queue, &item, -1));
    return NULL;
}

static void *consume(void *arg)
{
    struct shared *s = arg;
    void *got[7];

    for (size_t n; (n = queue_pop(s->queue, got, ARRAY_LEN(got), -1)) > 0;) {
        lock_acquire(&s->lock);
        s->count += (int)n;
        lock_release(&s->lock);
    }
    return NULL;
}

static void nothing_is_lost_between_threads(void **state UNUSED)
{
    struct shared s = {.queue = queue_create(16)};
    struct thread *producers[WORKERS], *consumers[2];

    lock_init(&s.lock);
    for (int i = 0; i < WORKERS; i++)
        producers[i] = thread_start("produce", STACK, produce, &s);
    for (int i = 0; i < 2; i++)
        consumers[i] = thread_start("consume", STACK, consume, &s);
    for (int i = 0; i < WORKERS; i++)
        thread_join(producers[i]);
    queue_close(s.queue);
    for (int i = 0; i < 2; i++)
        thread_join(consumers[i]);
    assert_int_equal(s.count, WORKERS * ROUNDS);
    lock_fini(&s.lock);
    queue_destroy(s.queue);
}

static void *push_one(void *arg)
{
    struct shared *s = arg;

    s->ready = queue_push(s->queue, s, -1);
    return NULL;
}

static void closing_wakes_who_waits(void **state UNUSED)
{
    struct shared full = {.queue = queue_create(1), .ready = true};
    struct shared empty = {.queue = queue_create(1)};

    lock_init(&empty.lock);
    assert_true(queue_push(full.queue, &full, 0));
    struct thread *pusher = thread_start("push", STACK, push_one, &full);
    struct thread *popper = thread_start("pop", STACK, consume, &empty);
    queue_close(full.queue);
    queue_close(empty.queue);
    thread_join(pusher);
    thread_join(popper);
    assert_false(full.ready);
    assert_int_equal(empty.count, 0);
    lock_fini(&empty.lock);
    queue_destroy(full.queue);
    queue_destroy(empty.queue);
}

struct seen {
    char name[16];
    sigset_t blocked;
    struct ticket named;
};

static void *look_around(void *arg)
{
    struct seen *s = arg;

    pthread_sigmask(SIG_SETMASK, NULL, &s->blocked);
    (void)ticket_wait(&s->named);
    pthread_getname_np(pthread_self(), s->name, sizeof(s->name));
    return NULL;
}

static void threads_have_names_and_no_signals(void **state UNUSED)
{
    struct seen s = {0};
    sigset_t mine;

    ticket_init(&s.named);
    struct thread *t = thread_start("fifteen-letters", STACK, look_around, &s);
    ticket_complete(&s.named, ERR_OK); // thread_start has returned: the name is set
    thread_join(t);
    ticket_fini(&s.named);
    assert_string_equal(s.name, "fifteen-letters");
    assert_true(sigismember(&s.blocked, SIGTERM) == 1 && sigismember(&s.blocked, SIGHUP) == 1);
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    assert_int_equal(sigismember(&mine, SIGTERM), 0); // the starter keeps its own
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locks_exclude),
        cmocka_unit_test(locks_know_their_owner),
        cmocka_unit_test(conditions_wake),
        cmocka_unit_test(conditions_time_out),
        cmocka_unit_test(tickets_carry_the_result),
        cmocka_unit_test(queues_are_first_in_first_out_and_bounded),
        cmocka_unit_test(closed_queues_drain),
        cmocka_unit_test(nothing_is_lost_between_threads),
        cmocka_unit_test(closing_wakes_who_waits),
        cmocka_unit_test(threads_have_names_and_no_signals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
