// SPDX-License-Identifier: MIT
// The metadata database: every table's round trip, uniqueness, deletion rules, the change counter,
// reopening, two processes' connections on one file.
#include "unit/meta/meta_fixture.h"

static int64_t changes(struct meta_fixture *f)
{
    int64_t n = -1;
    assert_ok(meta_changes(f->meta, fresh(f), &n));
    return n;
}

struct seen {
    size_t n;
    char names[8][64];
};

static void note(struct seen *s, str name)
{
    assert_true(s->n < ARRAY_LEN(s->names) && name.n < sizeof s->names[0]);
    memcpy(s->names[s->n], name.p, name.n);
    s->names[s->n++][name.n] = '\0';
}

static enum errc note_org(void *user, const struct meta_org *row)
{
    note(user, row->name);
    return ERR_OK;
}

static enum errc note_project(void *user, const struct meta_project *row)
{
    note(user, row->name);
    return ERR_OK;
}

static enum errc note_member(void *user, const struct meta_member *row)
{
    note(user, row->email);
    note(user, row->role);
    return ERR_OK;
}

static enum errc note_key(void *user, const struct meta_key *row)
{
    note(user, row->public_key);
    return ERR_OK;
}

static enum errc note_config(void *user, const struct meta_score_config *row)
{
    note(user, row->name);
    return ERR_OK;
}

static enum errc note_model(void *user, const struct meta_model *row)
{
    note(user, row->name);
    return ERR_OK;
}

// ---- Organizations and projects -----------------------------------------------------------------

static void org_round_trip(void **state)
{
    struct meta_fixture *f = *state;
    struct meta_org got = {0};
    struct meta_org made = {.name = STR("Ærø & sons"), .metadata = STR("{\"a\":1}")};
    assert_ok(meta_org_create(f->meta, &f->ctx, &made));
    assert_int_equal(made.id.n, 25);
    assert_ok(meta_org_get(f->meta, &f->ctx, made.id, &got));
    assert_str(got.name, "Ærø & sons");
    assert_str(got.metadata, "{\"a\":1}");
    assert_true(got.created_at == made.created_at && got.updated_at == made.updated_at);
    got.name = STR("Other");
    got.metadata = STR_NONE;
    assert_ok(meta_org_update(f->meta, &f->ctx, &got));
    assert_ok(meta_org_get(f->meta, &f->ctx, made.id, &got));
    assert_str(got.name, "Other");
    assert_false(str_some(got.metadata));
    assert_int_equal(meta_org_get(f->meta, &f->ctx, STR("nope"), &got), ERR_NOT_FOUND);
    assert_false(str_some(f->ctx.message));
}

static void org_with_projects_stays(void **state)
{
    struct meta_fixture *f = *state;
    struct meta_org org = fixture_org(f, STR("Org"));
    struct meta_project p = fixture_project(f, org.id, STR("P"));
    assert_int_equal(meta_org_delete(f->meta, &f->ctx, org.id), ERR_CONFLICT);
    assert_str(f->ctx.message, "Cannot delete organization with existing projects");
    assert_ok(meta_project_delete(f->meta, fresh(f), p.id));
    assert_ok(meta_org_delete(f->meta, &f->ctx, org.id));
    assert_int_equal(meta_org_delete(f->meta, &f->ctx, org.id), ERR_NOT_FOUND);
}

static void project_names_are_unique_in_their_org(void **state)
{
    struct meta_fixture *f = *state;
    struct seen seen = {0};
    struct meta_org a = fixture_org(f, STR("A"));
    struct meta_org b = fixture_org(f, STR("B"));
    struct meta_project p = fixture_project(f, a.id, STR("same"));
    (void)fixture_project(f, b.id, STR("same"));
    struct meta_project again = {.org_id = a.id, .name = STR("same")};
    assert_int_equal(meta_project_create(f->meta, &f->ctx, &again), ERR_CONFLICT);
    assert_true(str_has(f->ctx.message, STR("same")));
    assert_ok(meta_project_delete(f->meta, fresh(f), p.id));
    assert_ok(meta_project_create(f->meta, &f->ctx, &again));
    assert_ok(meta_project_list(f->meta, &f->ctx, STR_NONE, note_project, &seen));
    assert_int_equal(seen.n, 2);
}

