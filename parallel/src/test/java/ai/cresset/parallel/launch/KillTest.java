package ai.cresset.parallel.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.LaunchException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Real processes that get real signals while all ranks reduce. All deadlines but the one under test
 * are far away, so who raises has found out in the way that is meant.
 */
final class KillTest {
  private static final Duration FAR = Duration.ofMinutes(5);
  private static final int VICTIM = 1;
  private static final int ROUNDS = 5;

  private static LaunchOptions processes() {
    return LaunchOptions.of(3)
        .withStopTimeout(Duration.ofSeconds(2))
        .withJvmArguments(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
  }

  /** Reduces forever; the victim sends itself a signal on the way. */
  private static Worker<Boolean> victimAndSurvivors(String signal, Duration heartbeat) {
    return context -> {
      CommOptions options =
          CommOptions.defaults().withOperationTimeout(FAR).withHeartbeatTimeout(heartbeat);
      Storage storage = Allocator.current().allocate(4 << 20);
      try (ProcessGroup group = context.connect(options)) {
        for (int round = 0; ; round++) {
          if (round == ROUNDS && context.rank() == VICTIM) {
            report(context, "victim", "");
            new ProcessBuilder("kill", signal, Long.toString(ProcessHandle.current().pid()))
                .start()
                .waitFor();
          }
          group.allReduce(Slice.of(storage, DType.FLOAT32), ReduceOp.SUM);
        }
      } catch (CommunicationException e) {
        report(context, "survivor", String.valueOf(e.getMessage()));
        throw e;
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        storage.release();
      }
    };
  }

  private static void report(WorkerContext context, String who, String message) {
    context.report(
        new Progress(
            context.rank(), 0, 0, Map.of(who, (double) System.currentTimeMillis()), message));
  }

  /** What ranks say until the job has failed. */
  private static List<Progress> run(String signal, Duration heartbeat) {
    List<Progress> heard = Collections.synchronizedList(new ArrayList<>());
    LaunchException error =
        assertThrows(
            LaunchException.class,
            () ->
                new LocalProcessLauncher(processes(), heard::add)
                    .launch(victimAndSurvivors(signal, heartbeat)));
    List<Progress> survivors =
        heard.stream().filter(each -> each.metrics().containsKey("survivor")).toList();
    double signalled =
        heard.stream()
            .filter(each -> each.metrics().containsKey("victim"))
            .mapToDouble(each -> each.metrics().get("victim"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("the victim never began", error));
    for (Progress survivor : survivors) {
      System.out.printf(
          "kill %s: rank %d raised after %.0f ms%n",
          signal,
          survivor.rank(),
          survivor.metrics().getOrDefault("survivor", Double.NaN) - signalled);
    }
    return survivors;
  }

  @Test
  void survivorsOfAKilledProcessRaiseAtOnceWithTheCause() {
    List<Progress> survivors = run("-KILL", FAR);
    assertEquals(2, survivors.size());
    for (Progress survivor : survivors) {
      assertTrue(
          survivor.message().contains("closed its connection without taking leave: it has ended"),
          survivor.message());
      assertTrue(survivor.message().startsWith("rank 1 failed first"), survivor.message());
      assertTrue(survivor.message().contains("all_reduce #"), survivor.message());
    }
  }

  @Test
  void aStoppedProcessIsFoundByItsSilence() {
    List<Progress> survivors = run("-STOP", Duration.ofSeconds(1));
    assertEquals(2, survivors.size());
    for (Progress survivor : survivors) {
      assertTrue(survivor.message().contains("gave no sign of life for 1 s"), survivor.message());
      assertTrue(survivor.message().startsWith("rank 1 failed first"), survivor.message());
    }
  }
}
