/**
 * HTTP over TLS on kept sockets, by Jetty: one server hands its socket to the next without a
 * connection refused, and requests wait while nobody is there to answer them.
 */
package org.theseus.transport.jettyserver;
