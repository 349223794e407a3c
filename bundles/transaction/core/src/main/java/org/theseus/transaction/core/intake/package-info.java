/** Transactions of others, each taken in once and answered the same ever after. */
package org.theseus.transaction.core.intake;
