package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.theseus.protocol.rules.AuthCase.all;
import static org.theseus.protocol.rules.AuthCase.allowed;
import static org.theseus.protocol.rules.AuthCase.refused;
import static org.theseus.protocol.rules.AuthCase.since;
import static org.theseus.protocol.rules.AuthCase.until;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;
import static org.theseus.protocol.rules.TestRoom.CAROL;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.UserId;

/** Each rule about m.room.power_levels, both ways. */
class AuthPowerLevelsTest {
  private static final String USERS = "users is not an object of user ids and integers";

  @TestFactory
  Stream<DynamicTest> form() {
    return Stream.of(
            Stream.of(Levels.Level.values())
                .flatMap(
                    level ->
                        Stream.of("5", 5.5, true, JsonNull.NULL, List.of(), JsonObject.EMPTY)
                            .flatMap(
                                value ->
                                    refused(
                                        level.property() + " is not an integer",
                                        level.property() + " as " + value,
                                        since(10),
                                        s -> first(s, level.property(), value)))),
            Stream.of("events", "notifications")
                .flatMap(
                    property ->
                        Stream.of(5, JsonNull.NULL, List.of(), TestJson.object("x", "5"))
                            .flatMap(
                                value ->
                                    refused(
                                        property + " is not an object of integers",
                                        property + " as " + value,
                                        since(10),
                                        s -> first(s, property, value)))),
            allowed("odd values", until(9), s -> first(s, "ban", List.of(), "events", 5)),
            Stream.of(
                    5,
                    JsonNull.NULL,
                    List.of(),
                    TestJson.object(BOB, JsonNull.NULL),
                    TestJson.object("bob", 5),
                    TestJson.object(BOB, true))
                .flatMap(
                    value ->
                        refused(USERS, "users as " + value, all(), s -> first(s, "users", value))),
            allowed(
                "a user id of 255 bytes",
                all(),
                s -> first(s, "users", TestJson.object("@" + "é".repeat(125) + "xx:b", 5))),
            refused(
                USERS,
                "a user id of 256 bytes",
                all(),
                s -> first(s, "users", TestJson.object("@" + "é".repeat(126) + "x:b", 5))),
            Stream.of("5", " +05 ", "-5", new JsonNumber("5.5"), new JsonNumber("5e1"))
                .flatMap(
                    value ->
                        Stream.concat(
                            refused(
                                USERS,
                                "a level as " + value,
                                since(10),
                                s -> first(s, "users", TestJson.object(BOB, value))),
                            allowed(
                                "a level as " + value,
                                until(9),
                                s -> first(s, "users", TestJson.object(BOB, value))))),
            Stream.of("", "x", "5.5", "0x5", "1_0")
                .flatMap(
                    value ->
                        refused(
                            USERS,
                            "a level as " + value,
                            all(),
                            s -> first(s, "users", TestJson.object(BOB, value)))),
            refused(
                USERS,
                "a user's level beyond a double",
                since(10),
                s -> first(s, "users", TestJson.object(BOB, new JsonNumber("1e999")))),
            Stream.<Function<Object, Object[]>>of(
                    level -> new Object[] {"users", TestJson.object(BOB, level)},
                    level -> new Object[] {"events", TestJson.object("x", level)},
                    level -> new Object[] {"notifications", TestJson.object("x", level)},
                    level -> new Object[] {"kick", level})
                .flatMap(
                    content ->
                        Stream.of("1e999", "-1e999", "9".repeat(400))
                            .flatMap(
                                level ->
                                    refused(
                                        "a level is beyond all numbers",
                                        "a level beyond a double",
                                        until(9),
                                        s -> first(s, content.apply(new JsonNumber(level)))))),
            allowed("the largest double", until(9), s -> first(s, "ban", new JsonNumber("1e308"))),
            allowed("no content", all(), s -> first(s)),
            allowed(
                "a complete one",
                all(),
                s ->
                    first(
                        s,
                        "users",
                        TestJson.object(BOB, 5),
                        "events",
                        TestJson.object("x", -5),
                        "notifications",
                        TestJson.object("room", 5),
                        "ban",
                        0)))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> creators() {
    String creator = "users contains a creator of the room";
    return Stream.of(
            refused(
                creator,
                "the creator",
                since(12),
                s -> first(s, "users", TestJson.object(ALICE, 100))),
            allowed("the creator", until(11), s -> first(s, "users", TestJson.object(ALICE, 100))),
            refused(
                creator,
                "an additional creator",
                since(12),
                s ->
                    s.put(s.room.create().id("c").with("additional_creators", List.of(CAROL)))
                        .room
                        .levels(ALICE, "users", TestJson.object(CAROL, 100))
                        .room("!c")
                        .build()))
        .flatMap(Function.identity());
  }

  /** Bob, at 50, changes levels; power levels need 50. */
  @TestFactory
  Stream<DynamicTest> changes() {
    return Stream.of(
            Stream.of(Levels.Level.values()).flatMap(level -> alone(level.property())),
            Stream.of("events", "notifications")
                .flatMap(
                    property -> entries(property, property.equals("events") ? all() : since(6))),
            allowed(
                "notifications are not guarded",
                until(5),
                s -> change(s, "notifications", null, TestJson.object("room", 99))),
            refusedUsers(TestJson.object(CAROL, 51), TestJson.object(CAROL, 50)),
            refusedUsers(TestJson.object(CAROL, 50), TestJson.object(CAROL, 49)),
            refusedUsers(TestJson.object(CAROL, 50), TestJson.object()),
            raisedUsers(TestJson.object(), TestJson.object(CAROL, 51)),
            raisedUsers(TestJson.object(CAROL, 49), TestJson.object(CAROL, 51)),
            allowed(
                "raising another to one's own level",
                all(),
                s -> users(s, TestJson.object(CAROL, 49), TestJson.object(CAROL, 50))),
            allowed(
                "removing who has less",
                all(),
                s -> users(s, TestJson.object(CAROL, 49), TestJson.object())),
            allowed(
                "leaving who has more alone",
                all(),
                s -> users(s, TestJson.object(CAROL, 99), TestJson.object(CAROL, 99))),
            allowed("lowering oneself", all(), s -> self(s, 49)),
            refused(
                "the sender gives more power than they have",
                "raising oneself",
                all(),
                s -> self(s, 51)),
            allowed(
                "the creator may all",
                since(12),
                s ->
                    s.levels("users", TestJson.object(CAROL, 9_007_199_254_740_991L), "ban", 1_000)
                        .room
                        .levels(ALICE, "users", TestJson.object(BOB, 9_007_199_254_740_991L))
                        .build()))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> whatIsNotSuppliedHasItsDefault() {
    String refusal = "the sender's power level does not allow to change ";
    return Stream.of(
            refused(refusal + "ban", "an added ban level", all(), s -> lowly(s, "ban", null, 30)),
            refused(refusal + "ban", "a removed ban level", all(), s -> lowly(s, "ban", 30, null)),
            allowed("an added invite level", all(), s -> lowly(s, "invite", null, 30)),
            allowed("a removed invite level", all(), s -> lowly(s, "invite", 30, null)))
        .flatMap(Function.identity());
  }

  @Test
  void levelsOfOldVersionsAreReadAsTheirServersDid() {
    assertThat(lenient("\"  007 \"")).contains(7L);
    assertThat(lenient("\"+7\"")).contains(7L);
    assertThat(lenient("51146.98")).contains(51146L);
    assertThat(lenient("5.114698E4")).contains(51146L);
    assertThat(lenient("-0.9")).contains(0L);
    assertThat(lenient("1e-999999999")).contains(0L);
    assertThat(lenient("1e30")).contains(Long.MAX_VALUE);
    assertThat(lenient("-1e30")).contains(Long.MIN_VALUE);
    assertThat(lenient("9223372036854775807.9")).contains(Long.MAX_VALUE);
    assertThat(lenient("9223372036854775806.9")).contains(Long.MAX_VALUE - 1);
    assertThat(lenient("-9223372036854775807.9")).contains(-Long.MAX_VALUE);
    assertThat(lenient("92233720368547758079e-1")).contains(Long.MAX_VALUE);
    assertThat(lenient("0.000123E+5")).contains(12L);
    assertThat(lenient("12345e-003")).contains(12L);
    assertThat(lenient("-0.99999999999999999999999")).contains(0L);
    assertThat(lenient("9.9999999999999999999999e-1")).contains(0L);
    assertThat(lenient("1e309")).isEmpty();
    assertThat(lenient("\"1e3\"")).isEmpty();
    assertThat(lenient("\"" + "9".repeat(400) + "\"")).isEmpty();
  }

  @Test
  void levelsOfOldVersionsAreReadExactly() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      String literal =
          (random.nextBoolean() ? "-" : "")
              + (random.nextInt(3) == 0 ? "0" : 1 + random.nextInt(999))
              + (random.nextBoolean()
                  ? ""
                  : "." + "0".repeat(random.nextInt(9)) + random.nextInt(99))
              + (random.nextBoolean() ? "" : "e" + (random.nextInt(30) - 12));
      BigInteger whole = new BigDecimal(literal).toBigInteger();
      long expected =
          whole
              .min(BigInteger.valueOf(Long.MAX_VALUE))
              .max(BigInteger.valueOf(Long.MIN_VALUE))
              .longValue();
      assertThat(lenient(literal)).as(literal).contains(expected);
    }
  }

