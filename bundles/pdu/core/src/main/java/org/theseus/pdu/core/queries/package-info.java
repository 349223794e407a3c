/** What is read from rooms: by the layers above, and by other servers as far as they may. */
package org.theseus.pdu.core.queries;
