// SPDX-License-Identifier: MIT
#pragma once
// The queue of one process: for `serve` without Redis. It ends with the process; what it named is found
// again in the object store.
#include "queue/work_queue.h"

// NULL: the bounds of limits.h.
struct work_queue *memory_queue_create(const struct work_bounds *bounds);
