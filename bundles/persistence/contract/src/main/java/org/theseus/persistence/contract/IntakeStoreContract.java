package org.theseus.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.persistence.contract.Samples.A;
import static org.theseus.persistence.contract.Samples.B;
import static org.theseus.persistence.contract.Samples.C;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.IntakeStore.Answered;
import org.theseus.persistence.api.JournaledEdu;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.ServerName;

/** What a store of answers and a journal of EDUs promise. */
public interface IntakeStoreContract extends StoreContract {
  private static Answered answered(long ts) {
    return new Answered(new byte[] {1, 2}, Samples.bytes("{\"pdus\":{}}"), ts);
  }

  private static byte[] digest(int of) {
    return new byte[] {(byte) of, (byte) (of >> 8), 7};
  }

  private static JournaledEdu edu(ServerName origin, String type, int n) {
    return JournaledEdu.received(origin, type, Samples.bytes("{\"n\":" + n + "}"));
  }

  private static List<Long> ids(UnitOfWork unit, ServerName origin, String... types) {
    return unit.journal().edus(origin, Set.of(types), 9).stream().map(JournaledEdu::id).toList();
  }

  @Test
  default void keepsAnswersPerOriginAndTransaction() {
    Answered later = new Answered(new byte[] {3}, Samples.bytes("{}"), 18);
    in(unit -> unit.intake().put(A, "t/1", answered(17)));
    close();
    open();
    in(
        unit -> {
          assertThat(unit.intake().find(A, "t/1"))
              .get()
              .usingRecursiveComparison()
              .isEqualTo(answered(17));
          assertThat(unit.intake().find(B, "t/1")).isEmpty();
          assertThat(unit.intake().find(A, "T/1")).isEmpty();

          unit.intake().put(A, "t/1", later);
          assertThat(unit.intake().find(A, "t/1"))
              .get()
              .usingRecursiveComparison()
              .isEqualTo(later);
        });
  }

  @Test
  default void forgetsTheOldestAnswersFirst() {
    in(
        unit -> {
          unit.intake().put(A, "second", answered(20));
          unit.intake().put(B, "first", answered(10));
          unit.intake().put(A, "third", answered(30));
          unit.intake().put(B, "third", answered(30));

          assertThat(unit.intake().forget(30, 1)).isEqualTo(1);
          assertThat(unit.intake().find(B, "first")).isEmpty();
          assertThat(unit.intake().find(A, "second")).isPresent();

          assertThat(unit.intake().forget(30, 9)).isEqualTo(1);
          assertThat(unit.intake().find(A, "second")).isEmpty();
          assertThat(unit.intake().forget(30, 9)).isZero();
          assertThat(unit.intake().find(A, "third")).isPresent();
          assertThat(unit.intake().find(B, "third")).isPresent();
        });
  }

  @Test
  default void knowsAnEduThatItsOriginSentBefore() {
    in(
        unit -> {
          assertThat(unit.intake().isNewEdu(A, digest(1), 10, 9)).isTrue();
          assertThat(unit.intake().isNewEdu(A, digest(2), 20, 9)).isTrue();
        });
    close();
    open();
    in(
        unit -> {
          assertThat(unit.intake().isNewEdu(A, digest(1), 30, 9)).isFalse();
          assertThat(unit.intake().isNewEdu(B, digest(1), 30, 9)).isTrue();

          assertThat(unit.intake().forgetEdus(30, 1)).isEqualTo(1);
          assertThat(unit.intake().isNewEdu(A, digest(2), 30, 9)).isFalse();
          assertThat(unit.intake().isNewEdu(A, digest(1), 30, 9)).isTrue();
          assertThat(unit.intake().forgetEdus(30, 9)).isEqualTo(1);
          assertThat(unit.intake().forgetEdus(30, 9)).isZero();
          assertThat(unit.intake().isNewEdu(B, digest(1), 30, 9)).isFalse();
        });
  }

