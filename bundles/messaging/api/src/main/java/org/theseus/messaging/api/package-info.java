/**
 * What the rest of a homeserver, the shell and third-party bundles call: rooms, membership,
 * sending, listening.
 */
@Export
@Version("0.1.0")
package org.theseus.messaging.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
