package org.theseus.transport.core;

import java.util.concurrent.CompletableFuture;

/** A body that has come so far and waits for room to be read on. */
final class Growth implements ParkingLot.Parked {
  private final Dispatcher dispatcher;
  private final Holding holding;
  private final long deadlineNanos;
  private final CompletableFuture<Void> granted = new CompletableFuture<>();

  Growth(Dispatcher dispatcher, Holding holding) {
    this.dispatcher = dispatcher;
    this.holding = holding;
    this.deadlineNanos = dispatcher.waiting().roomDeadlineNanos();
  }

  CompletableFuture<Void> granted() {
    return granted;
  }

  @Override
  public Sharer sharer() {
    return holding.who();
  }

  @Override
  public Object line() {
    return this;
  }

  @Override
  public int load() {
    return holding.load();
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public ParkingLot.State state() {
    return holding.canGrow() ? ParkingLot.State.READY : ParkingLot.State.CROWDED;
  }

  @Override
  public void resume() {
    if (holding.grow()) {
      grant();
    } else {
      dispatcher.waiting().await(this);
    }
  }

  @Override
  public void expire() {
    dispatcher.tally().limited();
    granted.completeExceptionally(Failures.tooMuch(holding.load() > 1));
  }

  /** Lets it be read on in any case: its next handler has to find room for it. */
  void grant() {
    granted.complete(null);
  }
}
