package org.theseus.persistence.sqlite;

import org.theseus.persistence.contract.RoomStoreContract;

/** SQLite keeps rooms as every store must. */
class SqliteRoomStoreTest extends SqliteContract implements RoomStoreContract {}