  @Test
  default void remembersNoMoreThanSoManyEdusOfAnOrigin() {
    in(
        unit -> {
          assertThat(unit.intake().isNewEdu(B, digest(0), 1, 10)).isTrue();
          for (int i = 0; i < 25; i++) {
            assertThat(unit.intake().isNewEdu(A, digest(i), 1, 10)).isTrue();
          }

          assertThat(unit.intake().isNewEdu(A, digest(15), 1, 10)).isFalse();
          assertThat(unit.intake().isNewEdu(B, digest(0), 1, 10)).isFalse();
          assertThat(unit.intake().isNewEdu(A, digest(14), 1, 10)).isTrue();
          assertThat(unit.intake().isNewEdu(A, digest(15), 1, 10)).isTrue();
        });
  }

  @Test
  default void keepsEdusOfEachOriginInOrderOfReceipt() {
    in(
        unit -> {
          long first = unit.journal().addEdu(edu(A, "x", 1));
          long others = unit.journal().addEdu(edu(C, "x", 1));
          long second = unit.journal().addEdu(edu(A, "y", 2));
          long third = unit.journal().addEdu(edu(A, "x", 3));
          assertThat(List.of(first, others, second, third)).isSorted().doesNotHaveDuplicates();

          assertThat(unit.journal().edus(A, Set.of("y", "x"), 1))
              .usingRecursiveComparison()
              .isEqualTo(
                  List.of(new JournaledEdu(first, A, "x", Samples.bytes("{\"n\":1}"), 0, "")));
          assertThat(ids(unit, A, "x", "y")).containsExactly(first, second, third);
          assertThat(ids(unit, A, "x", "z")).containsExactly(first, third);
          assertThat(ids(unit, A)).isEmpty();
          assertThat(ids(unit, B, "x")).isEmpty();
          assertThat(unit.journal().eduOrigins()).containsExactlyInAnyOrder(A, C);
          assertThat(unit.journal().waitingEdus(A, Set.of("x", "y"))).isEqualTo(3);
          assertThat(unit.journal().waitingEdus(A, Set.of("x", "z"))).isEqualTo(2);
          assertThat(unit.journal().waitingEdus(A, Set.of())).isZero();
          assertThat(unit.journal().waitingEdus(B, Set.of("x"))).isZero();

          // An id is never given twice, not even once the last was removed.
          List.of(first, others, second, third).forEach(unit.journal()::removeEdu);
          assertThat(ids(unit, A, "x", "y")).isEmpty();
          assertThat(unit.journal().eduOrigins()).isEmpty();
          assertThat(unit.journal().addEdu(edu(A, "x", 4))).isGreaterThan(third);
        });
  }

  @Test
  default void countsAttemptsAtAnEdu() {
    in(
        unit -> {
          unit.journal().addEdu(edu(A, "x", 1));
          JournaledEdu found = unit.journal().edus(A, Set.of("x"), 1).get(0);
          unit.journal().updateEdu(found.failedBecause("it throws"));
        });
    close();
    open();
    in(
        unit -> {
          JournaledEdu failed = unit.journal().edus(A, Set.of("x"), 1).get(0);
          assertThat(failed.attempts()).isEqualTo(1);
          assertThat(failed.problem()).isEqualTo("it throws");
          assertThat(failed.failedBecause("again").attempts()).isEqualTo(2);
        });
  }

  @Test
  default void setsSoManyEdusAsideAndTheOldestMakeRoom() {
    in(
        unit -> {
          for (int i = 1; i <= 5; i++) {
            unit.journal().addEdu(edu(A, "x", i));
          }
          List<JournaledEdu> all = unit.journal().edus(A, Set.of("x"), 9);
          for (JournaledEdu bad : all.subList(0, 4)) {
            unit.journal().quarantineEdu(bad.failedBecause("it throws"), 3);
          }

          assertThat(ids(unit, A, "x")).containsExactly(all.get(4).id());
          assertThat(unit.journal().waitingEdus(A, Set.of("x"))).isEqualTo(1);
          assertThat(unit.journal().quarantinedEdus(9))
              .extracting(JournaledEdu::id)
              .containsExactly(all.get(1).id(), all.get(2).id(), all.get(3).id());
          assertThat(unit.journal().quarantinedEdus(1))
              .singleElement()
              .satisfies(edu -> assertThat(edu.problem()).isEqualTo("it throws"));
          unit.journal().removeEdu(all.get(4).id());
          assertThat(unit.journal().eduOrigins()).isEmpty();
        });
  }
}
