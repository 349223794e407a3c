/** Rooms, membership, sending, listening, and the endpoints by which other servers take part. */
package org.theseus.messaging.core;
