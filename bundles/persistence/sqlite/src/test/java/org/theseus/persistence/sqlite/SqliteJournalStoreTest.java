package org.theseus.persistence.sqlite;

import org.theseus.persistence.contract.JournalStoreContract;

/** SQLite keeps the journal as every store must. */
class SqliteJournalStoreTest extends SqliteContract implements JournalStoreContract {}
