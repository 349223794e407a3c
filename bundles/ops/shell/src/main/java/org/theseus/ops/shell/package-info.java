/** The Unix socket behind {@code theseus shell}, and the commands about rooms and peers. */
package org.theseus.ops.shell;
