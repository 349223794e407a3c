/** What third parties say about whom to send to. */
package org.theseus.transaction.core.policy;
