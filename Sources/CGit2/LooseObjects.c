// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "CGit2.h"

// libgit2 1.5.1 never returns from reading an object in a file of its own that was cut: it waits for more input. So these files are read
// here, before libgit2's own reader is asked. That has the priority 1, and packs have 2: they hold most objects, and are asked first.

enum { before_loose = 2, largest_header = 64 };

typedef struct {
  git_odb_backend parent;
  char *folder;
} loose_objects;

static int damaged(const git_oid *id, const char *reason) {
  char hex[GIT_OID_HEXSZ + 1];
  git_oid_tostr(hex, sizeof hex, id);
  char text[160];
  snprintf(text, sizeof text, "the file of object %s is damaged: %s", hex, reason);
  git_error_set_str(GIT_ERROR_ODB, text);
  return GIT_ERROR;
}

// The bytes of the file; passed on where there is none, so that packs are asked.
static int contents(unsigned char **bytes, size_t *size, loose_objects *self, const git_oid *id) {
  char hex[GIT_OID_HEXSZ + 1];
  git_oid_tostr(hex, sizeof hex, id);
  char path[4096];
  int length = snprintf(path, sizeof path, "%s%.2s/%s", self->folder, hex, hex + 2);
  if (length < 0 || (size_t)length >= sizeof path) return GIT_PASSTHROUGH;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return GIT_PASSTHROUGH;
  struct stat status;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(file);
    return GIT_PASSTHROUGH;
  }
  // A power cut leaves files without a byte; what they are of may be in a pack.
  if (status.st_size == 0) {
    close(file);
    return GIT_ENOTFOUND;
  }
  *size = (size_t)status.st_size;
  *bytes = malloc(*size);
  size_t done = 0;
  while (*bytes && done < *size) {
    ssize_t count = read(file, *bytes + done, *size - done);
    if (count <= 0) break;
    done += (size_t)count;
  }
  close(file);
  if (*bytes && done == *size) return 0;
  free(*bytes);
  return damaged(id, "it cannot be read");
}

// "blob 12\0": the kind, the size, and how many of the bytes that is.
static int parse(const unsigned char *header, size_t present, git_object_t *kind, size_t *size, size_t *used) {
  const unsigned char *end = memchr(header, 0, present);
  const unsigned char *space = memchr(header, ' ', present);
  if (!end || !space || space > end || end - space < 2) return -1;
  char name[largest_header] = {0};
  memcpy(name, header, (size_t)(space - header));
  *kind = git_object_string2type(name);
  if (!git_object_typeisloose(*kind)) return -1;
  *size = 0;
  for (const unsigned char *digit = space + 1; digit < end; digit++) {
    if (*digit < '0' || *digit > '9' || *size > (SIZE_MAX >> 8)) return -1;
    *size = *size * 10 + (size_t)(*digit - '0');
  }
  *used = (size_t)(end - header) + 1;
  return 0;
}

static int inflate_object(void **data, size_t *size, git_object_t *kind, git_odb_backend *backend, const git_oid *id,
                          unsigned char *bytes, size_t count) {
  z_stream stream = {.next_in = bytes, .avail_in = (uInt)count};
  if (count > UINT32_MAX || inflateInit(&stream) != Z_OK) return damaged(id, "it cannot be unpacked");
  unsigned char header[largest_header];
  stream.next_out = header;
  stream.avail_out = sizeof header;
  int code = inflate(&stream, Z_SYNC_FLUSH);
  size_t present = sizeof header - stream.avail_out, used = 0;
  int result = 0;
  if ((code != Z_OK && code != Z_STREAM_END) || parse(header, present, kind, size, &used) != 0 || *size > UINT32_MAX) {
    result = damaged(id, "it does not begin as an object does");
  } else if (data) {
    size_t ready = present - used;
    // A forged size is no reason to take that much memory: zlib packs a thousand to one at most.
    unsigned char *body = ready > *size || *size / 1100 > count ? NULL : git_odb_backend_data_alloc(backend, *size + 1);
    if (body) {
      memcpy(body, header + used, ready);
      stream.next_out = body + ready;
      stream.avail_out = (uInt)(*size - ready);
      while (code == Z_OK && stream.avail_out > 0) code = inflate(&stream, Z_NO_FLUSH);
      // The sum at the end may still be to come.
      unsigned char more;
      if (code == Z_OK && stream.avail_out == 0) {
        stream.next_out = &more;
        stream.avail_out = 1;
        code = inflate(&stream, Z_FINISH);
        if (stream.avail_out == 0) code = Z_DATA_ERROR;
        stream.avail_out = 0;
      }
      // What stands behind the end makes git refuse the file.
      if (code != Z_STREAM_END || stream.avail_out != 0 || stream.avail_in != 0) {
        git_odb_backend_data_free(backend, body);
        body = NULL;
      } else {
        body[*size] = 0;
      }
    }
    *data = body;
    if (!body) result = damaged(id, "it ends too early or too late, or was changed");
  }
  inflateEnd(&stream);
  return result;
}

static int read_object(void **data, size_t *size, git_object_t *kind, git_odb_backend *backend, const git_oid *id) {
  unsigned char *bytes = NULL;
  size_t count = 0;
  int code = contents(&bytes, &count, (loose_objects *)backend, id);
  if (code < 0) return code;
  code = inflate_object(data, size, kind, backend, id, bytes, count);
  free(bytes);
  return code;
}

static int read_header(size_t *size, git_object_t *kind, git_odb_backend *backend, const git_oid *id) {
  return read_object(NULL, size, kind, backend, id);
}

// libgit2 asks every backend, also one that has no such function. Its own reader of these files lists them.
static int list_nothing(git_odb_backend *backend, git_odb_foreach_cb visit, void *payload) {
  (void)backend, (void)visit, (void)payload;
  return 0;
}

static void free_backend(git_odb_backend *backend) {
  free(((loose_objects *)backend)->folder);
  free(backend);
}

int sopwright_git_read_loose_objects(git_repository *repository) {
  const char *path = git_repository_path(repository);
  loose_objects *self = calloc(1, sizeof *self);
  if (!self || asprintf(&self->folder, "%sobjects/", path) < 0) {
    free(self);
    return GIT_ERROR;
  }
  git_odb_init_backend(&self->parent, GIT_ODB_BACKEND_VERSION);
  self->parent.read = read_object;
  self->parent.read_header = read_header;
  self->parent.foreach = list_nothing;
  self->parent.free = free_backend;
  git_odb *database = NULL;
  int code = git_repository_odb(&database, repository);
  if (code == 0) code = git_odb_add_backend(database, &self->parent, before_loose);
  if (code < 0) free_backend(&self->parent);
  git_odb_free(database);
  return code;
}