static void project_knows_its_org_name(void **state)
{
    struct meta_fixture *f = *state;
    struct meta_project got = {0};
    struct meta_org org = fixture_org(f, STR("My organization"));
    struct meta_project p = {.org_id = org.id, .name = STR("P"), .retention_days = 30};
    assert_ok(meta_project_create(f->meta, &f->ctx, &p));
    assert_ok(meta_project_get(f->meta, &f->ctx, p.id, &got));
    assert_str(got.org_name, "My organization");
    assert_int_equal(got.retention_days, 30);
    got.retention_days = 0;
    got.name = STR("Q");
    assert_ok(meta_project_update(f->meta, &f->ctx, &got));
    assert_ok(meta_project_get(f->meta, &f->ctx, p.id, &got));
    assert_str(got.name, "Q");
    assert_int_equal(got.retention_days, 0);
}

static void deleted_project_waits_for_its_purge(void **state)
{
    struct meta_fixture *f = *state;
    struct seen waiting = {0};
    struct seen after = {0};
    struct meta_project got = {0};
    struct meta_org org = fixture_org(f, STR("O"));
    struct meta_project p = fixture_project(f, org.id, STR("P"));
    struct meta_key key = {.public_key = STR("pk-1"),
                           .display_secret = STR("s"),
                           .project_id = p.id,
                           .fast_hash = STR("h1")};
    assert_ok(meta_key_create(f->meta, &f->ctx, &key));
    assert_ok(meta_project_delete(f->meta, &f->ctx, p.id));
    assert_int_equal(meta_project_get(f->meta, &f->ctx, p.id, &got), ERR_NOT_FOUND);
    assert_int_equal(meta_key_by_hash(f->meta, &f->ctx, STR("h1"), &key), ERR_NOT_FOUND);
    assert_ok(meta_project_list_deleted(f->meta, &f->ctx, note_project, &waiting));
    assert_int_equal(waiting.n, 1);
    assert_ok(meta_project_purge(f->meta, &f->ctx, p.id));
    assert_ok(meta_project_list_deleted(f->meta, &f->ctx, note_project, &after));
    assert_int_equal(after.n, 0);
}

static void deleted_project_id_can_come_back(void **state)
{
    struct meta_fixture *f = *state;
    struct meta_project got = {0};
    struct meta_org org = fixture_org(f, STR("O"));
    struct meta_project p = {.id = STR("fixed"), .org_id = org.id, .name = STR("P")};
    assert_ok(meta_project_create(f->meta, &f->ctx, &p));
    assert_ok(meta_project_delete(f->meta, &f->ctx, p.id));
    assert_ok(meta_project_create(f->meta, &f->ctx, &p));
    assert_ok(meta_project_get(f->meta, &f->ctx, STR("fixed"), &got));
    assert_int_equal(meta_project_create(f->meta, &f->ctx, &p), ERR_CONFLICT);
}

// ---- Keys ---------------------------------------------------------------------------------------

static struct meta_key make_key(struct meta_fixture *f, str project, str public_key, str hash)
{
    struct meta_key k = {.public_key = public_key,
                         .display_secret = STR("sk-lf-...abcd"),
                         .note = STR("n"),
                         .project_id = project,
                         .fast_hash = hash};
    assert_ok(meta_key_create(f->meta, fresh(f), &k));
    return k;
}

static void key_round_trip(void **state)
{
    struct meta_fixture *f = *state;
    struct meta_key got = {0};
    struct seen seen = {0};
    struct meta_key k = make_key(f, STR("p1"), STR("pk-1"), STR("h1"));
    (void)make_key(f, STR("p2"), STR("pk-2"), STR("h2"));
    assert_ok(meta_key_by_hash(f->meta, &f->ctx, STR("h1"), &got));
    assert_true(str_eq(got.id, k.id));
    assert_false(str_some(got.org_id));
    assert_false(str_some(got.slow_hash));
    assert_true(got.expires_at == MILLIS_NONE && got.last_used_at == MILLIS_NONE);
    assert_ok(meta_key_by_public(f->meta, &f->ctx, STR("pk-2"), &got));
    assert_str(got.project_id, "p2");
    assert_ok(meta_key_list(f->meta, &f->ctx, STR("p1"), STR_NONE, note_key, &seen));
    assert_int_equal(seen.n, 1);
    assert_string_equal(seen.names[0], "pk-1");
    assert_ok(meta_key_delete(f->meta, &f->ctx, k.id));
    assert_int_equal(meta_key_delete(f->meta, &f->ctx, k.id), ERR_NOT_FOUND);
    assert_int_equal(meta_key_by_hash(f->meta, &f->ctx, STR("h1"), &got), ERR_NOT_FOUND);
}

