// SPDX-License-Identifier: MIT
// Variables of existing deployments that mean nothing or not yet anything here (api.md section 25).
#include "app/config.h"

#define SENTINELS \
    "sentinels are not asked; name the primary, or a service that leads to it, in REDIS_HOST"
#define CLUSTERS                                                                                 \
    "nodes of a cluster are not looked up; name its proxy, or the node that has our keys (they " \
    "all"                                                                                        \
    " lie on one), in REDIS_HOST"
#define OTHER_STORES \
    "only S3 and Azure Blob Storage are spoken; name the S3 interface of that store instead"
#define NOT_YET    "nothing is kept there in this build yet; everything is in the data directory"
#define NO_SIGN_IN "this build has no sign-in with a browser yet; it has no effect"
#define NO_EFFECT  "it has no effect in this build"

const struct foreign_variable foreign_variables[] = {
    {"DIRECT_URL", NULL},
    {"SHADOW_DATABASE_URL", NULL},
    {"CLICKHOUSE_MIGRATION_URL", NULL}, // tables are made over CLICKHOUSE_URL
    {"CLICKHOUSE_MIGRATION_*", NULL},
    {"CLICKHOUSE_READ_ONLY_URL", "everything is read over CLICKHOUSE_URL"},
    {"CLICKHOUSE_EVENTS_READ_ONLY_URL", "everything is read over CLICKHOUSE_URL"},
    {"REDIS_SENTINEL_ENABLED", SENTINELS},
    {"REDIS_SENTINEL_*", NULL},
    {"REDIS_CLUSTER_ENABLED", CLUSTERS},
    {"REDIS_CLUSTER_*", NULL},
    {"REDIS_TLS_CHECK_SERVER_IDENTITY", "the name in the certificate is checked whenever the"
                                        " certificate is (REDIS_TLS_REJECT_UNAUTHORIZED)"},
    {"REDIS_TLS_SECURE_PROTOCOL", "TLS 1.2 or newer is spoken"},
    {"REDIS_TLS_CIPHERS", "the ciphers are those of OpenSSL's configuration"},
    {"REDIS_TLS_HONOR_CIPHER_ORDER", NULL},
    // Settings that are read, and whose store nothing writes to yet.
    {"LANGFUSE_S3_MEDIA_UPLOAD_BUCKET", NOT_YET},
    {"LANGFUSE_S3_BATCH_EXPORT_BUCKET", NOT_YET},
    {"LANGFUSE_S3_*", NULL},
    {"LANGFUSE_USE_GOOGLE_CLOUD_STORAGE", OTHER_STORES},
    {"LANGFUSE_USE_OCI_NATIVE_OBJECT_STORAGE", OTHER_STORES},
    {"LANGFUSE_OCI_*", NULL},
    {"LANGFUSE_GOOGLE_CLOUD_STORAGE_*", NULL},
    {"LANGFUSE_DEFAULT_ORG_*", NO_SIGN_IN},
    {"LANGFUSE_DEFAULT_PROJECT_*", NO_SIGN_IN},
    {"LANGFUSE_CUSTOM_SSO_*", NO_SIGN_IN},
    {"LANGFUSE_ALLOWED_ORGANIZATION_CREATORS", NO_SIGN_IN},
    {"AUTH_SESSION_MAX_AGE", NO_EFFECT},
    {"AUTH_*", NO_SIGN_IN},
    {"NEXTAUTH_COOKIE_*", NO_EFFECT},
    {"SMTP_CONNECTION_URL", "this build sends no mail"},
    {"SLACK_CLIENT_ID", "this build does not write to Slack"},
    {"LANGFUSE_INGESTION_MASKING_CALLBACK_URL", "events are stored unmasked: masking is not in"
                                                " this build"},
    {"LANGFUSE_INGESTION_MASKING_*", NULL},
    {"LANGFUSE_OTEL_MAX_SPAN_BYTES", NO_EFFECT},
    {"LANGFUSE_OTEL_MEDIA_UPLOAD_ENABLED", NO_EFFECT},
    {"LANGFUSE_OBSERVATION_FIELD_*", NO_EFFECT},
    {"LANGFUSE_SERVER_SIDE_IO_CHAR_LIMIT", NO_EFFECT},
    {"LANGFUSE_MAX_OBSERVATIONS_PER_TRACE", NO_EFFECT},
    {"LANGFUSE_LOG_PROPAGATED_HEADERS", NO_EFFECT},
    {"LANGFUSE_CODE_EVAL_*", NO_EFFECT},
    {"LANGFUSE_WEBHOOK_*", NO_EFFECT},
    {"LANGFUSE_MCP_ALLOWED_HOSTS", NO_EFFECT},
    {"LANGFUSE_UI_*", NO_EFFECT},
    {"LANGFUSE_BATCH_EXPORT_*", NO_EFFECT},
    // The SDKs' own variables, set in the same shell.
    {"LANGFUSE_PUBLIC_KEY", NULL},
    {"LANGFUSE_SECRET_KEY", NULL},
    {"LANGFUSE_HOST", NULL},
    {"LANGFUSE_BASE_URL", NULL},
    {"LANGFUSE_BASEURL", NULL},
    {"LANGFUSE_TRACING_*", NULL},
    {"LANGFUSE_SAMPLE_RATE", NULL},
    {"LANGFUSE_FLUSH_*", NULL},
    {"LANGFUSE_DEBUG", NULL},
    {"LANGFUSE_ENABLED", NULL},
    {"LANGFUSE_RELEASE", NULL},
    {"LANGFUSE_TIMEOUT", NULL},
    // Without meaning here: licences, telemetry, worker topology, cache and queue tuning.
    {"LANGFUSE_AUTO_POSTGRES_MIGRATION_DISABLED", NULL},
    {"LANGFUSE_ENABLE_EXPERIMENTAL_FEATURES", NULL},
    {"LANGFUSE_EE_LICENSE_KEY", NULL},
    {"LANGFUSE_CSP_ENFORCE_HTTPS", NULL},
    {"LANGFUSE_ENABLE_BLOB_STORAGE_FILE_LOG", NULL},
    {"LANGFUSE_ENABLE_BACKGROUND_MIGRATIONS", NULL},
    {"LANGFUSE_ENABLE_REDIS_SEEN_EVENT_CACHE", NULL},
    {"LANGFUSE_CACHE_*", NULL},
    {"LANGFUSE_INGESTION_*", NULL},
    {"LANGFUSE_OTEL_INGESTION_*", NULL},
    {"LANGFUSE_TRACE_DELETE_DELAY_MS", NULL},
    {"LANGFUSE_TRACE_UPSERT_*", NULL},
    {"LANGFUSE_DELETE_BATCH_SIZE", NULL},
    {"LANGFUSE_BATCH_*", NULL},
    {"LANGFUSE_MEDIA_RETENTION_CLEANER_*", NULL},
    {"LANGFUSE_MIGRATION_V4_*", NULL},
    {"LANGFUSE_BACKGROUND_MIGRATION_*", NULL},
    {"LANGFUSE_FORCE_V3_EXPERIENCE", NULL},
    {"LANGFUSE_DISABLE_LEGACY_TRACING_IO_SEARCH", NULL},
    {"LANGFUSE_QUEUE_METRICS_*", NULL},
    {"LANGFUSE_*_CONCURRENCY", NULL},
    {"LANGFUSE_*_SHARD_COUNT", NULL},
    {"LANGFUSE_BULLMQ_SKIP_REDIS_VERSION_CHECK", NULL},
    {"LANGFUSE_FETCH_LLM_COMPLETION_TIMEOUT_MS", NULL},
    {"LANGFUSE_MAX_HISTORIC_EVAL_CREATION_LIMIT", NULL},
    {"LANGFUSE_LLM_*", NULL},
    {"LANGFUSE_MARKDOWN_RENDER_CHARACTER_LIMIT", NULL},
    {"LANGFUSE_BLOB_STORAGE_*", NULL},
    {"LANGFUSE_SSO_*", NULL},
    {"LANGFUSE_MONITOR_*", NULL},
    {"LANGFUSE_IN_APP_AGENT_*", NULL},
    {"LANGFUSE_AWS_BEDROCK_*", NULL},
    {"LANGFUSE_AI_FEATURES_*", NULL},
    {"LANGFUSE_MIXPANEL_*", NULL},
    {"LANGFUSE_POSTHOG_*", NULL},
    {"LANGFUSE_RATE_LIMITS_ENABLED", NULL},
    {"LANGFUSE_RUN_NEXT_INIT", NULL},
};
const size_t n_foreign_variables = ARRAY_LEN(foreign_variables);
