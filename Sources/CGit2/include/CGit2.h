// SPDX-License-Identifier: Apache-2.0
#ifndef SOPWRIGHT_CGIT2_H
#define SOPWRIGHT_CGIT2_H

#include <git2.h>
#include <git2/sys/commit.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

// `git_libgit2_opts` is variadic, which Swift cannot call. One function for each use of it.

/// Every object and ref that libgit2 writes is fsynced. Call before a repository is opened.
int sopwright_git_enable_fsync(void);

/// No system, XDG, global or programdata configuration is read: what a repository does depends on the repository alone.
int sopwright_git_ignore_host_configuration(void);

/// A repository may belong to another login than the one that runs: several people share a workspace. libgit2 runs no
/// hook and no command that a repository's configuration names, so opening it is harmless.
int sopwright_git_accept_any_owner(void);

/// Whether libgit2 hashes every object that it reads, and refuses one that is not what its id says; it does unless told otherwise.
int sopwright_git_verify_hashes(int verify);

/// How large a file may be for libgit2 to keep its bytes in memory for the next reader, and how much it keeps in all; it keeps no file
/// unless told.
int sopwright_git_keep_files(size_t largest, ssize_t in_all);

/// Reads objects in files of their own by a reader that ends, whatever stands in them; libgit2's does not.
int sopwright_git_read_loose_objects(git_repository *repository);

/// `syncfs`, which Swift's Glibc does not declare: writes the file system that the descriptor is on to its disk.
int sopwright_syncfs(int descriptor);

/// Swaps what two paths name, in one step: `renameat2`, likewise.
int sopwright_exchange(const char *one, const char *other);

#endif
