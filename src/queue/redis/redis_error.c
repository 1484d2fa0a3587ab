// SPDX-License-Identifier: MIT
// What Redis answers when it cannot, as cause and cure. Within a script the words of a command stand
// somewhere inside the script's own error, in another place with every version: so they are looked for
// anywhere.
#include "queue/redis/redis_int.h"

#define QUOTED 200
#define KEYS_CURE \
    "an administrator gives it: ACL SETUSER <user> ~<prefix>* (REDIS_KEY_PREFIX, or rushlight:)"
#define RIGHTS_CURE                                                                           \
    "an administrator gives them: ACL SETUSER <user> ~<prefix>* +@stream +@string +@keyspace" \
    " +@scripting +@connection +time"

static const struct {
    const char *words;
    enum errc code;
    bool ends; // the connection
    const char *cause, *cure;
} faults[] = {
    {"NOAUTH", ERR_FORBIDDEN, true, "it wants a password and none is set",
     "set REDIS_AUTH or REDIS_AUTH_FILE, and REDIS_USERNAME if it has users"},
    {"WRONGPASS", ERR_FORBIDDEN, true, "the user or password was rejected",
     "check REDIS_USERNAME and REDIS_AUTH (or REDIS_AUTH_FILE); set them one by one when a URL"
     " mangles them"},
    {"invalid password", ERR_FORBIDDEN, true, "the password was rejected",
     "check REDIS_AUTH (or REDIS_AUTH_FILE)"},
    {"access one of the keys", ERR_FORBIDDEN, true, "the user lacks a right to these keys",
     KEYS_CURE},
    {"No permissions to access a key", ERR_FORBIDDEN, true, "the user lacks a right to these keys",
     KEYS_CURE},
    {"no permissions", ERR_FORBIDDEN, true, "the user lacks a right", RIGHTS_CURE},
    {"can't run this command", ERR_FORBIDDEN, true, "the user lacks a right", RIGHTS_CURE},
    {"NOPERM", ERR_FORBIDDEN, true, "the user lacks a right", RIGHTS_CURE},
    {"OOM command not allowed", ERR_UNAVAILABLE, false, "its memory is full (maxmemory)",
     "free memory there, raise maxmemory, or give the queue a Redis of its own"},
    {"READONLY", ERR_UNAVAILABLE, true, "this server is a replica, which only reads",
     "name the primary"},
    {"DB index is out of range", ERR_NOT_FOUND, true, "there is no database of that number",
     "choose a lower REDIS_DB (servers have 16, from 0 to 15, unless configured otherwise)"},
    {"SELECT is not allowed in cluster mode", ERR_NOT_FOUND, true, "a cluster has database 0 only",
     "set REDIS_DB=0; keys are told apart by their prefix (REDIS_KEY_PREFIX)"},
    {"MISCONF", ERR_UNAVAILABLE, false, "it cannot save to its disk and takes no writes",
     "free space on its disk and look into its log"},
    {"LOADING", ERR_UNAVAILABLE, true, "it is starting and loads its data",
     "it is tried again by itself"},
    {"MASTERDOWN", ERR_UNAVAILABLE, true, "this replica has lost its primary", "name the primary"},
    {"CLUSTERDOWN", ERR_UNAVAILABLE, true, "the cluster is down", "it is tried again by itself"},
    {"MOVED ", ERR_NOT_IMPLEMENTED, true, "it is a node of a cluster, and the keys are on another",
     "name some of its nodes that this machine can reach (REDIS_CLUSTER_NODES), or its proxy"},
    {"ASK ", ERR_UNAVAILABLE, true, "the cluster is moving our keys to another node",
     "it is tried again by itself"},
    {"BUSY Redis is busy", ERR_UNAVAILABLE, false, "it is busy with somebody's script",
     "it is tried again by itself"},
    {"max number of clients", ERR_UNAVAILABLE, true, "it has no connection left",
     "raise its maxclients or start fewer replicas"},
    {"DENIED", ERR_FORBIDDEN, true, "it is in protected mode and admits its own machine only",
     "set a password there (requirepass), or bind it to the right address"},
    {"WRONGTYPE", ERR_CONFLICT, false, "another program keeps something else under our keys",
     "choose another REDIS_KEY_PREFIX or REDIS_DB"},
    {"unknown command", ERR_NOT_IMPLEMENTED, false, "it does not know or not allow a command",
     "Redis 5.0 or newer is needed, with streams and scripts (EVAL)"},
    {"wrong number of arguments for 'auth'", ERR_NOT_IMPLEMENTED, true, "it has no users",
     "unset REDIS_USERNAME, or take Redis 6.0 or newer"},
};

static bool group_missing(str words)
{
    return str_has(words, STR("NOGROUP")) || str_has(words, STR("UNBLOCKED"));
}

enum errc redis_failed(struct ctx *ctx, const struct redis_server *server, str words, bool quote)
{
    str where = redis_server_text(ctx->arena, server);
    str said = str_sub(quote ? words : STR("not shown"), 0, QUOTED);

    if (group_missing(words))
        return ERR_NOT_FOUND;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        if (str_has(words, str_c(faults[i].words)))
            return fail(ctx, faults[i].code, "Redis at %.*s: %s; %s (it said: %.*s)",
                        STR_ARG(where), faults[i].cause, faults[i].cure, STR_ARG(said));
    }
    return fail(ctx, ERR_UNAVAILABLE, "Redis at %.*s: %.*s", STR_ARG(where), STR_ARG(said));
}

bool redis_ends_connection(str words)
{
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        if (str_has(words, str_c(faults[i].words)))
            return faults[i].ends;
    }
    return !group_missing(words);
}

bool redis_wants_no_password(str words)
{
    return str_has(words, STR("without any password configured")) ||
           str_has(words, STR("no password is set"));
}
