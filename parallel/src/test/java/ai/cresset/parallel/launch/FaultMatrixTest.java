package ai.cresset.parallel.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.LaunchException;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.EveryCollective;
import ai.cresset.parallel.comm.Fault;
import ai.cresset.parallel.comm.FaultInjector;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.SharedFiles;
import ai.cresset.parallel.comm.SharedMemoryUse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that is killed or stopped in the middle of every collective, through shared memory and
 * TCP: survivors raise within the bars, with the cause, and nothing is left in {@code /dev/shm}.
 */
@Tag("long")
final class FaultMatrixTest {
  private static final int RANKS = 3;
  private static final Duration FAR = Duration.ofMinutes(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  static Stream<Arguments> matrix() {
    List<Arguments> all = new ArrayList<>();
    for (EveryCollective collective : EveryCollective.values()) {
      for (SharedMemoryUse use : List.of(SharedMemoryUse.REQUIRED, SharedMemoryUse.OFF)) {
        all.add(Arguments.of(collective, Fault.Action.KILL, use));
        all.add(Arguments.of(collective, Fault.Action.STOP, use));
      }
    }
    return all.stream();
  }

  private static Worker<Boolean> worker(
      EveryCollective collective, Fault fault, SharedMemoryUse use) {
    return context -> {
      // Only what is under test is near: a stopped rank is found by its silence, a killed one not.
      CommOptions options =
          CommOptions.defaults()
              .withSharedMemory(use)
              .withOperationTimeout(FAR)
              .withHeartbeatTimeout(fault.action() == Fault.Action.STOP ? HEARTBEAT : FAR);
      try (ProcessGroup group = FaultInjector.connect(context, options, List.of(fault))) {
        for (int round = 0; ; round++) {
          if (round == fault.occurrence() && context.rank() == fault.rank()) {
            report(context, "victim", "");
          }
          collective.run(group);
        }
      } catch (CommunicationException e) {
        report(context, "survivor", String.valueOf(e.getMessage()));
        throw e;
      }
    };
  }

  private static void report(WorkerContext context, String who, String message) {
    context.report(
        new Progress(
            context.rank(), 0, 0, Map.of(who, (double) System.currentTimeMillis()), message));
  }

  private static double time(Progress progress, String who) {
    return progress.metrics().getOrDefault(who, Double.NaN);
  }

  @ParameterizedTest(name = "{0}, {1}, shared memory {2}")
  @MethodSource("matrix")
  void survivorsRaiseInTime(EveryCollective collective, Fault.Action action, SharedMemoryUse use)
      throws IOException {
    Fault fault = Fault.of(action, collective.sender(), collective.kind(), 2);
    List<Progress> heard = Collections.synchronizedList(new ArrayList<>());
    LaunchOptions options =
        LaunchOptions.of(RANKS)
            .withStopTimeout(Duration.ofSeconds(2))
            .withJvmArguments(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    assertThrows(
        LaunchException.class,
        () -> new LocalProcessLauncher(options, heard::add).launch(worker(collective, fault, use)));
    double begun =
        heard.stream()
            .filter(each -> each.metrics().containsKey("victim"))
            .mapToDouble(each -> time(each, "victim"))
            .findFirst()
            .orElseThrow();
    List<Progress> survivors =
        heard.stream().filter(each -> each.metrics().containsKey("survivor")).toList();
    assertEquals(RANKS - 1, survivors.size());
    Duration bar =
        action == Fault.Action.KILL ? Duration.ofSeconds(1) : HEARTBEAT.plusMillis(1_000);
    for (Progress survivor : survivors) {
      double late = time(survivor, "survivor") - begun;
      System.out.printf(
          "%s, %s, shared memory %s: rank %d raised after %.0f ms%n",
          collective, action, use, survivor.rank(), late);
      assertTrue(
          survivor.message().startsWith("rank " + fault.rank() + " failed first"),
          survivor.message());
      assertTrue(late <= bar.toMillis(), late + " ms");
    }
    SharedFiles.assertNoneStays();
  }
}
