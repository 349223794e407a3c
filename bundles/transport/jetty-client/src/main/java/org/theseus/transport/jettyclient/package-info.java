/**
 * HTTP over TLS to other servers, by Jetty: who is asked is checked, what is answered is bounded.
 */
package org.theseus.transport.jettyclient;
