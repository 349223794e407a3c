/**
 * The stores in one SQLite file. One thread runs every query, one at a time, and commits many units
 * of work at once; see {@link org.theseus.persistence.sqlite.SqliteStore}.
 */
package org.theseus.persistence.sqlite;
