// SPDX-License-Identifier: MIT
// Lists as an aligned table for people or as JSON for scripts, from the same rows.
#include "cli/cli.h"
#include "json/write.h"
#include "base/utf8.h"

#include <stdio.h>

enum { OUTPUT_MAX = 64 << 20 };

void listing_init(struct listing *l, struct arena *a, const char *const *columns, size_t n)
{
    *l = (struct listing){.arena = a, .columns = columns, .n_columns = n};
}

void listing_add(struct listing *l, const str *cells)
{
    if (l->n_rows == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 16;
        str *grown = ARENA_ARRAY(l->arena, str, cap * l->n_columns);
        CHECK(grown);
        if (l->n_rows > 0)
            memcpy(grown, l->cells, l->n_rows * l->n_columns * sizeof *grown);
        l->cells = grown;
        l->cap = cap;
    }
    memcpy(&l->cells[l->n_rows++ * l->n_columns], cells, l->n_columns * sizeof *cells);
}

static str shown(str cell)
{
    return str_empty(cell) ? STR("-") : cell;
}

static const char *bare_name(const char *column)
{
    return column[0] == '#' ? column + 1 : column;
}

static size_t column_width(const struct listing *l, size_t column)
{
    size_t width = strlen(bare_name(l->columns[column]));
    for (size_t r = 0; r < l->n_rows; r++) {
        size_t n = utf8_units(shown(l->cells[r * l->n_columns + column]));
        width = n > width ? n : width;
    }
    return width;
}

static void add_cell(struct buf *out, str text, size_t width, bool last)
{
    buf_add(out, text);
    for (size_t n = utf8_units(text); n < width + 2 && !last; n++)
        buf_add_char(out, ' ');
    if (last)
        buf_add_char(out, '\n');
}

static void write_table(const struct listing *l, struct buf *out)
{
    for (size_t c = 0; c < l->n_columns; c++)
        add_cell(out, str_c(bare_name(l->columns[c])), column_width(l, c), c + 1 == l->n_columns);
    for (size_t r = 0; r < l->n_rows; r++)
        for (size_t c = 0; c < l->n_columns; c++)
            add_cell(out, shown(l->cells[r * l->n_columns + c]), column_width(l, c),
                     c + 1 == l->n_columns);
}

static void write_json(const struct listing *l, struct buf *out)
{
    struct jw w;
    jw_init(&w, out);
    jw_array(&w);
    for (size_t r = 0; r < l->n_rows; r++) {
        jw_object(&w);
        for (size_t c = 0; c < l->n_columns; c++) {
            str cell = l->cells[r * l->n_columns + c];
            bool number = l->columns[c][0] == '#' && !str_empty(cell);
            jw_key(&w, str_c(bare_name(l->columns[c])));
            if (number)
                jw_raw(&w, cell);
            else
                jw_str(&w, cell);
        }
        jw_object_end(&w);
    }
    jw_array_end(&w);
    BUF_ADD(out, "\n");
}

int listing_print(const struct listing *l, bool json)
{
    AUTO(buf_fini) struct buf out = {0};
    buf_init(&out, OUTPUT_MAX);
    if (json)
        write_json(l, &out);
    else
        write_table(l, &out);
    bool written = buf_ok(&out) && fwrite(out.data, 1, out.len, stdout) == out.len;
    return written && fflush(stdout) == 0 ? EXIT_FINE : EXIT_FAILED;
}
