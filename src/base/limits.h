// SPDX-License-Identifier: MIT
#pragma once
// Every maximum of the program, in one place. docs/limits.md explains them to users.

// HTTP
#define LIMIT_HEADER_BYTES   (32u << 10)  // request line and headers of one request
#define LIMIT_TARGET_BYTES   (16u << 10)  // path and query
#define LIMIT_BODY_DEFAULT   (1u << 20)   // JSON routes unless the route says otherwise
#define LIMIT_BODY_INGESTION 4718592u     // 4.5 MiB, after decompression (api.md 0.1)
#define LIMIT_BODY_OTLP      (32u << 20)  // one OTLP export, after decompression
#define LIMIT_ANSWER_BYTES   (128u << 20) // one answer
#define LIMIT_INNER_BYTES    (4u << 20)   // answer that a page carries along
#define LIMIT_CONNECTIONS    512u         // default; RUSHLIGHT_MAX_CONNECTIONS
#define LIMIT_QUERY_PARAMS   200u
#define LIMIT_ISSUES         100u // validation issues listed in one answer

// JSON and OTLP
#define LIMIT_JSON_DEPTH 256u   // nesting we walk; deeper is refused
#define LIMIT_OTLP_DEPTH 32u    // AnyValue nesting
#define LIMIT_OTLP_SPANS 20000u // spans in one export
#define LIMIT_ATTRIBUTES 2000u  // attributes on one span

// Events
#define LIMIT_BATCH_EVENTS     10000u // events in one batch
#define LIMIT_ID_UNITS         800u   // UTF-16 units of an id
#define LIMIT_TRACE_NAME_UNITS 1000u
#define LIMIT_ENVIRONMENT      40u
#define LIMIT_TAGS             1000u // tags kept on one trace
#define LIMIT_USAGE_KEYS       64u   // keys in usage or cost details
#define LIMIT_PREVIEW_BYTES    240u  // input, output and message previews kept on narrow rows
#define LIMIT_TRACE_MODELS     16u   // models that a trace's row lists with their sums

// Reads
#define LIMIT_PAGE              100u
#define LIMIT_PAGE_V2           1000u
#define LIMIT_TRACE_BYTES       80000000u  // api.md 2.2: observations of one trace in an answer
#define LIMIT_EXPORT_ROWS       10000      // rows of one download of a list
#define LIMIT_COST_USERS        1000000    // that a month's cost can be projected to
#define LIMIT_PRICES_BYTES      (1u << 20) // a table of cloud prices
#define LIMIT_GROUP_OFFSET      10000      // groups (users, sessions) that can be paged through
#define LIMIT_FILTER_CONDITIONS 50u
#define LIMIT_FILTER_VALUES     1000u
#define LIMIT_READ_MS           20000       // deadline of one read
#define LIMIT_TREE_PACKS_BYTES  (64u << 20) // bodies opened for the messages of one trace

// Inputs and outputs read as conversations (src/chat)
#define LIMIT_CHAT_DEPTH       12u          // containers looked into for messages
#define LIMIT_CHAT_MESSAGES    5000u        // of one observation
#define LIMIT_CHAT_PARTS       20000u       // parts and calls of one observation
#define LIMIT_CHAT_TOOLS       500u         // tool definitions of one observation
#define LIMIT_CHAT_DOCUMENTS   1000u        // retrieved documents of one observation
#define LIMIT_CHAT_MEDIA_BYTES (256u << 10) // base64 of one picture or sound, shown in place

// Trace pages (src/ui)
#define LIMIT_TREE_ROWS          50000u       // observations of a drawn trace
#define LIMIT_TREE_MESSAGE_BYTES 500u         // status message beside a drawn observation
#define LIMIT_TREE_SCORES        1000         // scores of a drawn trace
#define LIMIT_BODY_SHOWN         (256u << 10) // a body shown at once; the rest comes in parts
#define LIMIT_CHAT_TEXT_BYTES    (64u << 10)  // one part of a message
#define LIMIT_CHAT_SHOWN_BYTES   (1u << 20)   // a conversation; longer ones show less of each part
#define LIMIT_SEEN_CALLS         32u          // earlier model calls looked at for what was seen
#define LIMIT_SEEN_BYTES         (8u << 20)   // of their bodies
#define LIMIT_TRANSCRIPT_BYTES   (1u << 20)   // texts of one transcript
#define LIMIT_TRANSCRIPT_BODIES  (64u << 20)  // bodies read for one transcript
#define LIMIT_TRANSCRIPT_ROWS    20000        // observations read for one transcript
#define LIMIT_BLOCK_TEXT_BYTES   (16u << 10)  // one part in a transcript
#define LIMIT_SESSION_TURNS      20u          // turns of one answer
#define LIMIT_SESSION_BYTES      (2u << 20)   // of turns; the rest is on the next page

