/** What happens to a PDU that is sent to us: checks before the journal, and processing from it. */
package org.theseus.pdu.core.receipt;
