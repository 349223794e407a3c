/** The bundle's components: thin shells around the packages beneath. */
package org.theseus.pdu.core;