static void keys_are_unique(void **state)
{
    struct meta_fixture *f = *state;
    (void)make_key(f, STR("p"), STR("pk-1"), STR("h1"));
    struct meta_key same_public = {.public_key = STR("pk-1"),
                                   .display_secret = STR("s"),
                                   .project_id = STR("p"),
                                   .fast_hash = STR("h2")};
    struct meta_key same_secret = {.public_key = STR("pk-2"),
                                   .display_secret = STR("s"),
                                   .project_id = STR("p"),
                                   .fast_hash = STR("h1")};
    assert_int_equal(meta_key_create(f->meta, &f->ctx, &same_public), ERR_CONFLICT);
    assert_true(str_has(f->ctx.message, STR("pk-1")));
    assert_int_equal(meta_key_create(f->meta, fresh(f), &same_secret), ERR_CONFLICT);
}

static void last_use_moves_once_a_minute(void **state)
{
    struct meta_fixture *f = *state;
    struct meta_key got = {0};
    struct meta_key k = make_key(f, STR("p"), STR("pk-1"), STR("h1"));
    assert_ok(meta_key_touch(f->meta, &f->ctx, k.id, 1000000));
    assert_ok(meta_key_touch(f->meta, &f->ctx, k.id, 1030000));
    assert_ok(meta_key_by_public(f->meta, &f->ctx, STR("pk-1"), &got));
    assert_int_equal(got.last_used_at, 1000000);
    assert_ok(meta_key_touch(f->meta, &f->ctx, k.id, 1060000));
    assert_ok(meta_key_by_public(f->meta, &f->ctx, STR("pk-1"), &got));
    assert_int_equal(got.last_used_at, 1060000);
}

// ---- Users and members --------------------------------------------------------------------------

static struct meta_user make_user(struct meta_fixture *f, str email)
{
    struct meta_user u = {.email = email, .name = STR("N"), .password_hash = STR("h")};
    assert_ok(meta_user_create(f->meta, fresh(f), &u));
    return u;
}

static void user_email_ignores_case(void **state)
{
    struct meta_fixture *f = *state;
    struct meta_user got = {0};
    (void)make_user(f, STR("Ann@Example.COM"));
    assert_ok(meta_user_by_email(f->meta, &f->ctx, STR("ann@EXAMPLE.com"), &got));
    assert_str(got.email, "ann@example.com");
    struct meta_user again = {.email = STR("ANN@example.com")};
    assert_int_equal(meta_user_create(f->meta, &f->ctx, &again), ERR_CONFLICT);
    assert_ok(meta_user_set_password(f->meta, fresh(f), got.id, STR("new")));
    assert_ok(meta_user_by_email(f->meta, &f->ctx, STR("ann@example.com"), &got));
    assert_str(got.password_hash, "new");
}

static void last_owner_stays(void **state)
{
    struct meta_fixture *f = *state;
    struct seen seen = {0};
    struct meta_org org = fixture_org(f, STR("O"));
    struct meta_user a = make_user(f, STR("a@x.io"));
    struct meta_user b = make_user(f, STR("b@x.io"));
    assert_ok(meta_member_set(f->meta, &f->ctx, org.id, a.id, STR("OWNER")));
    assert_ok(meta_member_set(f->meta, &f->ctx, org.id, b.id, STR("VIEWER")));
    assert_int_equal(meta_member_set(f->meta, &f->ctx, org.id, a.id, STR("MEMBER")), ERR_CONFLICT);
    assert_int_equal(meta_member_delete(f->meta, fresh(f), org.id, a.id), ERR_CONFLICT);
    assert_int_equal(meta_user_delete(f->meta, fresh(f), a.id), ERR_CONFLICT);
    assert_ok(meta_member_set(f->meta, fresh(f), org.id, b.id, STR("OWNER")));
    assert_ok(meta_user_delete(f->meta, &f->ctx, a.id));
    assert_ok(meta_member_list(f->meta, &f->ctx, org.id, note_member, &seen));
    assert_int_equal(seen.n, 2);
    assert_string_equal(seen.names[0], "b@x.io");
    assert_string_equal(seen.names[1], "OWNER");
}

