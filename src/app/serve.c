// SPDX-License-Identifier: MIT
// `rushlight serve` and `rushlight worker` on the main thread: memory settings, signals, start, wait, stop.
//
// Signals are blocked before the first thread exists, so every thread inherits that and only this
// one sees them. The first SIGTERM, SIGINT or SIGHUP drains and exits with 0; from then on a second
// one ends the process at once with 1, which loses nothing that was answered.
#include "app/app_int.h"
#include "base/log.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    START_ARENA = 64 << 20,
    GRACE_MS = 10000,
    ARENAS = 2,
    TRIM_BYTES = 256 << 10,
    MMAP_BYTES = 256 << 10
};

// A thread per connection would otherwise make glibc keep up to 8 heaps per core.
static void set_memory_limits(void)
{
    (void)mallopt(M_ARENA_MAX, ARENAS);
    (void)mallopt(M_TRIM_THRESHOLD, TRIM_BYTES);
    (void)mallopt(M_MMAP_THRESHOLD, MMAP_BYTES);
}

static sigset_t stop_signals(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    return set;
}

static void end_at_once(int signal_number)
{
    static const char text[] = "second signal: ending at once\n";
    (void)signal_number;
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(EXIT_FAILURE);
}

static void prepare_signals(const sigset_t *set)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)pthread_sigmask(SIG_BLOCK, set, NULL);
}

static int wait_for_signal(const sigset_t *set)
{
    int number = 0;
    while (sigwait(set, &number) != 0) {}
    struct sigaction act = {.sa_handler = end_at_once};
    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGINT, &act, NULL);
    (void)sigaction(SIGHUP, &act, NULL);
    (void)pthread_sigmask(SIG_UNBLOCK, set, NULL);
    return number;
}

static void log_warning(void *user, str text)
{
    (void)user;
    log_warn("config", "%.*s", STR_ARG(text));
}

static void log_start(const struct app *app, struct arena *arena)
{
    str url = app_local_url(arena, app->cfg, app_port(app));
    log_info(
        "server.start",
        "Rushlight%s " RUSHLIGHT_VERSION " is ready at %.*s (listening on %.*s port %u, data in"
        " %.*s) after %lld ms",
        app->cfg->role == ROLE_WORKER ? " worker" : "", STR_ARG(url), STR_ARG(app->cfg->host),
        app_port(app), STR_ARG(app->cfg->data_dir), (long long)(clock_mono_ms() - app->started_ms));
}

static enum errc start(const struct config *cfg, const char *const *environment, struct app **app)
{
    struct ctx ctx;
    struct arena *arena = arena_create(START_ARENA);
    ctx_init(&ctx, arena);
    config_warnings(&ctx, environment, log_warning, NULL);
    enum errc rc = app_start(&ctx, cfg, app);
    if (rc == ERR_OK)
        log_start(*app, arena);
    else
        log_error("server.start", "cannot start: %.*s",
                  STR_ARG(str_some(ctx.message) ? ctx.message : str_c(errc_name(rc))));
    arena_destroy(arena);
    (void)malloc_trim(0);
    return rc;
}

int app_serve(const struct config *cfg, const char *const *environment)
{
    struct app *app = NULL;
    const sigset_t set = stop_signals();
    set_memory_limits();
    prepare_signals(&set);
    log_configure((enum log_level)cfg->log_level, cfg->log_format == 1);
    if (start(cfg, environment, &app) != ERR_OK)
        return EXIT_FAILURE;
    int number = wait_for_signal(&set);
    log_info("server.stop", "SIG%s: finishing running requests, at most %d s", sigabbrev_np(number),
             GRACE_MS / 1000);
    app_stop(app, GRACE_MS);
    log_info("server.stopped", "everything that was answered is stored");
    return EXIT_SUCCESS;
}
