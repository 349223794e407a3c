/**
 * How requests come in and go out: the local server's name and keys, the key ring, the federation
 * client, endpoints and what stands between them and the wire. Bodies travel as streams with a
 * declared bound or as JSON values.
 */
@Export
@Version("0.1.0")
package org.theseus.transport.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
