// SPDX-License-Identifier: MIT
#pragma once
// Metadata: organizations, users, memberships, projects, API keys, sign-in sessions, score configs,
// models. One SQL text for SQLite (meta.db) and PostgreSQL. Thread safe: one write connection,
// a small pool of readers; every write is durable when it returns.
#include "base/clock.h"
#include "base/err.h"
#include "pricing/pricing.h"

struct meta;
struct pg_server; // sql/postgres.h
// Creates the file and runs migrations. Errors name the path, cause and cure.
enum errc meta_open(struct ctx *ctx, const char *path, struct meta **out) MUST_CHECK;
// Metadata on a PostgreSQL server. Does not connect: the first call that needs it does, runs
// migrations, and says what is wrong; while the server cannot be used, so does every further call, at
// most once a second with a new attempt. Connections that broke are replaced. *server is copied.
struct meta *meta_open_server(const struct pg_server *server);
void meta_close(struct meta *m);
struct migration; // sql/migrate.h
const struct migration *meta_migrations(size_t *n);
// Many writes with one wait for the disk: what is written in between is durable when meta_bulk_end
// returns (a crash before loses all or nothing of each write). For the start, before others write.
enum errc meta_bulk_begin(struct meta *m, struct ctx *ctx) MUST_CHECK;
enum errc meta_bulk_end(struct meta *m, struct ctx *ctx) MUST_CHECK;
enum errc meta_ping(struct meta *m, struct ctx *ctx) MUST_CHECK;
// A number that moves with every change of accounts, keys, models, score configs and settings, also by
// other processes: what caches compare. Last-used times don't move it.
enum errc meta_changes(struct meta *m, struct ctx *ctx, int64_t *out) MUST_CHECK;

struct meta_org {
    str id, name, metadata;
    millis created_at, updated_at;
};
struct meta_project {
    str id, org_id, org_name, name, metadata;
    int64_t retention_days;
    millis created_at, updated_at;
};
struct meta_key {
    str id, public_key, display_secret, note, project_id,
        org_id;               // exactly one of project/org scope
    str fast_hash, slow_hash; // hex sha256 of api.md 0.2; bcrypt of imported keys or none
    millis created_at, expires_at, last_used_at;
};
struct meta_user {
    str id, email, name, password_hash;
    bool admin;
    millis created_at, updated_at;
};
struct meta_member {
    str org_id, user_id, role, email, name;
    millis last_seen; // in a list: of the sessions that have not ended
};

#define META_ROW_FN(type) \
    typedef enum errc meta_##type##_fn(void *user, const struct meta_##type *row)
META_ROW_FN(org);
META_ROW_FN(project);
META_ROW_FN(key);
META_ROW_FN(user);
META_ROW_FN(member);

// Results are in ctx->arena. get: ERR_NOT_FOUND without message. create: ERR_CONFLICT with message.
enum errc meta_org_create(struct meta *m, struct ctx *ctx,
                          struct meta_org *o) MUST_CHECK; // fills id, times when none
enum errc meta_org_get(struct meta *m, struct ctx *ctx, str id, struct meta_org *out) MUST_CHECK;
enum errc meta_org_list(struct meta *m, struct ctx *ctx, meta_org_fn *fn, void *user) MUST_CHECK;
enum errc meta_org_update(struct meta *m, struct ctx *ctx, const struct meta_org *o) MUST_CHECK;
enum errc meta_org_delete(struct meta *m, struct ctx *ctx,
                          str id) MUST_CHECK; // ERR_CONFLICT with projects
enum errc meta_project_create(struct meta *m, struct ctx *ctx, struct meta_project *p) MUST_CHECK;
enum errc meta_project_get(struct meta *m, struct ctx *ctx, str id,
                           struct meta_project *out) MUST_CHECK;
enum errc meta_project_list(struct meta *m, struct ctx *ctx, str org_id /* none = all */,
                            meta_project_fn *fn, void *user) MUST_CHECK;
enum errc meta_project_update(struct meta *m, struct ctx *ctx,
                              const struct meta_project *p) MUST_CHECK;
enum errc meta_project_delete(struct meta *m, struct ctx *ctx,
                              str id) MUST_CHECK; // its keys stop working at once
// Deleted projects whose events are still there, and forgetting one after they are gone (the purge job).
enum errc meta_project_list_deleted(struct meta *m, struct ctx *ctx, meta_project_fn *fn,
                                    void *user) MUST_CHECK;
