/** Tells listeners of accepted events. */
package org.theseus.pdu.core.listeners;
