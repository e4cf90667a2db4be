/* Preloaded into a server: lets writes or syncs of SQLite's write-ahead log fail while the file $DISK_FAULT exists.
   Its content: "write" or "sync", an errno, and "once" or "always". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_log(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return length > 4 && memcmp(path + length - 4, "-wal", 4) == 0;
}

static int fails(const char *call, int fd) {
    const char *name = getenv("DISK_FAULT");
    char wanted[16], how[16];
    int number;
    FILE *file;
    if (name == NULL || access(name, F_OK) != 0 || !is_log(fd) || (file = fopen(name, "r")) == NULL) return 0;
    int read = fscanf(file, "%15s %d %15s", wanted, &number, how);
    fclose(file);
    if (read != 3 || strcmp(wanted, call) != 0) return 0;
    if (strcmp(how, "once") == 0) unlink(name);
    errno = number;
    return 1;
}

#define REAL(type, name, parameters) \
    static type(*real) parameters; \
    if (real == NULL) real = (type(*) parameters)dlsym(RTLD_NEXT, name)

int fdatasync(int fd) {
    REAL(int, "fdatasync", (int));
    return fails("sync", fd) ? -1 : real(fd);
}

int fsync(int fd) {
    REAL(int, "fsync", (int));
    return fails("sync", fd) ? -1 : real(fd);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    REAL(ssize_t, "pwrite", (int, const void *, size_t, off_t));
    return fails("write", fd) ? -1 : real(fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    REAL(ssize_t, "pwrite64", (int, const void *, size_t, off64_t));
    return fails("write", fd) ? -1 : real(fd, data, size, offset);
}
