// SPDX-License-Identifier: MIT
// What the system says of this process (process.h).
#include "base/process.h"

#include "base/str.h"

#include <fcntl.h>
#include <unistd.h>

uint64_t process_resident_bytes(void)
{
    char text[128] = "";
    int64_t pages = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    str rest = str_make(text, n > 0 ? (size_t)n : 0);
    str size;
    str resident = STR_NONE;
    bool ok = str_next(&rest, ' ', &size) && str_next(&rest, ' ', &resident) &&
              str_to_i64(resident, &pages);
    return ok ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}
