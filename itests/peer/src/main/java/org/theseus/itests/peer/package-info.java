/**
 * A homeserver of the tests' own: it signs, serves its key, records what it is asked, and answers
 * as a test tells it to.
 */
package org.theseus.itests.peer;