  @Test
  void levelsOfManyDigitsTakeNoTime() {
    String zeros = "0".repeat(60_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          for (int i = 0; i < 50; i++) {
            assertThat(lenient("1." + "9".repeat(60_000))).contains(1L);
            assertThat(lenient("0." + zeros + "1e60003")).contains(100L);
            assertThat(lenient("1" + zeros + "e-60000")).contains(1L);
            assertThat(lenient("\"" + zeros + "7\"")).contains(7L);
          }
        });
  }

  @Test
  void powerLevelsOfUsersHaveTheirDefaults() {
    AuthCase.Scene eleven = new AuthCase.Scene(VersionRules.V11);
    AuthCase.Scene twelve = new AuthCase.Scene(VersionRules.V12);

    // no power levels
    assertThat(level(eleven, ALICE)).isEqualTo(100);
    assertThat(level(twelve, ALICE)).isEqualTo(Long.MAX_VALUE);
    assertThat(level(eleven, BOB)).isZero();
    assertThat(level(twelve, BOB)).isZero();

    // power levels
    eleven.levels("users", TestJson.object(BOB, 5), "users_default", -1);
    twelve.levels("users", TestJson.object(BOB, 5), "users_default", -1);
    assertThat(level(eleven, ALICE)).isEqualTo(-1);
    assertThat(level(twelve, ALICE)).isEqualTo(Long.MAX_VALUE);
    assertThat(level(eleven, BOB)).isEqualTo(5);
    assertThat(level(twelve, CAROL)).isEqualTo(-1);
  }

  private static Stream<DynamicTest> alone(String property) {
    String refusal = "the sender's power level does not allow to change " + property;
    return Stream.of(
            allowed(property + " raised to 50", all(), s -> change(s, property, 40, 50)),
            allowed(property + " lowered from 50", all(), s -> change(s, property, 50, 40)),
            allowed(property + " left alone", all(), s -> change(s, property, 40, 40)),
            refused(refusal, property + " raised to 51", all(), s -> change(s, property, 40, 51)),
            refused(refusal, property + " added as 51", all(), s -> change(s, property, null, 51)))
        .flatMap(Function.identity());
  }

  private static Stream<DynamicTest> entries(String property, List<VersionRules> versions) {
    String change = "the sender's power level does not allow to change an entry of " + property;
    String set = "the sender's power level does not allow to set an entry of " + property;
    return Stream.of(
            allowed(property + " to 50", versions, s -> entry(s, property, 40, 50)),
            allowed(property + " from 50", versions, s -> entry(s, property, 50, 40)),
            allowed(property + " added", versions, s -> entry(s, property, null, 50)),
            allowed(property + " removed", versions, s -> entry(s, property, 50, null)),
            allowed(property + " left alone", versions, s -> entry(s, property, 99, 99)),
            refused(change, property + " from 51", versions, s -> entry(s, property, 51, 50)),
            refused(change, property + " removed", versions, s -> entry(s, property, 51, null)),
            refused(set, property + " to 51", versions, s -> entry(s, property, 50, 51)),
            refused(set, property + " added", versions, s -> entry(s, property, null, 51)))
        .flatMap(Function.identity());
  }

  private static Stream<DynamicTest> refusedUsers(JsonObject before, JsonObject after) {
    return refused(
        "the sender's power level does not allow to change that of another user",
        before + " to " + after,
        all(),
        s -> users(s, before, after));
  }

  private static Stream<DynamicTest> raisedUsers(JsonObject before, JsonObject after) {
    return refused(
        "the sender gives more power than they have",
        before + " to " + after,
        all(),
        s -> users(s, before, after));
  }

  private static Event first(AuthCase.Scene scene, Object... content) {
    return scene.room.levels(ALICE, content).build();
  }

  /** Bob's change of one property, where he has 50 and power levels need 40. */
  private static Event change(AuthCase.Scene scene, String property, Object before, Object after) {
    JsonObject rest =
        TestJson.object("users", TestJson.object(BOB, 50))
            .with("events", TestJson.object(EventTypes.POWER_LEVELS, 40));
    scene.is(BOB, "join").put(scene.room.levels(ALICE).content(set(rest, property, before)));
    return scene.room.levels(BOB).content(set(rest, property, after)).build();
  }

  private static Event entry(AuthCase.Scene scene, String property, Object before, Object after) {
    JsonObject needed = TestJson.object(EventTypes.POWER_LEVELS, 40);
    return change(scene, property, set(needed, "x", before), set(needed, "x", after));
  }

  private static Event users(AuthCase.Scene scene, JsonObject before, JsonObject after) {
    return change(
        scene, "users", before.with(BOB, JsonNumber.of(50)), after.with(BOB, JsonNumber.of(50)));
  }

  private static Event self(AuthCase.Scene scene, long after) {
    return change(scene, "users", TestJson.object(BOB, 50), TestJson.object(BOB, after));
  }

  /** Bob's change of one property, where he has 40 and power levels need 40. */
  private static Event lowly(AuthCase.Scene scene, String property, Object before, Object after) {
    JsonObject rest =
        TestJson.object("users", TestJson.object(BOB, 40))
            .with("events", TestJson.object(EventTypes.POWER_LEVELS, 40));
    scene.is(BOB, "join").put(scene.room.levels(ALICE).content(set(rest, property, before)));
    return scene.room.levels(BOB).content(set(rest, property, after)).build();
  }

  private static JsonObject set(JsonObject object, String name, Object value) {
    return value == null ? object : object.with(name, TestJson.value(value));
  }

  private static Optional<Long> lenient(String literal) {
    Object value =
        literal.startsWith("\"")
            ? literal.substring(1, literal.length() - 1)
            : new JsonNumber(literal);
    return new Levels(TestJson.object("ban", value), false).explicit(Levels.Level.BAN);
  }

  private static long level(AuthCase.Scene scene, String user) {
    return scene.room.auth.powerLevel(
        UserId.of(user), slot -> Optional.ofNullable(scene.state.get(slot)));
  }
}
