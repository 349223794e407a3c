/**
 * The stores as ports. Everything durable is read and written in a {@link
 * org.theseus.persistence.api.UnitOfWork}, a function run by the {@link
 * org.theseus.persistence.api.Database}; nothing here assumes a particular database.
 *
 * <p>Methods of the ports are called inside a unit of work only, by the thread that runs it. They
 * throw {@link org.theseus.persistence.api.PersistenceException} if the database fails; then the
 * whole unit is undone.
 */
@Export
@Version("0.1.0")
package org.theseus.persistence.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
