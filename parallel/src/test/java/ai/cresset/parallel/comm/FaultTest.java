package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CommunicationException;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.type.DType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every collective while one of three ranks fails, is late, or loses what it sends. */
final class FaultTest {
  private static final int RANKS = 3;

  /** By turns, so that every transport sees every fault. */
  private static CommOptions options(EveryCollective collective) {
    List<CommOptions> transports = List.of(Ranks.SHARED, Ranks.TCP, Ranks.IN_JVM);
    return transports.get(List.of(EveryCollective.values()).indexOf(collective) % 3);
  }

  /** Three times the collective; what each rank holds after each. */
  private static List<Ranks.Outcome<List<Long>>> outcomes(
      EveryCollective collective, CommOptions options, List<Fault> faults) {
    return Ranks.outcomes(
        RANKS,
        options,
        faults,
        group -> {
          Long first = collective.run(group);
          Long second = collective.run(group);
          Long third = collective.run(group);
          group.barrier();
          return List.of(first, second, third);
        });
  }

  @ParameterizedTest
  @EnumSource
  void allRanksRaiseWhatOneFailedWith(EveryCollective collective) {
    Fault fault = Fault.of(Fault.Action.FAIL, collective.sender(), collective.kind(), 1);
    for (Ranks.Outcome<?> each : outcomes(collective, options(collective), List.of(fault))) {
      assertInstanceOf(CommunicationException.class, each.error());
      String cause = "injected fault on rank " + collective.sender();
      assertTrue(each.message().contains(cause), each.message());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDelayChangesNoResult(EveryCollective collective) {
    Fault fault = Fault.delay(collective.sender(), collective.kind(), 1, 40);
    List<Ranks.Outcome<List<Long>>> undisturbed =
        outcomes(collective, options(collective), List.of());
    assertEquals(undisturbed, outcomes(collective, options(collective), List.of(fault)));
    assertEquals(RANKS, undisturbed.stream().filter(each -> each.error() == null).count());
  }

  @ParameterizedTest
  @EnumSource
  void lostBytesEndInTheDeadlineOnAllRanks(EveryCollective collective) {
    Fault fault = Fault.of(Fault.Action.DROP, collective.sender(), collective.kind(), 1);
    CommOptions options = options(collective).withOperationTimeout(Duration.ofMillis(400));
    for (Ranks.Outcome<?> each : outcomes(collective, options, List.of(fault))) {
      assertInstanceOf(CommunicationException.class, each.error());
      assertTrue(each.message().contains("did not end within 0.4 s"), each.message());
    }
  }

  /** Plain channels carry no check sums of their own; encrypted ones prove every byte. */
  @Test
  void aTurnedBitIsFoundInHeadsAndWhereChannelsAreEncrypted() {
    Fault head = Fault.of(Fault.Action.CORRUPT, 1, EveryCollective.ALL_REDUCE_DOUBLING.kind(), 1);
    for (Ranks.Outcome<?> each :
        outcomes(EveryCollective.ALL_REDUCE_DOUBLING, Ranks.TCP, List.of(head))) {
      assertTrue(each.message().contains("ranks do different things"), each.message());
    }
  }

  @Test
  void theFlightRecordTellsTheLastOperationsOfEachRank() {
    List<Ranks.Outcome<String>> outcomes =
        Ranks.outcomes(
            RANKS,
            Ranks.TCP,
            List.of(Fault.of(Fault.Action.FAIL, 2, EveryCollective.BROADCAST.kind(), 0)),
            group -> {
              EveryCollective.ALL_REDUCE_RING.run(group);
              Storage storage = Ranks.storage(DType.INT8, 8);
              try (ProcessGroup part = group.split(group.rank() % 2)) {
                part.barrier();
              }
              try {
                group.broadcast(new Slice(storage, 0, 8, DType.INT8), 2);
                group.barrier();
              } catch (CommunicationException e) {
                Deadline deadline = Deadline.after(Duration.ofSeconds(10));
                while (group.flightRecord().contains("it could not tell") && !deadline.isOver()) {
                  Thread.onSpinWait();
                }
                return e.getMessage() + group.flightRecord();
              } finally {
                storage.release();
              }
              return "no error";
            });
    for (Ranks.Outcome<String> outcome : outcomes) {
      String text = String.valueOf(outcome.result());
      assertTrue(text.contains("injected fault on rank 2"), text);
      assertTrue(text.contains("rank 0: group world\n  all_reduce #0 of float32"), text);
      assertTrue(text.contains("rank 2: group world\n  all_reduce #0 of float32"), text);
      assertTrue(text.contains("barrier #0"), text);
    }
  }
}
