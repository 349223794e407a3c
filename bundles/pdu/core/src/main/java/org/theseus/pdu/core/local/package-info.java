/**
 * What we do to rooms ourselves: make them, speak in them, join them, and take in those who join.
 */
package org.theseus.pdu.core.local;
