package org.theseus.persistence.sqlite;

import org.theseus.persistence.contract.StateStoreContract;

/** SQLite keeps states as every store must. */
class SqliteStateStoreTest extends SqliteContract implements StateStoreContract {}