// Sessions of browsers
#define SESSION_IDLE_DAYS     7  // without use
#define SESSION_MAX_DAYS      30 // at most
#define SESSION_TURN_HOURS    24 // a token is replaced by a new one
#define SESSION_GRACE_SECONDS 60 // the old one still works, for requests under way

// Failed attempts in a quarter of an hour
#define LIMIT_SIGN_IN_PAIR    10u  // for one e-mail from one address
#define LIMIT_SIGN_IN_EMAIL   100u // for one e-mail
#define LIMIT_SIGN_IN_ADDRESS 100u // from one address
#define LIMIT_SIGN_UP_ADDRESS 20u  // attempts to make an account, successful or not

// Memory of one request (arena): body copies, parsed JSON, events, compressed bodies
#define LIMIT_ARENA_REQUEST (256u << 20)

// Segments (src/segment)
#define LIMIT_SEGMENT_BYTES   (192u << 20) // records of one segment, uncompressed
#define LIMIT_SEGMENT_WAITING (128u << 20) // requests that wait for their segment to be stored
#define LIMIT_SEGMENTS_LATE   1000u // keys that wait for the queue; others are found by listing

// Store
#define LIMIT_WRITE_QUEUE   1024u       // requests waiting for the writer
#define LIMIT_COMMIT_EVENTS 20000u      // events in one group commit
#define LIMIT_OPEN_DAYS     32u         // day files open for reading at once
#define LIMIT_PACK_BYTES    (64u << 20) // one decompressed body pack
#define LIMIT_LIVE_STREAMS  64u         // pages that follow a server live
#define LIMIT_ACTION_TRACES 10000u      // traces of one action of the pages
#define LIMIT_DELETE_IDS    1000u       // traceIds in one bulk delete

// ClickHouse (src/store/clickhouse)
#define LIMIT_STORE_CONNECTIONS     16u          // kept open
#define LIMIT_STORE_STATEMENT_BYTES (16u << 20)  // one statement with its values
#define LIMIT_STORE_IDS             1000u        // ids looked for in one statement
#define LIMIT_STORE_INSERT_BYTES    (256u << 20) // rows of one insert

// Backups
#define LIMIT_BACKUP_FILES    40000u     // in one archive: a century of days
#define LIMIT_BACKUP_MANIFEST (8u << 20) // its list of files

// Calls to other servers
#define LIMIT_WEB_URL_BYTES    (16u << 10) // an address with its query
#define LIMIT_WEB_HEADER_BYTES (4u << 10)  // one header of an answer; longer ones are passed over

// Queue of references to work (src/queue)
#define LIMIT_WORK              50000 // pieces not done
#define LIMIT_WORK_BYTES        2048u // one piece
#define LIMIT_WORK_DEAD         1000  // pieces that were given up; the oldest goes
#define LIMIT_WORK_REASON       500u  // bytes of a reason; the rest is cut
#define LIMIT_WORK_CLAIM        1000  // pieces of one claim
#define LIMIT_WORK_LEASES       10000 // held at once by one process's queue
#define LIMIT_WORK_LEASE_BYTES  200u  // name of a lease
#define LIMIT_REDIS_CONNECTIONS 32    // of one process

// Object stores
#define LIMIT_BLOB_KEY_BYTES   1024u
#define LIMIT_BLOB_PART_BYTES  200u         // of a key, between slashes
#define LIMIT_BLOB_LIST_BYTES  (256u << 20) // names of a directory and those above it, while listing
#define LIMIT_BLOB_FAULT_BYTES (64u << 10)  // what a store answers when it refuses
#define LIMIT_BLOB_PAGE_BYTES  (4u << 20)   // one page of a listing: 1,000 keys
