/**
 * What every store must do. A store's own tests implement {@link
 * org.theseus.persistence.contract.StoreContract} once and run each contract with it.
 */
package org.theseus.persistence.contract;
