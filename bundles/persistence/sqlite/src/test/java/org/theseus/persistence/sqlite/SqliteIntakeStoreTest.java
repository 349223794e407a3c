package org.theseus.persistence.sqlite;

import org.theseus.persistence.contract.IntakeStoreContract;

/** SQLite keeps what was taken in as every store must. */
class SqliteIntakeStoreTest extends SqliteContract implements IntakeStoreContract {}
