/** Keeps listening sockets open while those who accept from them are replaced. */
package org.theseus.transport.sockets;
