/** A peer that behaves as Synapse does when it sends. */
package org.theseus.itests.peer.synapse;
