/**
 * Transactions of ours: a courier for each destination, and the ledger that knows what it is owed.
 */
package org.theseus.transaction.core.outbox;