enum errc meta_project_purge(struct meta *m, struct ctx *ctx, str id) MUST_CHECK;
enum errc meta_key_create(struct meta *m, struct ctx *ctx, struct meta_key *k) MUST_CHECK;
enum errc meta_key_by_hash(struct meta *m, struct ctx *ctx, str fast_hash,
                           struct meta_key *out) MUST_CHECK;
enum errc meta_key_by_public(struct meta *m, struct ctx *ctx, str public_key,
                             struct meta_key *out) MUST_CHECK;
enum errc meta_key_list(struct meta *m, struct ctx *ctx, str project_id, str org_id,
                        meta_key_fn *fn, void *user) MUST_CHECK;
enum errc meta_key_set_fast_hash(struct meta *m, struct ctx *ctx, str id, str fast_hash) MUST_CHECK;
enum errc meta_key_touch(struct meta *m, struct ctx *ctx, str id,
                         millis at) MUST_CHECK; // last used, at most once a minute per key
enum errc meta_key_set_note(struct meta *m, struct ctx *ctx, str id, str note) MUST_CHECK;
enum errc meta_key_delete(struct meta *m, struct ctx *ctx, str id) MUST_CHECK;
enum errc meta_user_create(struct meta *m, struct ctx *ctx,
                           struct meta_user *u) MUST_CHECK; // email lower-cased
enum errc meta_user_by_email(struct meta *m, struct ctx *ctx, str email,
                             struct meta_user *out) MUST_CHECK;
enum errc meta_user_get(struct meta *m, struct ctx *ctx, str id, struct meta_user *out) MUST_CHECK;
enum errc meta_user_list(struct meta *m, struct ctx *ctx, meta_user_fn *fn, void *user) MUST_CHECK;
enum errc meta_user_set_password(struct meta *m, struct ctx *ctx, str id,
                                 str password_hash) MUST_CHECK;
enum errc meta_user_delete(struct meta *m, struct ctx *ctx, str id) MUST_CHECK;
enum errc meta_member_set(struct meta *m, struct ctx *ctx, str org_id, str user_id,
                          str role) MUST_CHECK; // OWNER ADMIN MEMBER VIEWER NONE
enum errc meta_member_list(struct meta *m, struct ctx *ctx, str org_id, meta_member_fn *fn,
                           void *user) MUST_CHECK;
enum errc meta_member_delete(struct meta *m, struct ctx *ctx, str org_id,
                             str user_id) MUST_CHECK; // last OWNER: ERR_CONFLICT

// Role of the user there, none when not a member.
enum errc meta_member_role(struct meta *m, struct ctx *ctx, str org_id, str user_id,
                           str *out) MUST_CHECK;

struct meta_session { // of a signed-in browser; id: hex sha256 of the token
    str id, user_id;
    millis created_at, seen_at, expires_at;
    str family;         // the same for all tokens since one sign-in
    millis issued_at;   // of this token
    millis replaced_at; // by the next token; MILLIS_NONE: it is the current one
};
enum errc meta_session_create(struct meta *m, struct ctx *ctx,
                              const struct meta_session *s) MUST_CHECK; // drops expired ones, too
enum errc meta_session_get(struct meta *m, struct ctx *ctx, str id,
                           struct meta_session *out) MUST_CHECK; // ERR_NOT_FOUND
enum errc meta_session_touch(struct meta *m, struct ctx *ctx,
                             const struct meta_session *s) MUST_CHECK; // seen_at, expires_at
// Ends the old token (its replaced_at, expires_at) and adds the next one. ERR_NOT_FOUND when another
// request was faster.
enum errc meta_session_replace(struct meta *m, struct ctx *ctx, const struct meta_session *old,
                               const struct meta_session *next) MUST_CHECK;
enum errc meta_session_delete(struct meta *m, struct ctx *ctx, str family) MUST_CHECK;
enum errc meta_session_delete_others(struct meta *m, struct ctx *ctx, str user_id,
                                     str keep /* family; none = all go */) MUST_CHECK;

struct meta_invite { // token_hash: hex sha256 of the secret in the link
    str id, token_hash, org_id, email, role, invited_by;
    millis created_at, expires_at;
};
META_ROW_FN(invite);
enum errc meta_invite_create(struct meta *m, struct ctx *ctx,
                             struct meta_invite *i) MUST_CHECK; // fills id, created_at
enum errc meta_invite_by_token(struct meta *m, struct ctx *ctx, str token_hash,
                               struct meta_invite *out) MUST_CHECK;
enum errc meta_invite_list(struct meta *m, struct ctx *ctx, str org_id, meta_invite_fn *fn,
                           void *user) MUST_CHECK;
