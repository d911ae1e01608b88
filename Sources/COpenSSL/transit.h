#ifndef COPENSSL_TRANSIT_H
#define COPENSSL_TRANSIT_H

// What TLS and HTTP of OpenSSL have as macros, and the one callback.
#include <openssl/bio.h>
#include <openssl/http.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline SSL_CTX *shim_tls_client(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) return NULL;
    // What was read is wiped from the buffers of TLS once it is handed over.
    SSL_CTX_set_options(context, SSL_OP_CLEANSE_PLAINTEXT | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
        SSL_CTX_free(context);
        return NULL;
    }
    return context;
}

static inline int shim_tls_add_chain(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

// The name that the peer must prove, and that it is told where it is no address; and what is to be freed in the end.
struct shim_tls_peer {
    SSL_CTX *context;
    const char *host;
    BIO *connection;
};

// Puts TLS over a connection that was just made. When it is to be taken down, freeing it does.
static inline BIO *shim_tls_over(BIO *connection, void *argument, int connect, int detail) {
    (void)detail;
    if (!connect) return connection;
    struct shim_tls_peer *peer = argument;
    SSL *tls = SSL_new(peer->context);
    if (tls == NULL) return NULL;
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), peer->host) != 1
        && (SSL_set1_host(tls, peer->host) != 1 || SSL_set_tlsext_host_name(tls, peer->host) != 1)) {
        SSL_free(tls);
        return NULL;
    }
    BIO *layer = BIO_new(BIO_f_ssl());
    if (layer == NULL) {
        SSL_free(tls);
        return NULL;
    }
    SSL_set_connect_state(tls);
    BIO_set_ssl(layer, tls, BIO_CLOSE);
    return peer->connection = BIO_push(layer, connection);
}

// Opens a connection without a proxy, whatever the environment says. Nothing is sent yet. The connection is made here,
// since OpenSSL's client would try one that was refused again and again.
static inline OSSL_HTTP_REQ_CTX *shim_https_open(
    const char *host, const char *port, struct shim_tls_peer *peer, int seconds
) {
    time_t end = time(NULL) + seconds;
    BIO *connection = peer->connection = BIO_new(BIO_s_connect());
    if (connection == NULL || BIO_set_conn_hostname(connection, host) != 1 || BIO_set_conn_port(connection, port) != 1)
        return NULL;
    BIO_set_nbio(connection, 1);
    while (BIO_do_connect(connection) != 1)
        if (!BIO_should_retry(connection) || BIO_wait(connection, end, 50) != 1) return NULL;
    return OSSL_HTTP_open(host, port, NULL, NULL, 1, connection, NULL, shim_tls_over, peer, 0, seconds);
}

// After the client was closed, which leaves a connection alone that it did not make.
static inline void shim_tls_close(struct shim_tls_peer *peer) {
    BIO_free_all(peer->connection);
}

// A header whose value is a secret; it takes copies, which shim_headers_free wipes.
static inline int shim_headers_add(STACK_OF(CONF_VALUE) **headers, const char *name, const char *value) {
    return X509V3_add_value(name, value, headers);
}

static inline void shim_headers_free(STACK_OF(CONF_VALUE) *headers) {
    for (int index = 0; index < sk_CONF_VALUE_num(headers); index++) {
        char *value = sk_CONF_VALUE_value(headers, index)->value;
        if (value != NULL) OPENSSL_cleanse(value, strlen(value));
    }
    sk_CONF_VALUE_pop_free(headers, X509V3_conf_free);
}

static inline int shim_should_retry(BIO *bio) {
    return BIO_should_retry(bio);
}

#endif
