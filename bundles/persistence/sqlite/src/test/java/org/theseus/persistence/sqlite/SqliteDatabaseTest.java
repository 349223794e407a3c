package org.theseus.persistence.sqlite;

import org.theseus.persistence.contract.DatabaseContract;

/** SQLite runs units of work as every store must. */
class SqliteDatabaseTest extends SqliteContract implements DatabaseContract {}
