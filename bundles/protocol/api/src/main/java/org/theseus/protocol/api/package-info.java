/**
 * The words of the Matrix federation protocol and the contracts of its grammar: identifiers,
 * lossless JSON values, events, protocol errors, and the services that parse, sign, verify,
 * authorise and resolve them.
 *
 * <p>Everything here is immutable and uses the JDK only. Nothing here logs or keeps time, and
 * nothing waits but {@link RoomVersion#verifyAll}, for threads that work for it.
 */
@Export
@Version("0.1.0")
package org.theseus.protocol.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
