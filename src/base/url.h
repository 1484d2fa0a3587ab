// SPDX-License-Identifier: MIT
#pragma once
// URLs of servers as people write them, scheme://user:password@host:port/path?query. The password may be
// percent-encoded or raw, whatever signs it has: the host begins after the last `@` that a host can
// follow.
#include "base/arena.h"

struct url_parts {      // none: not there
    str user, password; // decoded
    str host, port;     // an IPv6 address is without brackets
    str path, query;    // as they are, without the first `/` and the `?`
};
// `rest` is what follows "scheme://".
void url_split(struct arena *a, str rest, struct url_parts *out);
// "host", "host:port", "[::1]:port".
void url_split_host(str text, str *host, str *port);
// Percent-decoded, unless it has signs that an encoded text would not have: then it means itself.
str url_decoded(struct arena *a, str text);
