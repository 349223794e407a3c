/**
 * Takes transactions in exactly once ({@link org.theseus.transaction.core.Intake}) and sends ours
 * in order ({@link org.theseus.transaction.core.Sending}, a {@link
 * org.theseus.transaction.core.Courier} for each destination).
 */
package org.theseus.transaction.core;