// ---- Score configs and models -------------------------------------------------------------------

static void score_config_round_trip(void **state)
{
    struct meta_fixture *f = *state;
    struct meta_score_config got = {0};
    struct meta_score_config c = {.project_id = STR("p"),
                                  .name = STR("quality"),
                                  .data_type = 1,
                                  .has_min = true,
                                  .min_value = -0.5,
                                  .categories = STR("[{\"label\":\"a\",\"value\":1}]")};
    assert_ok(meta_score_config_create(f->meta, &f->ctx, &c));
    assert_int_equal(meta_score_config_get(f->meta, &f->ctx, STR("other"), c.id, &got),
                     ERR_NOT_FOUND);
    assert_ok(meta_score_config_get(f->meta, &f->ctx, STR("p"), c.id, &got));
    assert_true(got.has_min && !got.has_max && !got.is_archived);
    assert_true(got.min_value == -0.5);
    assert_int_equal(got.data_type, 1);
    got.is_archived = true;
    got.has_max = true;
    got.max_value = 2.25;
    got.description = STR("d");
    assert_ok(meta_score_config_update(f->meta, &f->ctx, &got));
    assert_ok(meta_score_config_get(f->meta, &f->ctx, STR("p"), c.id, &got));
    assert_true(got.is_archived && got.has_max && got.max_value == 2.25);
    assert_str(got.description, "d");
    assert_int_equal(got.created_at, c.created_at);
}

static void score_configs_come_newest_first_in_pages(void **state)
{
    struct meta_fixture *f = *state;
    struct seen seen = {0};
    struct meta_page page = {.offset = 1, .limit = 1};
    static const char *const names[] = {"one", "two", "three"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct meta_score_config c = {.project_id = STR("p"),
                                      .name = str_c(names[i]),
                                      .created_at = 1000 + (millis)i,
                                      .updated_at = 1};
        assert_ok(meta_score_config_create(f->meta, &f->ctx, &c));
    }
    assert_ok(meta_score_config_list(f->meta, &f->ctx, STR("p"), &page, note_config, &seen));
    assert_int_equal(page.total, 3);
    assert_int_equal(seen.n, 1);
    assert_string_equal(seen.names[0], "two");
}

static void model_round_trip(void **state)
{
    struct meta_fixture *f = *state;
    struct meta_model got = {0};
    struct seen seen = {0};
    struct meta_model d = {.project_id = STR("p"),
                           .name = STR("m"),
                           .match_pattern = STR("(?i)^m$"),
                           .start_date = MILLIS_NONE,
                           .input_price = STR("0.0000025"),
                           .tiers = STR("[]")};
    assert_ok(meta_model_create(f->meta, &f->ctx, &d));
    assert_ok(meta_model_get(f->meta, &f->ctx, STR("p"), d.id, &got));
    assert_true(got.start_date == MILLIS_NONE);
    assert_str(got.input_price, "0.0000025");
    assert_false(str_some(got.output_price));
    struct meta_model same = {.project_id = STR("p"), .name = STR("m"), .match_pattern = STR("x")};
    assert_int_equal(meta_model_create(f->meta, &f->ctx, &same), ERR_CONFLICT);
    assert_ok(meta_model_list(f->meta, fresh(f), STR("p"), note_model, &seen));
    assert_int_equal(seen.n, 1);
    assert_int_equal(meta_model_delete(f->meta, &f->ctx, STR("other"), d.id), ERR_NOT_FOUND);
    assert_ok(meta_model_delete(f->meta, &f->ctx, STR("p"), d.id));
    assert_int_equal(meta_model_delete(f->meta, &f->ctx, STR("p"), d.id), ERR_NOT_FOUND);
}

// ---- The database -------------------------------------------------------------------------------

static void settings_set_replace_and_forget(void **state)
{
    struct meta_fixture *f = *state;
    str value = STR("x");
    assert_ok(meta_setting_get(f->meta, &f->ctx, STR("salt"), &value));
    assert_false(str_some(value));
    assert_ok(meta_setting_set(f->meta, &f->ctx, STR("salt"), STR("1")));
    assert_ok(meta_setting_set(f->meta, &f->ctx, STR("salt"), STR("2")));
    assert_ok(meta_setting_get(f->meta, &f->ctx, STR("salt"), &value));
    assert_str(value, "2");
    assert_ok(meta_setting_set(f->meta, &f->ctx, STR("salt"), STR_NONE));
    assert_ok(meta_setting_get(f->meta, &f->ctx, STR("salt"), &value));
    assert_false(str_some(value));
}

