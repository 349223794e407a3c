/** Finds servers by the specification's steps: well-known, SRV records, addresses. */
package org.theseus.transport.core.discovery;
