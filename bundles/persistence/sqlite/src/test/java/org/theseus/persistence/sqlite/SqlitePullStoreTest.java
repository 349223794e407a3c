package org.theseus.persistence.sqlite;

import org.theseus.persistence.contract.PullStoreContract;

/** SQLite keeps how far others have come as every store must. */
class SqlitePullStoreTest extends SqliteContract implements PullStoreContract {}
