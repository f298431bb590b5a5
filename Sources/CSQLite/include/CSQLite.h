// SPDX-License-Identifier: Apache-2.0
#ifndef SOPWRIGHT_CSQLITE_H
#define SOPWRIGHT_CSQLITE_H

#include <sqlite3.h>

// `sqlite3_config` and `sqlite3_db_config` are variadic, which Swift cannot call.

/// SQLite counts no memory, and so takes no process-wide lock for each allocation. To be called before the first connection of the
/// process; later it answers SQLITE_MISUSE and changes nothing.
int sopwright_sqlite_count_no_memory(void);

/// Closing the last connection does not checkpoint: only the holder of the workspace's lock does.
int sopwright_sqlite_no_checkpoint_on_close(sqlite3 *database);

#endif
