// SPDX-License-Identifier: Apache-2.0
#ifndef SOPWRIGHT_CSQLITE_H
#define SOPWRIGHT_CSQLITE_H

#include <sqlite3.h>

// `sqlite3_db_config` is variadic, which Swift cannot call.

/// Closing the last connection does not checkpoint: only the holder of the workspace's lock does.
int sopwright_sqlite_no_checkpoint_on_close(sqlite3 *database);

#endif
