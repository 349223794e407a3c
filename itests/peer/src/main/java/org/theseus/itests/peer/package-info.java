/**
 * Who takes part in tests of whole servers: a server of ours in a process of its own, and a
 * homeserver of the tests' own, which signs, serves its key, records what it is asked, and answers
 * as a test tells it to.
 */
package org.theseus.itests.peer;
