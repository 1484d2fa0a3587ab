// SPDX-License-Identifier: MIT
#pragma once
// What writing (files.c) and listing (list.c) share.
#include "blob/files/files.h"

struct files {
    struct blob_store base;
    char *root;
    int objects, fresh; // directories: what is there, and what is being written
};

// ERR_IO, ERR_UNAVAILABLE when the disk is full, with path and cure. `error` is an errno.
enum errc files_failed(struct ctx *ctx, const struct files *f, str key, int error);
enum errc files_list(struct blob_store *b, struct ctx *ctx, const struct blob_range *range,
                     blob_entry_fn *fn, void *user);
