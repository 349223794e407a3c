/** The graph of a room: states, extremities, what an event changes, and how that is committed. */
package org.theseus.pdu.core.graph;
