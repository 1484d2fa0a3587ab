// SPDX-License-Identifier: MIT
// Byte-pair merging of one piece of text: of all neighbours that form a token the pair of lowest
// rank merges first, the leftmost of equals, until no pair is left. Only the number of tokens that
// remain is wanted.
//
// A linked list of parts and a heap of candidate pairs keep a long piece (a megabyte of dashes) at
// n log n, where the usual scan for the minimum is quadratic. A candidate is stale when its left
// part has gone or now pairs with another neighbour; stale ones are dropped when they come up.
// Pieces over PIECE_MAX are counted in parts, so that scratch memory stays bounded; the count is
// then off by at most one token per cut.
#include "pricing/vocab.h"

#define PIECE_MAX (64u << 10)
#define NO_PART   UINT32_MAX

struct part {
    uint32_t token;
    uint32_t next, prev; // index of a part, or NO_PART
    uint32_t merged;     // what it forms with the next part; TOKEN_NONE when nothing or gone
};

struct merge {
    const struct vocab *vocab;
    struct part *parts;
    uint64_t *heap; // rank << 32 | part, smallest first
    size_t n_heap;
};

static void heap_push(struct merge *m, uint64_t value)
{
    size_t i = m->n_heap++;
    for (; i > 0 && m->heap[(i - 1) / 2] > value; i = (i - 1) / 2)
        m->heap[i] = m->heap[(i - 1) / 2];
    m->heap[i] = value;
}

static uint64_t heap_pop(struct merge *m)
{
    uint64_t top = m->heap[0], last = m->heap[--m->n_heap];
    size_t i = 0;
    for (size_t child = 1; child < m->n_heap; child = 2 * i + 1) {
        if (child + 1 < m->n_heap && m->heap[child + 1] < m->heap[child])
            child++;
        if (m->heap[child] >= last)
            break;
        m->heap[i] = m->heap[child];
        i = child;
    }
    m->heap[i] = last;
    return top;
}

// Works out what part `i` forms with its next one, and makes that a candidate.
static void pair_up(struct merge *m, uint32_t i)
{
    struct part *p = &m->parts[i];
    p->merged =
        p->next == NO_PART ? TOKEN_NONE : vocab_merge(m->vocab, p->token, m->parts[p->next].token);
    if (p->merged != TOKEN_NONE)
        heap_push(m, (uint64_t)p->merged << 32 | i);
}

static void merge_next(struct merge *m, uint32_t i)
{
    struct part *p = &m->parts[i];
    struct part *gone = &m->parts[p->next];
    p->token = p->merged;
    gone->merged = TOKEN_NONE;
    p->next = gone->next;
    if (p->next != NO_PART)
        m->parts[p->next].prev = i;
    pair_up(m, i);
    if (p->prev != NO_PART)
        pair_up(m, p->prev);
}

static int64_t merge_all(struct merge *m, str piece)
{
    uint32_t n = (uint32_t)piece.n;
    for (uint32_t i = 0; i < n; i++) {
        m->parts[i] =
            (struct part){m->vocab->byte_token[(unsigned char)piece.p[i]],
                          i + 1 < n ? i + 1 : NO_PART, i > 0 ? i - 1 : NO_PART, TOKEN_NONE};
    }
    for (uint32_t i = 0; i < n; i++)
        pair_up(m, i);
    int64_t left = n;
    while (m->n_heap > 0) {
        uint64_t top = heap_pop(m);
        uint32_t i = (uint32_t)top;
        if (m->parts[i].merged != (uint32_t)(top >> 32))
            continue;
        merge_next(m, i);
        left--;
    }
    return left;
}

bool bpe_count(const struct vocab *v, struct arena *scratch, str piece, int64_t *total)
{
    while (piece.n > 0) {
        str head = str_sub(piece, 0, PIECE_MAX);
        piece = str_skip(piece, head.n);
        struct arena_mark mark = arena_mark(scratch);
        struct merge m = {
            .vocab = v,
            .parts = ARENA_ARRAY(scratch, struct part, head.n),
            .heap = ARENA_ARRAY(scratch, uint64_t, 3 * head.n), // 1 per part, 2 per merge
        };
        if (m.parts == NULL || m.heap == NULL)
            return false;
        *total += merge_all(&m, head);
        arena_rewind(scratch, mark);
    }
    return true;
}
