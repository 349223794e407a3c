package org.theseus.pdu.core.receipt;

import java.util.concurrent.Executor;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.missing.Missing;
import org.theseus.protocol.api.JsonReader;

/**
 * What PDUs are processed with.
 *
 * @param graph the rooms
 * @param json reads what the store holds
 * @param verifier checks signatures
 * @param missing fetches what events refer to
 * @param executor where signatures are checked
 */
public record Tools(
    Graph graph, JsonReader json, Verifier verifier, Missing missing, Executor executor) {}
