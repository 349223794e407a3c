/**
 * Events that others refer to and we do not have: fetched, checked, and stored as outliers or in
 * the graph.
 */
package org.theseus.pdu.core.missing;
