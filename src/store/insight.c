// SPDX-License-Identifier: MIT
// Names of dimensions (insight.h).
#include "store/insight.h"

static const struct {
    str name;
    const char *column;
} dimensions[BY_COUNT] = {
    [BY_LEVEL] = {STR_INIT("level"), "level"},
    [BY_ENVIRONMENT] = {STR_INIT("env"), "environment"},
    [BY_NAME] = {STR_INIT("name"), "name"},
    [BY_USER] = {STR_INIT("user"), "userId"},
    [BY_SESSION] = {STR_INIT("session"), "sessionId"},
    [BY_MODEL] = {STR_INIT("model"), "model"},
    [BY_TAG] = {STR_INIT("tags"), "tags"},
    [BY_VERSION] = {STR_INIT("version"), "version"},
    [BY_RELEASE] = {STR_INIT("release"), "release"},
    [BY_KIND] = {STR_INIT("type"), "type"},
};

str insight_dimension_name(enum insight_dimension d)
{
    return dimensions[d].name;
}

const char *insight_dimension_column(enum insight_dimension d)
{
    return dimensions[d].column;
}
