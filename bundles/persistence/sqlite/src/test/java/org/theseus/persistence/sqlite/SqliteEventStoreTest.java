package org.theseus.persistence.sqlite;

import org.theseus.persistence.contract.EventStoreContract;

/** SQLite keeps events as every store must. */
class SqliteEventStoreTest extends SqliteContract implements EventStoreContract {}
