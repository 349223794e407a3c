package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;
import static org.theseus.protocol.rules.TestRoom.CAROL;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.Resolution;
import org.theseus.protocol.api.Resolution.Choice;
import org.theseus.protocol.api.Resolution.Rule;
import org.theseus.protocol.api.Resolution.Trial;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.Verdict;

/** State resolution version 1, which goes by depth. */
class FirstResolutionTest {
  private final TestRoom room = new TestRoom(VersionRules.V1);
  private StateMap base = new TrieStateMaps().empty();

  FirstResolutionTest() {
    for (TestRoom.Draft draft :
        List.of(
            room.create().id("0"),
            room.join(ALICE).id("1"),
            levels(ALICE, 50).id("2"),
            room.joinRule(ALICE, "public").id("3"),
            room.join(BOB).id("4"))) {
      base = after(base, draft.add());
    }
  }

  @Test
  void whatOnlySomeStatesHaveIsNoConflict() {
    // given a topic that the rules would refuse now
    Event topic = room.topic(CAROL, "?").add();

    // then it stays
    assertThat(resolve(after(base, topic), base)).isEqualTo(after(base, topic));
  }

  @Test
  void theDeeperOfTwoPowerLevelsIsInForceIfTheOtherAllowsIt() {
    Event alices = levels(ALICE, 0).depth(5).add();
    Event bobs = levels(BOB, 49).depth(6).add();
    Event deeper = levels(ALICE, 40).depth(7).add();

    // bob lost his power at depth 5, and the list ends with what is not allowed
    assertThat(resolve(after(base, alices), after(base, bobs))).isEqualTo(after(base, alices));
    assertThat(resolve(after(base, alices), after(base, deeper))).isEqualTo(after(base, deeper));
    assertThat(resolve(after(base, alices), after(base, bobs), after(base, deeper)))
        .isEqualTo(after(base, alices));
  }

  @Test
  void theFirstPowerLevelsAreNotJudged() {
    Event strangers = levels(CAROL, 50).depth(1).add();
    Event alices = levels(ALICE, 0).depth(2).add();
    Event other = levels(BOB, 0).depth(3).add();

    // carol's give alice 100, so alice's follow; bob, at 0 then, may not
    assertThat(resolve(after(base, strangers), after(base, alices), after(base, other)))
        .isEqualTo(after(base, alices));
  }

  @Test
  void membershipsAreJudgedByTheResolvedJoinRule() {
    // given the door closed on one side and an invitation after it; carol's join on the other
    Event closed = room.joinRule(ALICE, "invite").depth(5).add();
    Event open = room.joinRule(ALICE, "public").depth(4).add();
    Event left = room.member(CAROL, CAROL, "leave").depth(6).add();
    Event join = room.join(CAROL).depth(7).add();

    StateMap resolved = resolve(after(after(base, closed), left), after(after(base, open), join));

    assertThat(resolved).isEqualTo(after(after(base, closed), left));
  }

  @Test
  void theDeepestTopicThatIsAllowedIsInForce() {
    Event shallow = room.topic(ALICE, "shallow").depth(5).add();
    Event deep = room.topic(ALICE, "deep").depth(6).add();
    Event bobs = room.topic(BOB, "bob's").depth(7).add();
    Event demoted = levels(ALICE, 0).add();

    assertThat(resolve(after(base, shallow), after(base, deep))).isEqualTo(after(base, deep));
    StateMap without = after(base, demoted);
    assertThat(resolve(after(without, shallow), after(without, deep), after(without, bobs)))
        .isEqualTo(after(without, deep));
  }

  @Test
  void ofTopicsOfOneDepthThatWithTheLeastHashIsInForce() {
    List<Event> topics = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      topics.add(room.topic(ALICE, "" + i).depth(5).add());
    }
    Event least = topics.stream().min((a, b) -> sha1(a).compareTo(sha1(b))).orElseThrow();

    assertThat(resolve(topics.stream().map(topic -> after(base, topic)).toArray(StateMap[]::new)))
        .isEqualTo(after(base, least));
  }

  @Test
  void ofTopicsThatNobodyMaySetTheShallowestStays() {
    Event shallow = room.topic(CAROL, "1").depth(5).add();
    Event deep = room.topic(CAROL, "2").depth(6).add();

    assertThat(resolve(after(base, shallow), after(base, deep))).isEqualTo(after(base, shallow));
  }

  @Test
  void tellsWhatDecided() {
    // given levels of which bob's are not allowed, topics nobody may set and a name one side has
    Event alices = levels(ALICE, 0).depth(5).add();
    Event bobs = levels(BOB, 49).depth(6).add();
    Event shallow = room.topic(CAROL, "1").depth(5).add();
    Event deep = room.topic(CAROL, "2").depth(6).add();
    Event name = room.event(ALICE, "m.room.name").key("").add();
    Event open = room.joinRule(ALICE, "public").depth(8).add();
    Event closed = room.joinRule(ALICE, "invite").depth(7).add();

    Resolution resolution =
        room.resolution.explain(
            List.of(
                after(after(after(after(base, alices), shallow), name), open),
                after(after(after(base, bobs), deep), closed)),
            room);

    assertThat(resolution.choice(StateKey.POWER_LEVELS))
        .isEqualTo(
            new Choice(
                Optional.of(alices.id()),
                Rule.DEPTH_ORDERING,
                List.of(
                    new Trial(alices.id(), Rule.DEPTH_ORDERING, Verdict.ALLOW),
                    new Trial(
                        bobs.id(),
                        Rule.DEPTH_ORDERING,
                        Verdict.reject(
                            "the sender's power level does not allow events of this type")))));
    assertThat(resolution.choice(StateKey.JOIN_RULES).trials())
        .extracting(Trial::event)
        .containsExactly(closed.id(), open.id());
    assertThat(resolution.choice(shallow.slot().orElseThrow()).rule()).isEqualTo(Rule.LEAST_DEPTH);
    assertThat(resolution.choice(shallow.slot().orElseThrow()).event()).contains(shallow.id());
    assertThat(resolution.choice(name.slot().orElseThrow()))
        .isEqualTo(new Choice(Optional.of(name.id()), Rule.UNDISPUTED, List.of()));
    assertThat(resolution.choice(StateKey.CREATE))
        .isEqualTo(new Choice(base.get(StateKey.CREATE), Rule.AGREED, List.of()));
    assertThat(resolution.choices()).hasSize(4);
  }

  @Test
  void theOrderOfTheStatesDoesNotMatter() {
    for (int seed = 0; seed < 10; seed++) {
      RandomRoom random = new RandomRoom(VersionRules.V1, seed, 40);
      List<StateMap> states = random.someStates();
      StateMap resolved = random.room.resolution.explain(states, random.room).state();
      Collections.shuffle(states, new Random(seed));
      assertThat(random.room.resolution.explain(states, random.room).state()).isEqualTo(resolved);
    }
  }

  private TestRoom.Draft levels(String sender, long bob) {
    return room.levels(sender, "users", TestJson.object(ALICE, 100, BOB, bob));
  }

  private static StateMap after(StateMap before, Event event) {
    return before.with(event.slot().orElseThrow(), event.id());
  }

  private StateMap resolve(StateMap... states) {
    return room.resolve(states);
  }

  private static String sha1(Event event) {
    try {
      byte[] id = event.id().value().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(id));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
