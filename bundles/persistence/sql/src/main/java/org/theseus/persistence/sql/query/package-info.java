/** All SQL apart from the table definitions: standard, or common to SQLite and PostgreSQL. */
package org.theseus.persistence.sql.query;
