/**
 * A peer that behaves as Synapse does when it sends, for tests without Python.
 *
 * <p>{@link org.theseus.itests.peer.synapse.SynapseLikeSender} stands on a connection pool, a
 * client with Synapse's patience, back-offs and a queue for each destination; {@link
 * org.theseus.itests.peer.synapse.Pace} says how fast its time goes, and {@link
 * org.theseus.itests.peer.Weather} makes the weather for it and for the real one. Both were sent
 * through the same weather once, Synapse 1.163.2 with its own settings, at the pace of the wall's
 * clock. The figures are seconds from the event until each arrival of a transaction; all waits are
 * Synapse's times a random factor from 0.8 to 1.4.
 *
 * <table>
 *   <caption>Weather, what the rules say, and what came when</caption>
 *   <tr><th>weather</th><th>rule</th><th>Synapse</th><th>model</th></tr>
 *   <tr><td>500, 500, 429, then fair</td>
 *     <td>the same transaction after 4, 16, 60 s, over the same connection</td>
 *     <td>0, 5.0, 21.6, 69.7</td><td>0, 4.3, 23.2, 80.2</td></tr>
 *   <tr><td>500 without end</td>
 *     <td>11 attempts; 10 minutes of back-off, then by the minute under a new id</td>
 *     <td>11 in 545.7; new at 1156.7</td><td>11 in 547.0; new at 1175.1</td></tr>
 *   <tr><td>301, 400, 401, 403, 404 or 413; after 60 s we ask for something</td>
 *     <td>one attempt, nothing until we ask, then at once under a new id, with what came
 *         meanwhile</td>
 *     <td>0, 60.2 to 60.8</td><td>0, 60.0 to 60.1</td></tr>
 *   <tr><td>200 after 55 s</td><td>taken</td><td>0</td><td>0</td></tr>
 *   <tr><td>200 after 70 s</td><td>given up at 60 s, again after 4 s over a new connection</td>
 *     <td>0, 64.0</td><td>0, 65.0</td></tr>
 *   <tr><td>connection refused for 30 s</td><td>attempts at 0, 4, 20, 80 s</td>
 *     <td>69.6</td><td>84.1</td></tr>
 *   <tr><td>a kept connection closes when the request is on its way</td>
 *     <td>no attempt of the pool's own; again after 4 s</td><td>0, 5.2</td><td>0, 4.5</td></tr>
 *   <tr><td>a new connection closes so</td><td>the same</td><td>0, 4.4</td><td>0, 5.4</td></tr>
 *   <tr><td>a kept connection closed while idle</td><td>passed over without loss</td>
 *     <td>0</td><td>0</td></tr>
 *   <tr><td>idle for 100, 115 and 125 s</td><td>kept for 120 s</td>
 *     <td>kept, kept, new</td><td>kept, kept, new</td></tr>
 *   <tr><td>200 without JSON</td><td>no back-off; again by the minute</td>
 *     <td>18.7</td><td>35.0</td></tr>
 *   <tr><td>60 events while one is in flight for 25 s</td>
 *     <td>one transaction in flight, 50 PDUs in one</td>
 *     <td>50 at 25.2, 10 at 25.2</td><td>50 at 25.0, 10 at 25.1</td></tr>
 *   <tr><td>5 events while refused, then the sender is started again</td>
 *     <td>by the minute, the newest event alone</td><td>1 PDU</td><td>1 PDU</td></tr>
 * </table>
 *
 * <p>From Synapse's source alone, not measured, are: the doubling of back-offs up to 7 days, the
 * patience of other requests (4 attempts after 0.5, 1, 2 s; one for those with a time-out of their
 * own; back-off after a 401, not after 400, 403, 404), the fall-back from v2 to v1, 5 idle
 * connections for each server, catching up after a back-off of more than an hour, and that
 * Retry-After is never read.
 *
 * <p>Not modelled are server discovery beyond addresses and ports, proxies, redirects that are
 * followed (only downloads do), the trailing slash that is tried after a 400 {@code
 * M_UNRECOGNIZED}, the EDUs of presence, receipts and devices with their own stores (an EDU here is
 * one that is lost when its transaction fails), and that an idle connection is closed at once when
 * the server closes it (here when it would be used next).
 */
package org.theseus.itests.peer.synapse;
