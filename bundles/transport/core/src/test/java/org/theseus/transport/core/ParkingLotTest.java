package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.theseus.transport.core.ParkingLot.Outcome;

class ParkingLotTest {
  private long now = 100;
  private final List<Runnable> alarms = new ArrayList<>();
  private final List<Long> waits = new ArrayList<>();
  private final List<CompletableFuture<Void>> expiries = new ArrayList<>();
  private final ParkingLot<Car> lot =
      new ParkingLot<>(
          2,
          4,
          () -> now,
          (nanos, task) -> {
            waits.add(nanos);
            alarms.add(task);
            expiries.add(new CompletableFuture<>());
            return expiries.get(expiries.size() - 1);
          });

  private final Map<Sharer, Integer> loads = new HashMap<>();
  private final List<Car> order = new ArrayList<>();

  private final class Car implements ParkingLot.Parked {
    private final Sharer sharer;
    private boolean ready;
    private boolean crowded;
    private int resumed;
    private int expired;

    Car(int client) throws Exception {
      this.sharer = Sharer.of(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) client}));
    }

    @Override
    public Sharer sharer() {
      return sharer;
    }

    @Override
    public Object line() {
      return sharer;
    }

    @Override
    public int load() {
      return loads.getOrDefault(sharer, 0);
    }

    @Override
    public long deadlineNanos() {
      return 130;
    }

    @Override
    public ParkingLot.State state() {
      return !ready
          ? ParkingLot.State.AWAY
          : crowded ? ParkingLot.State.CROWDED : ParkingLot.State.READY;
    }

    @Override
    public void resume() {
      resumed++;
      order.add(this);
      loads.merge(sharer, 1, Integer::sum);
    }

    @Override
    public void expire() {
      expired++;
    }
  }

  @Test
  void whatCameWhileItParkedIsNotMissed() throws Exception {
    Car car = new Car(1);
    car.ready = true;

    assertThat(lot.park(car)).isEqualTo(Outcome.PARKED);
    lot.wake();

    assertThat(car.resumed).isEqualTo(1);
    assertThat(lot.isEmpty()).isTrue();
    assertThat(expiries.get(0)).isCancelled();
  }

  @Test
  void itLeavesOnceOnly() throws Exception {
    Car car = new Car(1);
    lot.park(car);
    car.ready = true;

    lot.wake();
    lot.wake();
    alarms.forEach(Runnable::run);

    assertThat(waits).containsExactly(30L);
    assertThat(car.resumed).isEqualTo(1);
    assertThat(car.expired).isZero();
    assertThat(lot.remove(car)).isFalse();
    assertThat(lot.close()).isEmpty();
  }

  @Test
  void whenItsTimeIsUpItExpires() throws Exception {
    Car car = new Car(1);
    lot.park(car);

    alarms.forEach(Runnable::run);
    car.ready = true;
    lot.wake();

    assertThat(car.expired).isEqualTo(1);
    assertThat(car.resumed).isZero();
  }

  @Test
  void placesAreBoundedPerSharerAndInAll() throws Exception {
    Car first = new Car(1);
    assertThat(lot.park(first)).isEqualTo(Outcome.PARKED);
    assertThat(lot.park(new Car(1))).isEqualTo(Outcome.PARKED);
    assertThat(lot.park(new Car(1))).isEqualTo(Outcome.FULL);
    assertThat(lot.park(new Car(2))).isEqualTo(Outcome.PARKED);
    assertThat(lot.park(new Car(2))).as("it would leave less than it has").isEqualTo(Outcome.FULL);
    assertThat(lot.park(new Car(3))).isEqualTo(Outcome.PARKED);
    assertThat(lot.park(new Car(4))).isEqualTo(Outcome.FULL);

    lot.remove(first);

    assertThat(lot.park(new Car(4))).isEqualTo(Outcome.PARKED);
  }

  @Test
  void aClosedLotGivesOutWhoIsThereAndLetsNobodyIn() throws Exception {
    Car car = new Car(1);
    lot.park(car);

    assertThat(lot.close()).containsExactly(car);
    assertThat(lot.park(new Car(2))).isEqualTo(Outcome.CLOSED);
    assertThat(lot.close()).isEmpty();
    assertThat(expiries.get(0)).isCancelled();
  }

  @Test
  void whoHasLeastGoesFirstAndOfOneSharerWhoCameFirst() throws Exception {
    ParkingLot<Car> large =
        new ParkingLot<>(9, 100, () -> now, (nanos, task) -> new CompletableFuture<>());
    List<Car> cars = new ArrayList<>();
    for (int client : new int[] {1, 1, 1, 2, 3, 3}) {
      Car car = new Car(client);
      car.ready = true;
      large.park(car);
      cars.add(car);
    }

    loads.put(cars.get(4).sharer, 1);
    cars.get(1).crowded = true;
    large.wakeFairly();
    assertThat(order.stream().map(cars::indexOf)).containsExactly(0, 3, 4, 5);

    cars.get(1).crowded = false;
    large.wakeFairly();
    assertThat(order.stream().map(cars::indexOf)).containsExactly(0, 3, 4, 5, 1, 2);
  }

  @Test
  void whatIsAwayHoldsNobodyUpBehindIt() throws Exception {
    Car away = new Car(1);
    Car behind = new Car(1);
    lot.park(away);
    lot.park(behind);
    behind.ready = true;

    lot.wakeFairly();

    assertThat(order).containsExactly(behind);
  }

  @Test
  void whatWentOnIsCounted() throws Exception {
    Car first = new Car(1);
    lot.park(first);
    lot.park(new Car(1));
    lot.park(new Car(1));
    now += 3_000_000;
    assertThat(lot.figures()).isEqualTo(new ParkingLot.Figures(2, 2, 3, 0, 1));

    lot.remove(first);
    alarms.forEach(Runnable::run);
    now += 9_000_000;

    assertThat(lot.figures()).isEqualTo(new ParkingLot.Figures(0, 2, 3, 1, 1));
  }
}
