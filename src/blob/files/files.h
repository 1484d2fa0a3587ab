// SPDX-License-Identifier: MIT
#pragma once
// Objects as files: ROOT/objects/<key>. Where there is no object store.
#include "blob/blob.h"

// Creates the directories (their parent must be there). ERR_IO with the reason.
enum errc blob_files_open(struct ctx *ctx, str root, struct blob_store **out) MUST_CHECK;
