package org.theseus.persistence.sqlite;

import org.theseus.persistence.contract.OutboxStoreContract;

/** SQLite keeps the outbox as every store must. */
class SqliteOutboxStoreTest extends SqliteContract implements OutboxStoreContract {}
