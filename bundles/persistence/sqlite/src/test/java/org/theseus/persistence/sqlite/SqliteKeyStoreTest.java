package org.theseus.persistence.sqlite;

import org.theseus.persistence.contract.KeyStoreContract;

/** SQLite keeps keys as every store must. */
class SqliteKeyStoreTest extends SqliteContract implements KeyStoreContract {}
