package org.theseus.itests.container;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.experimental.runners.Enclosed;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;

/**
 * There are no start levels: bundles that start in any order end in the same server. The framework
 * starts them in the order they were installed in.
 */
@RunWith(Enclosed.class)
public class ShuffledStartIT {
  private static Option[] shuffled(long seed) throws Exception {
    List<Path> jars = new ArrayList<>(new Features().jars());
    Collections.shuffle(jars, new Random(seed));
    return ContainerTest.container(jars);
  }

  public static class First extends FeatureTest {
    @Configuration
    public Option[] configuration() throws Exception {
      return shuffled(1);
    }
  }

  public static class Second extends FeatureTest {
    @Configuration
    public Option[] configuration() throws Exception {
      return shuffled(2);
    }
  }

  public static class Third extends FeatureTest {
    @Configuration
    public Option[] configuration() throws Exception {
      return shuffled(3);
    }
  }
}
