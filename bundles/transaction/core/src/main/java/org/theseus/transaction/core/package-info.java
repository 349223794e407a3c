/** The transaction layer as components: what is taken in, and what is sent. */
package org.theseus.transaction.core;
