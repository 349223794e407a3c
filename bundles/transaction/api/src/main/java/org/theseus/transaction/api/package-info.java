/**
 * Transactions: what is taken in from other servers exactly once, and what is sent to them in
 * order. The layers above implement {@link org.theseus.transaction.api.PduReceiver} and {@link
 * org.theseus.transaction.api.EduHandler}.
 */
@Export
@Version("0.1.0")
package org.theseus.transaction.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
