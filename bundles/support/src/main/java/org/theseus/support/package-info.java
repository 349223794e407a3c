/** Small mechanics that several bundles need; each gets a private copy. JDK only. */
package org.theseus.support;
