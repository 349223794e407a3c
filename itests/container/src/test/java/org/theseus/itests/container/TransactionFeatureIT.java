package org.theseus.itests.container;

import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

public class TransactionFeatureIT extends FeatureTest {
  @Configuration
  public Option[] configuration() throws Exception {
    return feature("transaction");
  }
}
