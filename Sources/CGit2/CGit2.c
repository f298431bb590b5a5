// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "CGit2.h"

int sopwright_git_enable_fsync(void) {
  return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
}

int sopwright_git_ignore_host_configuration(void) {
  const int levels[] = {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
                        GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_PROGRAMDATA};
  for (unsigned i = 0; i < sizeof levels / sizeof levels[0]; i++) {
    int code = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
    if (code < 0) return code;
  }
  return 0;
}

int sopwright_git_accept_any_owner(void) {
  return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
}

int sopwright_git_verify_hashes(int verify) {
  return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, verify);
}

int sopwright_git_keep_files(size_t largest, ssize_t in_all) {
  int code = git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, in_all);
  return code < 0 ? code : git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_BLOB, largest);
}

int sopwright_syncfs(int descriptor) {
  return syncfs(descriptor);
}

int sopwright_exchange(const char *one, const char *other) {
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}
