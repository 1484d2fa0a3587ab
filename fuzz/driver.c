// SPDX-License-Identifier: MIT
// Replays stored inputs through a fuzz target without libFuzzer, so that every test run proves that
// no input that once broke something breaks it again: `fuzz_json fuzz/corpus/json more/files`.
//
// Each argument is a file or a directory (not recursive). Every input is handed over in a heap
// block of exactly its size, so that the address sanitizer sees a read past the end. A missing
// directory, and a run without any input, are failures: a test that replays nothing proves nothing.
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int fail_path(const char *what, const char *path)
{
    fprintf(stderr, "%s %s: %s\n", what, path, strerror(errno));
    return -1;
}

static int replay_file(const char *path, size_t size)
{
    uint8_t *data = malloc(size ? size : 1);
    FILE *file = fopen(path, "rb");
    size_t got = data && file ? fread(data, 1, size, file) : 0;

    if (file)
        fclose(file);
    if (data && got == size)
        LLVMFuzzerTestOneInput(data, size);
    free(data);
    return got == size ? 1 : fail_path("cannot read", path);
}

static int replay_path(const char *path);

static int replay_dir(const char *path)
{
    DIR *dir = opendir(path);
    int total = 0;

    if (!dir)
        return fail_path("cannot open", path);
    for (struct dirent *entry = readdir(dir); entry && total >= 0; entry = readdir(dir)) {
        char child[4096];
        int len = snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
        int n = 0;

        if (len < 0 || (size_t)len >= sizeof child)
            n = fail_path("path too long", path);
        else if (entry->d_name[0] != '.')
            n = replay_path(child);
        total = n < 0 ? -1 : total + n;
    }
    closedir(dir);
    return total;
}

// The number of inputs replayed, or -1 after saying what went wrong.
static int replay_path(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return fail_path("cannot find", path);
    if (S_ISDIR(st.st_mode))
        return replay_dir(path);
    return replay_file(path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
    int total = 0;

    for (int i = 1; i < argc; i++) {
        int n = replay_path(argv[i]);

        if (n < 0)
            return 1;
        total += n;
    }
    printf("replayed %d inputs\n", total);
    return total > 0 ? 0 : 1;
}
