// SPDX-License-Identifier: MIT
// TLS 1.2 and newer as a client. The certificate is verified against the host's name (or address)
// unless the configuration says otherwise. One context per connection: connections are few and kept.
#include "net/tls.h"

#include "net/libssl.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct tls {
    struct libssl lib;
    SSL_CTX *context;
    SSL *ssl;
};

enum errc libssl_load(struct ctx *ctx, struct libssl *out)
{
    static const struct library ssl = {"libssl.so.3", "libssl3", "TLS"};
    static const struct library crypto = {"libcrypto.so.3", "libssl3", "TLS"};
    static const struct library_function ssl_functions[] = {
#define ROW(name) {#name, offsetof(struct libssl, name)},
        LIBSSL(ROW)};
    static const struct library_function crypto_functions[] = {LIBCRYPTO(ROW)
#undef ROW
    };

    TRY(library_load(ctx, &ssl, ssl_functions, ARRAY_LEN(ssl_functions), out));
    return library_load(ctx, &crypto, crypto_functions, ARRAY_LEN(crypto_functions), out);
}

// ---- Creation -----------------------------------------------------------------------------------

static int give_password(char *out, int size, int writing, void *user)
{
    const str *password = user;

    (void)writing;
    if (size < 0 || password->n > (size_t)size)
        return 0;
    memcpy(out, password->p, password->n);
    return (int)password->n;
}

static enum errc bad_file(struct ctx *ctx, const char *setting, str file, const struct libssl *lib)
{
    const char *reason = lib->ERR_reason_error_string(lib->ERR_peek_last_error());

    return fail(ctx, ERR_INVALID, "%s %.*s cannot be used: %s", setting, STR_ARG(file),
                reason ? reason : "it cannot be read");
}

static enum errc use_certificate(struct tls *t, struct ctx *ctx, const struct stream_tls *s)
{
    const struct libssl *lib = &t->lib;
    str key = str_empty(s->key_file) ? s->cert_file : s->key_file;

    if (str_empty(s->cert_file))
        return ERR_OK;
    if (!str_empty(s->key_password)) {
        lib->SSL_CTX_set_default_passwd_cb(t->context, give_password);
        lib->SSL_CTX_set_default_passwd_cb_userdata(t->context, unconst(&s->key_password));
    }
    if (!lib->SSL_CTX_use_certificate_chain_file(t->context, arena_cstr(ctx->arena, s->cert_file)))
        return bad_file(ctx, "the TLS certificate", s->cert_file, lib);
    if (!lib->SSL_CTX_use_PrivateKey_file(t->context, arena_cstr(ctx->arena, key),
                                          SSL_FILETYPE_PEM))
        return bad_file(ctx, "the TLS key", key, lib);
    return ERR_OK;
}

static enum errc use_authorities(struct tls *t, struct ctx *ctx, const struct stream_tls *s)
{
    const struct libssl *lib = &t->lib;

    lib->SSL_CTX_set_verify(t->context, s->unverified ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    if (str_empty(s->ca_file)) {
        (void)lib->SSL_CTX_set_default_verify_paths(t->context);
        return ERR_OK;
    }
    if (!lib->SSL_CTX_load_verify_locations(t->context, arena_cstr(ctx->arena, s->ca_file), NULL))
        return bad_file(ctx, "the TLS authority", s->ca_file, lib);
    return ERR_OK;
}

static bool is_address(const char *host)
{
    struct in6_addr any;

    return inet_pton(AF_INET, host, &any) == 1 || inet_pton(AF_INET6, host, &any) == 1;
}

static bool expect_name(struct tls *t, struct arena *a, const struct stream_server *server)
{
    const struct libssl *lib = &t->lib;
    bool named = !str_empty(server->tls.server_name);
    const char *name = arena_cstr(a, named ? server->tls.server_name : server->host);

    if (is_address(name))
        return lib->X509_VERIFY_PARAM_set1_ip_asc(lib->SSL_get0_param(t->ssl), name);
    return lib->SSL_ctrl(t->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                         unconst(name)) &&
           lib->SSL_set1_host(t->ssl, name);
}

static enum errc prepare(struct tls *t, struct ctx *ctx, const struct stream_server *server, int fd)
{
    const struct libssl *lib = &t->lib;

