package org.theseus.itests.container;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.junit.Test;
import org.ops4j.pax.exam.Option;

/** What is expected of a feature installed with only those its README names. */
public abstract class FeatureTest extends ContainerTest {
  static Option[] feature(String name) throws Exception {
    return container(new Features().jars(name));
  }

  @Test
  public void everyBundleIsActiveAndEveryComponentHasWhatItNeeds() throws Exception {
    assertEquals(List.of(), new Components(context).awaitAllWell());
  }
}
