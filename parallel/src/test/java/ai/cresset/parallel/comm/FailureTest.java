package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CommunicationException;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.launch.LocalRendezvous;
import ai.cresset.type.DType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every failure is an exception on every rank, with the root cause. */
final class FailureTest {
  private static CommOptions options(boolean inJvm) {
    return inJvm ? Ranks.IN_JVM : Ranks.TCP;
  }

  private static void assertAllSay(List<? extends Ranks.Outcome<?>> outcomes, String... texts) {
    for (Ranks.Outcome<?> outcome : outcomes) {
      assertInstanceOf(CommunicationException.class, outcome.error());
      for (String text : texts) {
        assertTrue(outcome.message().contains(text), text + " is missing in: " + outcome.message());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void differentOperationsAreNamedOnEveryRank(boolean inJvm) {
    List<Ranks.Outcome<Boolean>> outcomes =
        Ranks.outcomes(
            3,
            options(inJvm),
            group -> {
              Storage storage = Ranks.storage(DType.FLOAT32, 100_000);
              try {
                group.barrier();
                if (group.rank() == 1) {
                  group.allReduce(Slice.of(storage, DType.FLOAT32).part(0, 70_000), ReduceOp.MAX);
                } else {
                  group.allReduce(Slice.of(storage, DType.FLOAT32), ReduceOp.SUM);
                }
                group.barrier();
              } finally {
                storage.release();
              }
              return true;
            });
    assertAllSay(
        outcomes,
        "ranks do different things",
        "all_reduce #1 of float32[100000], sum",
        "all_reduce #1 of float32[70000], max",
        "before it:\n  barrier #0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMissingRankEndsTheOperationAtItsDeadline(boolean inJvm) {
    CountDownLatch others = new CountDownLatch(2);
    List<Ranks.Outcome<Boolean>> outcomes =
        Ranks.outcomes(
            3,
            options(inJvm).withOperationTimeout(Duration.ofMillis(300)),
            group -> {
              if (group.rank() == 2) {
                others.await();
              }
              try {
                group.barrier();
              } finally {
                others.countDown();
              }
              return true;
            });
    assertAllSay(
        outcomes, "barrier #0", "did not end within 0.3 s", "CommOptions.operationTimeout");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void abortFreesRanksThatAreBlocked(boolean inJvm) {
    List<Ranks.Outcome<Boolean>> outcomes =
        Ranks.outcomes(
            4,
            options(inJvm),
            group -> {
              group.barrier();
              if (group.rank() == 3) {
                group.abort(new IllegalStateException("the tokenizer broke"));
                group.abort(new IllegalStateException("a later cause"));
              }
              group.barrier();
              return true;
            });
    assertAllSay(outcomes, "IllegalStateException: the tokenizer broke");
    for (Ranks.Outcome<Boolean> outcome : outcomes.subList(0, 3)) {
      assertTrue(outcome.message().startsWith("rank 3 failed first"), outcome.message());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void abortFromAnotherThreadFailsWorkUnderWay(boolean inJvm) {
    List<Ranks.Outcome<Boolean>> outcomes =
        Ranks.outcomes(
            2,
            options(inJvm),
            group -> {
              if (group.rank() == 1) {
                // Never takes part: it only hears of the failure.
                while (!group.isAborted()) {
                  Thread.onSpinWait();
                }
                group.barrier();
              }
              Storage storage = Ranks.storage(DType.FLOAT32, 1 << 20);
              Work work = group.allReduceAsync(Slice.of(storage, DType.FLOAT32), ReduceOp.SUM);
              Work queued = group.allReduceAsync(Slice.of(storage, DType.FLOAT32), ReduceOp.SUM);
              storage.release();
              Thread other = new Thread(() -> group.abort(new IllegalStateException("stop")));
              other.start();
              other.join();
              assertThrows(CommunicationException.class, queued::await);
              assertTrue(work.isDone());
              work.await();
              return true;
            });
    assertAllSay(outcomes, "IllegalStateException: stop");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRankThatLeavesEarlyIsNamed(boolean inJvm) {
    List<Ranks.Outcome<Boolean>> outcomes =
        Ranks.outcomes(
            3,
            options(inJvm),
            group -> {
              group.barrier();
              if (group.rank() != 1) {
                group.barrier();
              }
              return true;
            });
    assertEquals(true, outcomes.get(1).result());
    for (int rank : new int[] {0, 2}) {
      String message = outcomes.get(rank).message();
      assertTrue(message.contains("rank 1 (process"), message);
      assertTrue(message.contains("has closed its process group while rank"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPeerThatComputesLongerThanTheHeartbeatIsNotLost(boolean inJvm) {
    Ranks.run(
        2,
        options(inJvm).withHeartbeatTimeout(Duration.ofMillis(400)),
        group -> {
          long end = System.nanoTime() + Duration.ofMillis(1_200).toNanos();
          while (group.rank() == 1 && System.nanoTime() < end) {
            Thread.onSpinWait();
          }
          group.barrier();
          return true;
        });
  }

  @Test
  void wrongArgumentsAreRefusedBeforeAnythingIsSent() {
    Ranks.run(
        2,
        Ranks.IN_JVM,
        group -> {
          Storage storage = Ranks.storage(DType.INT8, 8);
          Slice slice = Slice.of(storage, DType.INT8);
          assertThrows(RuntimeException.class, () -> group.allReduce(slice, ReduceOp.SUM));
          assertThrows(RuntimeException.class, () -> group.broadcast(slice, 2));
          assertThrows(RuntimeException.class, () -> group.allGather(slice, slice));
          assertThrows(RuntimeException.class, () -> group.send(slice, group.rank()));
          assertThrows(RuntimeException.class, () -> slice.part(5, 4));
          assertThrows(RuntimeException.class, () -> new Slice(storage, 4, 2, DType.FLOAT32));
          storage.release();
          // Nothing of this has disturbed the group.
          group.barrier();
          return true;
        });
  }

  @Test
  void anInterruptedRankFailsTheGroup() {
    List<Ranks.Outcome<Boolean>> outcomes =
        Ranks.outcomes(
            2,
            Ranks.TCP,
            group -> {
              if (group.rank() == 0) {
                Thread.currentThread().interrupt();
              }
              while (group.rank() == 1 && !group.isAborted()) {
                Thread.onSpinWait();
              }
              try {
                group.barrier();
              } finally {
                Thread.interrupted();
              }
              return true;
            });
    assertAllSay(outcomes, "interrupted");
  }

  /** As Spark does: it interrupts the survivors of a lost peer at about the time they find out. */
  @Test
  void anInterruptedSurvivorStillNamesTheCause() {
    List<Ranks.Outcome<Boolean>> outcomes =
        Ranks.outcomes(
            2,
            Ranks.TCP,
            group -> {
              if (group.rank() == 1) {
                group.abort(new IllegalStateException("the disk is gone"));
              }
              while (!group.isAborted()) {
                Thread.onSpinWait();
              }
              Thread.currentThread().interrupt();
              try {
                group.barrier();
              } finally {
                assertTrue(Thread.interrupted(), "the interrupt is kept");
              }
              return true;
            });
    assertAllSay(outcomes, "the disk is gone");
  }

  @Test
  void sharedMemoryThatIsRequiredAndMissingSaysWhatToChange() {
    List<LocalRendezvous> meeting = LocalRendezvous.create(2, 0, Duration.ofSeconds(20));
    List<CompletableFuture<String>> errors =
        IntStream.range(0, 2)
            .mapToObj(
                rank ->
                    CompletableFuture.supplyAsync(
                        () ->
                            connectionError(
                                meeting.get(rank), rank == 0 ? Ranks.TCP : Ranks.SHARED)))
            .toList();
    for (CompletableFuture<String> error : errors) {
      String message = error.join();
      assertTrue(message.contains("rank 1 must share memory with rank 0"), message);
      assertTrue(message.contains("it is switched off on rank 0"), message);
      assertTrue(message.contains("--shm-size"), message);
      assertTrue(message.contains("AUTOMATIC or OFF"), message);
    }
  }

  private static String connectionError(LocalRendezvous rendezvous, CommOptions options) {
    try (ProcessGroup group =
        ProcessGroup.connect(rendezvous, "127.0.0.1", Ranks.SECRET, options)) {
      group.barrier();
      return "no error";
    } catch (CommunicationException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
