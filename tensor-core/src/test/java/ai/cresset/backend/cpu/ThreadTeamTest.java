package ai.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each chunk once, whatever callers, workers and clocks do. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ThreadTeamTest {
  private static void runsEachChunkOnce(ThreadTeam team, int chunks) {
    AtomicIntegerArray runs = new AtomicIntegerArray(chunks);
    team.run(chunks, runs::incrementAndGet);
    for (int chunk = 0; chunk < chunks; chunk++) {
      assertEquals(1, runs.get(chunk), "runs of chunk " + chunk);
    }
  }

  @Test
  void manyCallersShareATeam() throws Exception {
    ThreadTeam team = new ThreadTeam(3);
    ExecutorService callers = Executors.newFixedThreadPool(4);
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int caller = 0; caller < 4; caller++) {
      calls.add(
          () -> {
            for (int round = 0; round < 5_000; round++) {
              runsEachChunkOnce(team, round % 7);
            }
            return true;
          });
    }
    for (Future<Boolean> call : callers.invokeAll(calls)) {
      assertTrue(call.get());
    }
    callers.shutdown();
  }

  @Test
  void sleepersAreWoken() throws InterruptedException {
    ThreadTeam team = new ThreadTeam(2);
    for (int round = 0; round < 50; round++) {
      CountDownLatch both = new CountDownLatch(2);
      team.run(
          2,
          chunk -> {
            both.countDown();
            // Returns only when the other chunk has a thread of its own.
            assertTrue(waits(both));
          });
      Thread.sleep(round % 5);
    }
  }

  private static boolean waits(CountDownLatch latch) {
    try {
      return latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Test
  void chunksMayCutTheirOwnWork() {
    ThreadTeam team = new ThreadTeam(4);
    for (int round = 0; round < 500; round++) {
      AtomicInteger sum = new AtomicInteger();
      team.run(5, chunk -> team.run(5, inner -> sum.addAndGet(5 * chunk + inner)));
      assertEquals(300, sum.get());
    }
  }

  @Test
  void theFirstFailureIsTheCallers() {
    ThreadTeam team = new ThreadTeam(2);
    RuntimeException failure = new IllegalStateException("chunk 3");
    Set<Integer> others = ConcurrentHashMap.newKeySet();
    RuntimeException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                team.run(
                    6,
                    chunk -> {
                      if (chunk == 3) {
                        throw failure;
                      }
                      others.add(chunk);
                    }));
    assertSame(failure, thrown);
    assertEquals(Set.of(0, 1, 2, 4, 5), others);
    runsEachChunkOnce(team, 9);
  }

  @Test
  void anInterruptedCallerWaitsForItsChunks() {
    ThreadTeam team = new ThreadTeam(2);
    AtomicInteger finished = new AtomicInteger();
    Thread.currentThread().interrupt();
    team.run(
        2,
        chunk -> {
          long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20L * (chunk + 1));
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
          finished.incrementAndGet();
        });
    assertEquals(2, finished.get());
    assertTrue(Thread.interrupted(), "still marked as interrupted");
  }
}
