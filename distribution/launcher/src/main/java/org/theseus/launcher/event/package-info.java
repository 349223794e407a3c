/**
 * {@code theseus event}: the protocol's rules on JSON from stdin. Needs the bundles of the protocol
 * layer as plain jars on the class path, and neither a container nor a home.
 */
package org.theseus.launcher.event;
