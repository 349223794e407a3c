/** Thousands of servers in one process, most of them dead, and a room that all of them are in. */
package org.theseus.itests.peer.crowd;
