/** All table definitions, as numbered steps. */
package org.theseus.persistence.sql.schema;
