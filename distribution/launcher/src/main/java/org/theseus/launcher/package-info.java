/**
 * Starts a Theseus server and talks to a running one.
 *
 * <h2>A home</h2>
 *
 * <pre>
 * etc/*.cfg            configuration, one file per component, live; etc/tls, etc/keys beside it
 * data/                the database
 * log/theseus.log      the log; warnings go to stderr too
 * bundles.list         bundles that replace ones of the distribution (see {@link BundlesList})
 * run/                 of the running server: lock, bundle cache, shell.sock
 * </pre>
 *
 * <h2>The shell's wire</h2>
 *
 * <p>The server listens on the Unix socket {@code run/shell.sock} of its home or, if that path is
 * longer than 100 bytes, on the one whose path the file {@code run/shell.path} holds. Both sides
 * send JSON objects, one per line, in UTF-8. A request is either
 *
 * <pre>
 * {"words": ["create", "@alice:example.org", "--json"]}    words, to be taken literally
 * {"line": "rooms; destinations"}                          one Gogo line
 * </pre>
 *
 * <p>and is answered by any number of frames of output, then by its exit status:
 *
 * <pre>
 * {"out": "text"}    for stdout, as it is: line ends are part of the text
 * {"err": "text"}    for stderr
 * {"exit": 0}        0 done, 1 the answer is no or the work failed, 2 unusable input
 * </pre>
 *
 * <p>Requests on one connection are answered one after the other; a client that closes the
 * connection ends the command in progress.
 */
package org.theseus.launcher;
