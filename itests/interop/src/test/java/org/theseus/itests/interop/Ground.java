package org.theseus.itests.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What servers of a run stand on.
 *
 * @param installation the Synapse there is
 * @param authority whose certificates they have and trust
 * @param directory where their files are
 */
record Ground(SynapseInstallation installation, Authority authority, Path directory) {
  /** A place for the files of two more servers. */
  Ground part(String name) throws IOException {
    return new Ground(installation, authority, Files.createDirectory(directory.resolve(name)));
  }
}
