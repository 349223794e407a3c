/**
 * Our extension {@code org.theseus.pull}: a server that was away asks for everything after the last
 * transaction that reached it, and need not wait for its peers to try again.
 */
package org.theseus.transaction.core.pull;
