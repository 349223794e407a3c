/**
 * {@code theseus demo}: two servers in two processes, alice on one and bob on the other, who talk
 * while layers of both are replaced. It asks the servers only what any user could: by the shell, by
 * HTTPS, and by reading the client's log.
 */
package org.theseus.launcher.demo;
