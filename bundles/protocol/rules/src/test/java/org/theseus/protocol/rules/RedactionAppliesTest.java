package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;
import static org.theseus.protocol.rules.TestRoom.CAROL;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.Event;

/** Whether a redaction takes effect on its target. */
class RedactionAppliesTest {
  @Test
  void byPowerOrBetweenUsersOfOneServer() {
    AuthCase.Scene scene = new AuthCase.Scene(VersionRules.V11).level(BOB, 49);
    assertThat(applies(scene, BOB, CAROL)).isFalse();
    assertThat(applies(scene, BOB, "@bert:b")).isTrue();
    assertThat(applies(scene.level(BOB, 50), BOB, CAROL)).isTrue();
    assertThat(applies(scene.levels("redact", 1, "users_default", 0), BOB, CAROL)).isFalse();
    assertThat(applies(scene.levels("redact", 1, "users_default", 1), BOB, CAROL)).isTrue();
  }

  @Test
  void byTheCreatorOfARoomOfVersion12() {
    AuthCase.Scene scene = new AuthCase.Scene(VersionRules.V12).levels("redact", 1_000);
    assertThat(applies(scene, ALICE, CAROL)).isTrue();
  }

  @Test
  void notAcrossRooms() {
    AuthCase.Scene scene = new AuthCase.Scene(VersionRules.V11).level(BOB, 100);
    Event target = scene.room.event(BOB, "x").room("!other:a").build();
    Event redaction = scene.room.event(BOB, EventTypes.REDACTION).build();
    assertThat(scene.room.auth.redactionApplies(redaction, target, slot -> Optional.empty()))
        .isFalse();
  }

  @Test
  void asTheAuthRulesDecidedUpToVersion2() {
    assertThat(applies(new AuthCase.Scene(VersionRules.V2), BOB, CAROL)).isTrue();
  }

  private static boolean applies(AuthCase.Scene scene, String sender, String author) {
    Event target = scene.room.event(author, "m.room.message").build();
    Event redaction = scene.room.event(sender, EventTypes.REDACTION).build();
    return scene.room.auth.redactionApplies(
        redaction, target, slot -> Optional.ofNullable(scene.state.get(slot)));
  }
}
