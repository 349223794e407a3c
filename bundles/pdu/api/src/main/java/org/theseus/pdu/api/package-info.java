/**
 * Rooms as graphs of events: appended to by our users, grown by what other servers send, read by
 * whoever may.
 *
 * <p>Methods that return a stage do not block; the others may block for queries of the store.
 */
@Export
@Version("0.1.0")
package org.theseus.pdu.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
