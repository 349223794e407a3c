/** The ports over JDBC. Everything here is used by one thread at a time. */
package org.theseus.persistence.sql.store;
