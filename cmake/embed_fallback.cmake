# SPDX-License-Identifier: MIT
# The asset table of a build without Node: web/fallback.html alone, as /index.html.
#   cmake -DINPUT=web/fallback.html -DOUTPUT=assets.c -P cmake/embed_fallback.cmake
file(READ "${INPUT}" hex HEX)
file(SHA256 "${INPUT}" etag)
string(SUBSTRING "${etag}" 0 16 etag)
string(LENGTH "${hex}" length)
math(EXPR length "${length} / 2")
string(REGEX REPLACE "(................................)" "\\1\n    " hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUTPUT}" "// Made by cmake/embed_fallback.cmake; not for editing.
#include \"http/assets.h\"

static const unsigned char page[] = {
    ${bytes}
};

const struct asset assets_table[] = {
    {
        .path = \"/index.html\",
        .mime = \"text/html; charset=utf-8\",
        .identity = page,
        .identity_len = ${length},
        .etag = \"\\\"${etag}\\\"\",
    },
};
const unsigned assets_count = 1;
")
