// SPDX-License-Identifier: MIT
#pragma once
// The rows of settings.c that every bucket has. `name`: "LANGFUSE_S3_EVENT_UPLOAD", `member`: of struct
// config, `use`: what is kept there, `files`: where it is otherwise.
#define OBJECTS "Object stores"

#define BUCKET_ROW(setting, type_, at, ...)                             \
    {                                                                   \
        {setting}, NULL, type_, AT(at), .section = OBJECTS, __VA_ARGS__ \
    }
#define BUCKET_SETTINGS(name, member, use, files)                                                  \
    BUCKET_ROW(name "_BUCKET", SETTING_STR, member.bucket,                                         \
               .help = "Bucket (Azure: container) for " use ". Unset: " files "."),                \
        BUCKET_ROW(name "_PREFIX", SETTING_STR, member.prefix,                                     \
                   .help = "Put before every key there as it is, such as rushlight/."),            \
        BUCKET_ROW(name "_ENDPOINT", SETTING_STR, member.endpoint,                                 \
                   .help = "Address of the service, such as https://oss-cn-hangzhou.aliyuncs.com." \
                           " Unset: AWS in the region; Azure: the account's own."),                \
        BUCKET_ROW(name "_REGION", SETTING_STR, member.region,                                     \
                   .help = "Region that is signed for; otherwise us-east-1."),                     \
        BUCKET_ROW(name "_ACCESS_KEY_ID", SETTING_STR, member.access_key,                          \
                   .help = "Access key; Azure: name of the storage account."),                     \
        BUCKET_ROW(name "_SECRET_ACCESS_KEY", SETTING_STR, member.secret_key, .secret = true,      \
                   .help = "Its secret; Azure: key of the storage account."),                      \
        BUCKET_ROW(name "_FORCE_PATH_STYLE", SETTING_BOOL, member.path_style, .fallback = "false", \
                   .help = "Bucket in the path instead of the host's name. Addresses and hosts"    \
                           " inside a cluster get path style by themselves; Alibaba OSS, which"    \
                           " refuses it, never does."),                                            \
        BUCKET_ROW(name "_SSE", SETTING_STR, member.sse,                                           \
                   .help = "Encryption at rest that is asked for with each object: AES256 or"      \
                           " aws:kms. Unset: the bucket's own."),                                  \
        BUCKET_ROW(name "_SSE_KMS_KEY_ID", SETTING_STR, member.sse_key,                            \
                   .help = "Key of aws:kms; otherwise the bucket's default.")
