// SPDX-License-Identifier: MIT
#pragma once
// The adapter of OpenSSL, loaded when the first stream with TLS is wanted.
#include "base/library.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Every function that is called, by its own name.
#define LIBSSL(F)                             \
    F(SSL_CTX_free)                           \
    F(SSL_CTX_load_verify_locations)          \
    F(SSL_CTX_new)                            \
    F(SSL_CTX_set_default_passwd_cb)          \
    F(SSL_CTX_set_default_passwd_cb_userdata) \
    F(SSL_CTX_set_default_verify_paths)       \
    F(SSL_CTX_set_verify)                     \
    F(SSL_CTX_use_PrivateKey_file)            \
    F(SSL_CTX_use_certificate_chain_file)     \
    F(SSL_connect)                            \
    F(SSL_ctrl)                               \
    F(SSL_CTX_ctrl)                           \
    F(SSL_free)                               \
    F(SSL_get0_param)                         \
    F(SSL_get_error)                          \
    F(SSL_get_verify_result)                  \
    F(SSL_new)                                \
    F(SSL_pending)                            \
    F(SSL_read_ex)                            \
    F(SSL_set1_host)                          \
    F(SSL_set_fd)                             \
    F(SSL_write_ex)                           \
    F(TLS_client_method)
#define LIBCRYPTO(F)                 \
    F(ERR_clear_error)               \
    F(ERR_peek_last_error)           \
    F(ERR_reason_error_string)       \
    F(X509_VERIFY_PARAM_set1_ip_asc) \
    F(X509_verify_cert_error_string)

struct libssl {
    LIBSSL(LIBRARY_MEMBER)
    LIBCRYPTO(LIBRARY_MEMBER)
};

enum errc libssl_load(struct ctx *ctx, struct libssl *out) MUST_CHECK;
