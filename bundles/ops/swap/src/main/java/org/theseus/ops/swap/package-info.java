/**
 * Replaces running bundles: a listener by putting its successor beside it, everything else in
 * place, with what depends on it stopped from the outside inwards and started again.
 */
package org.theseus.ops.swap;