    TRY(libssl_load(ctx, &t->lib));
    lib->ERR_clear_error();
    t->context = lib->SSL_CTX_new(lib->TLS_client_method());
    if (!t->context)
        return fail(ctx, ERR_NOMEM, "there is no memory for a TLS connection");
    (void)lib->SSL_CTX_ctrl(t->context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
    TRY(use_authorities(t, ctx, &server->tls));
    TRY(use_certificate(t, ctx, &server->tls));
    t->ssl = lib->SSL_new(t->context);
    if (!t->ssl || !lib->SSL_set_fd(t->ssl, fd) || !expect_name(t, ctx->arena, server))
        return fail(ctx, ERR_NOMEM, "a TLS connection cannot be prepared");
    return ERR_OK;
}

enum errc tls_create(struct ctx *ctx, const struct stream_server *server, int fd, struct tls **out)
{
    struct tls *t = calloc(1, sizeof *t);

    CHECK(t);
    enum errc rc = prepare(t, ctx, server, fd);
    if (rc != ERR_OK) {
        tls_destroy(t);
        return rc;
    }
    *out = t;
    return ERR_OK;
}

void tls_destroy(struct tls *t)
{
    if (t && t->ssl)
        t->lib.SSL_free(t->ssl);
    if (t && t->context)
        t->lib.SSL_CTX_free(t->context);
    free(t);
}

// ---- Steps --------------------------------------------------------------------------------------

static enum tls_wait wait_of(const struct tls *t, int result)
{
    switch (t->lib.SSL_get_error(t->ssl, result)) {
    case SSL_ERROR_NONE: return TLS_READY;
    case SSL_ERROR_WANT_READ: return TLS_WANTS_READ;
    case SSL_ERROR_WANT_WRITE: return TLS_WANTS_WRITE;
    case SSL_ERROR_ZERO_RETURN: return TLS_ENDED;
    default: return TLS_BROKEN;
    }
}

enum tls_wait tls_handshake(struct tls *t)
{
    t->lib.ERR_clear_error();
    return wait_of(t, t->lib.SSL_connect(t->ssl));
}

enum tls_wait tls_read(struct tls *t, char *out, size_t size, size_t *n)
{
    t->lib.ERR_clear_error();
    return wait_of(t, t->lib.SSL_read_ex(t->ssl, out, size, n));
}

// OpenSSL writes without MSG_NOSIGNAL: a broken connection must not end the process.
enum tls_wait tls_write(struct tls *t, str bytes, size_t *n)
{
    const struct timespec now = {0};
    sigset_t pipe, before;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    t->lib.ERR_clear_error();
    enum tls_wait wait = wait_of(t, t->lib.SSL_write_ex(t->ssl, bytes.p, bytes.n, n));
    if (wait == TLS_BROKEN && !sigismember(&before, SIGPIPE))
        (void)sigtimedwait(&pipe, NULL, &now);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return wait;
}

bool tls_has_bytes(const struct tls *t)
{
    return t->lib.SSL_pending(t->ssl) > 0;
}

str tls_reason(struct tls *t, struct arena *a)
{
    long verdict = t->lib.SSL_get_verify_result(t->ssl);
    const char *reason = t->lib.ERR_reason_error_string(t->lib.ERR_peek_last_error());

    if (verdict != X509_V_OK)
        return arena_str(a, str_c(t->lib.X509_verify_cert_error_string(verdict)));
    return arena_str(a, reason ? str_c(reason) : STR("the connection was closed"));
}
