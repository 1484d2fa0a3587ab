// SPDX-License-Identifier: MIT
#pragma once
// The queue of several processes, on a Redis (5.0 or newer, or Valkey) that others may use, too. Everything is in
// the configured database under four kinds of keys, all bounded, all with one hash tag so that a
// cluster keeps them on one node:
//   <prefix>{queue}:work          stream of what is not done, with the consumer group "workers"
//   <prefix>{queue}:dead          stream of what was given up
//   <prefix>{queue}:lease:<name>  "holder:fence", ends by itself
//   <prefix>{queue}:fence         the last fence that was given
// Losing any or all of them (FLUSHDB, eviction, an empty restart) is noticed and made good by itself.
#include "queue/redis/redis_server.h"
#include "queue/work_queue.h"

// Connects when it is first asked. `server` was checked (redis_server_check) and is copied.
struct work_queue *redis_queue_create(const struct redis_server *server,
                                      const struct work_bounds *bounds);
