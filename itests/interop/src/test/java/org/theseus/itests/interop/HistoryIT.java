package org.theseus.itests.interop;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Events from before one came. */
@ExtendWith(Interop.class)
class HistoryIT {
  private static final String VERSION = "12";
  private static final int LONG_HISTORY = 120;

  @DisplayName("120 events from before a join, when asked for")
  @ParameterizedTest(name = "{displayName} | " + VERSION + " | {0}")
  @EnumSource
  void historyFromBeforeTheJoin(Direction direction, Pair pair) throws Exception {
    Room room = Room.create(pair, direction, VERSION, true);
    List<String> before = new ArrayList<>();
    for (int i = 1; i <= LONG_HISTORY; i++) {
      before.add(room.aliceSays("before the join " + i));
    }

    room.bobJoins();

    room.agreed(before);
  }
}