enum errc meta_invite_delete(struct meta *m, struct ctx *ctx, str org_id,
                             str id) MUST_CHECK; // ERR_NOT_FOUND

struct meta_comment { // object_type: TRACE, OBSERVATION
    str id, project_id, object_type, object_id, trace_id, content;
    str author_id, author_name, author_email; // none when the person is gone; names: read only
    millis created_at, updated_at;
};
META_ROW_FN(comment);
enum errc meta_comment_create(struct meta *m, struct ctx *ctx,
                              struct meta_comment *c) MUST_CHECK; // fills id, times
enum errc meta_comment_list(struct meta *m, struct ctx *ctx, str project, str trace_id,
                            meta_comment_fn *fn, void *user) MUST_CHECK;
enum errc meta_comment_get(struct meta *m, struct ctx *ctx, str project, str id,
                           struct meta_comment *out) MUST_CHECK;
enum errc meta_comment_delete(struct meta *m, struct ctx *ctx, str project,
                              str id) MUST_CHECK; // ERR_NOT_FOUND

struct meta_view { // of a list: "traces", "sessions", "users"; search: JSON object of texts
    str id, project_id, list, name, search, saved_by, by_name;
    millis created_at;
};
META_ROW_FN(view);
enum errc meta_view_put(struct meta *m, struct ctx *ctx,
                        struct meta_view *v) MUST_CHECK; // new without id
enum errc meta_view_list(struct meta *m, struct ctx *ctx, str project, meta_view_fn *fn,
                         void *user) MUST_CHECK;
enum errc meta_view_delete(struct meta *m, struct ctx *ctx, str project,
                           str id) MUST_CHECK; // ERR_NOT_FOUND

struct meta_pending { // traces to delete at a time; trace_ids: JSON array
    str id, project_id, trace_ids;
    millis due_at;
};
META_ROW_FN(pending);
enum errc meta_pending_create(struct meta *m, struct ctx *ctx,
                              struct meta_pending *p) MUST_CHECK; // fills id
enum errc meta_pending_list(struct meta *m, struct ctx *ctx, str project /* none = all */,
                            meta_pending_fn *fn, void *user) MUST_CHECK;
enum errc meta_pending_delete(struct meta *m, struct ctx *ctx, str project,
                              str id) MUST_CHECK; // ERR_NOT_FOUND

// Small values of the instance itself (generated salt, first-start marker ...).
enum errc meta_setting_get(struct meta *m, struct ctx *ctx, str name,
                           str *out) MUST_CHECK; // none when absent
enum errc meta_setting_set(struct meta *m, struct ctx *ctx, str name, str value) MUST_CHECK;

struct meta_score_config {
    str id, project_id, name, description;
    int32_t data_type; // enum score_type
    bool is_archived, has_min, has_max;
    double min_value, max_value;
    str categories; // JSON array text [{"label","value"}] or none
    millis created_at, updated_at;
};
META_ROW_FN(score_config);
struct meta_page {
    int64_t offset, limit, total;
}; // total is filled: rows on all pages
enum errc meta_score_config_create(struct meta *m, struct ctx *ctx,
                                   struct meta_score_config *c) MUST_CHECK;
enum errc meta_score_config_update(struct meta *m, struct ctx *ctx,
                                   const struct meta_score_config *c) MUST_CHECK;
enum errc meta_score_config_get(struct meta *m, struct ctx *ctx, str project, str id,
                                struct meta_score_config *out) MUST_CHECK;
enum errc meta_score_config_list(struct meta *m, struct ctx *ctx, str project,
                                 struct meta_page *page, meta_score_config_fn *fn,
                                 void *user) MUST_CHECK;

struct meta_model { // a project's own price definition
    str id, project_id, name, match_pattern, unit, tokenizer_id, tokenizer_config;
    millis start_date, created_at, updated_at;
    str input_price, output_price, total_price; // decimal text or none
    str tiers;                                  // JSON array text of pricingTiers
};
META_ROW_FN(model);
enum errc meta_model_create(struct meta *m, struct ctx *ctx, struct meta_model *d) MUST_CHECK;
enum errc meta_model_get(struct meta *m, struct ctx *ctx, str project, str id,
                         struct meta_model *out) MUST_CHECK;
enum errc meta_model_list(struct meta *m, struct ctx *ctx, str project, meta_model_fn *fn,
                          void *user) MUST_CHECK;
enum errc meta_model_delete(struct meta *m, struct ctx *ctx, str project,
                            str id) MUST_CHECK; // ERR_NOT_FOUND
