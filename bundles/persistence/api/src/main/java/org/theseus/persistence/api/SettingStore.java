package org.theseus.persistence.api;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Small facts with a name: how far a listener has come, the epoch of the home. Names begin with the
 * module's.
 */
@ProviderType
public interface SettingStore {
  /**
   * Reads a fact.
   *
   * @param name its name
   * @return its value, or empty
   */
  Optional<String> get(String name);

  /**
   * Notes a fact, in place of the one before.
   *
   * @param name its name
   * @param value its value
   */
  void put(String name, String value);
}