static void change_counter_moves_for_access_not_for_uses(void **state)
{
    struct meta_fixture *f = *state;
    int64_t before = changes(f);
    struct meta_key k = make_key(f, STR("p"), STR("pk"), STR("h"));
    int64_t with_key = changes(f);
    assert_true(with_key > before);
    assert_ok(meta_key_touch(f->meta, &f->ctx, k.id, 5));
    assert_ok(meta_key_set_fast_hash(f->meta, &f->ctx, k.id, STR("h2")));
    assert_int_equal(changes(f), with_key);
    struct meta_key same = {
        .public_key = STR("pk"), .display_secret = STR("s"), .project_id = STR("p")};
    assert_int_equal(meta_key_create(f->meta, &f->ctx, &same), ERR_CONFLICT);
    assert_int_equal(changes(f), with_key); // a refused change changes nothing
}

static void other_connection_sees_changes_at_once(void **state)
{
    struct meta_fixture *f = *state;
    struct meta *other = meta_fixture_open(f);
    struct meta_org got = {0};
    int64_t before = changes(f);
    struct meta_org o = {.name = STR("from the command line")};
    assert_ok(meta_org_create(other, &f->ctx, &o));
    assert_ok(meta_org_get(f->meta, &f->ctx, o.id, &got));
    assert_true(changes(f) > before);
    meta_close(other);
}

static void content_survives_reopening(void **state)
{
    struct meta_fixture *f = *state;
    struct seen seen = {0};
    (void)fixture_org(f, STR("kept"));
    meta_close(f->meta);
    f->meta = meta_fixture_open(f);
    (void)fresh(f);
    assert_ok(meta_org_list(f->meta, &f->ctx, note_org, &seen));
    assert_int_equal(seen.n, 1);
    assert_string_equal(seen.names[0], "kept");
    assert_ok(meta_ping(f->meta, &f->ctx));
}

static void bulk_writes_are_kept_and_later_ones_too(void **state)
{
    struct meta_fixture *f = *state;
    struct seen seen = {0};
    int64_t before = changes(f);
    assert_ok(meta_bulk_begin(f->meta, &f->ctx));
    assert_ok(meta_bulk_end(f->meta, &f->ctx));
    assert_int_equal(changes(f), before); // nothing to wait for
    assert_ok(meta_bulk_begin(f->meta, &f->ctx));
    (void)fixture_org(f, STR("one"));
    (void)fixture_org(f, STR("two"));
    assert_ok(meta_bulk_end(f->meta, &f->ctx));
    (void)fixture_org(f, STR("three"));
    meta_close(f->meta);
    f->meta = meta_fixture_open(f);
    (void)fresh(f);
    assert_ok(meta_org_list(f->meta, &f->ctx, note_org, &seen));
    assert_int_equal(seen.n, 3);
}

static void opening_in_a_missing_directory_says_where(void **state)
{
    struct meta_fixture *f = *state;
    struct meta *none = NULL;
    assert_int_not_equal(meta_open(&f->ctx, "/tmp/rushlight-no-such-dir/meta.db", &none), ERR_OK);
    assert_null(none);
    assert_true(str_has(f->ctx.message, STR("/tmp/rushlight-no-such-dir/meta.db")));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, meta_fixture_setup, meta_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(org_round_trip),
        TEST(org_with_projects_stays),
        TEST(project_names_are_unique_in_their_org),
        TEST(project_knows_its_org_name),
        TEST(deleted_project_waits_for_its_purge),
        TEST(deleted_project_id_can_come_back),
        TEST(key_round_trip),
        TEST(keys_are_unique),
        TEST(last_use_moves_once_a_minute),
        TEST(user_email_ignores_case),
        TEST(last_owner_stays),
        TEST(score_config_round_trip),
        TEST(score_configs_come_newest_first_in_pages),
        TEST(model_round_trip),
        TEST(settings_set_replace_and_forget),
        TEST(change_counter_moves_for_access_not_for_uses),
        TEST(other_connection_sees_changes_at_once),
        TEST(content_survives_reopening),
        TEST(bulk_writes_are_kept_and_later_ones_too),
        TEST(opening_in_a_missing_directory_says_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
