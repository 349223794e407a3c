package org.theseus.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.persistence.contract.Samples.A;
import static org.theseus.persistence.contract.Samples.B;
import static org.theseus.persistence.contract.Samples.C;

import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.PullStore.Pull;

/** What a store promises of how far others have come. */
public interface PullStoreContract extends StoreContract {
  @Test
  default void whoHasSentSomethingIsToBeAskedForWhatCameAfterItsLatest() {
    in(
        unit -> {
          unit.pulls().reached(A, "first");
          unit.pulls().reached(B, "only");
          unit.pulls().reached(A, "second");
        });
    in(unit -> assertThat(unit.pulls().pending()).isEmpty());

    in(unit -> unit.pulls().begin(1_000));
    close();
    open();

    in(
        unit ->
            assertThat(unit.pulls().pending())
                .containsExactlyInAnyOrder(new Pull(A, "second"), new Pull(B, "only")));
  }

  @Test
  default void whereAskingBeganItGoesOnWhateverArrivesMeanwhile() {
    in(
        unit -> {
          unit.pulls().reached(A, "first");
          unit.pulls().begin(1_000);
          unit.pulls().reached(A, "second");
        });
    in(unit -> assertThat(unit.pulls().pending()).containsExactly(new Pull(A, "first")));

    in(
        unit -> {
          unit.pulls().goOn(new Pull(A, "place"));
          // a server that is not to be asked does not become one
          unit.pulls().goOn(new Pull(B, "place"));
          unit.pulls().begin(2_000);
        });
    in(unit -> assertThat(unit.pulls().pending()).containsExactly(new Pull(A, "place")));
  }

  @Test
  default void whoWasAskedIsAskedAgainNextTimeUnlessThatIsTooEarly() {
    in(
        unit -> {
          unit.pulls().reached(A, "a");
          unit.pulls().reached(B, "b");
          unit.pulls().begin(1_000);
          unit.pulls().end(A, 0);
          unit.pulls().end(B, 5_000);
          unit.pulls().end(C, 5_000);
          unit.pulls().goOn(new Pull(A, "place"));
        });
    in(unit -> assertThat(unit.pulls().pending()).isEmpty());

    in(unit -> unit.pulls().begin(4_999));
    in(unit -> assertThat(unit.pulls().pending()).containsExactly(new Pull(A, "a")));

    in(
        unit -> {
          unit.pulls().reached(B, "later");
          unit.pulls().begin(5_000);
        });
    in(
        unit ->
            assertThat(unit.pulls().pending())
                .containsExactlyInAnyOrder(new Pull(A, "a"), new Pull(B, "later")));
  }
}
