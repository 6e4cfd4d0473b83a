package ai.cresset.parallel.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.LaunchException;
import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.SharedFiles;
import ai.cresset.parallel.comm.SharedMemoryUse;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.LocalProcessLauncher;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.pipeline.schedule.Action;
import ai.cresset.parallel.pipeline.schedule.PipelineShape;
import ai.cresset.parallel.pipeline.schedule.Schedule;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
 * A process that is killed in a pass of every schedule, through shared memory and TCP: all others
 * raise within a second and say who was lost.
 */
@Tag("long")
final class PipelineFaultTest {
  private static final int RANKS = 3;
  private static final int VICTIM = 1;
  private static final int MICRO_BATCHES = 6;
  private static final Duration FAR = Duration.ofMinutes(5);
  private static final long BAR_MILLIS = 1_000;

  static Stream<Arguments> matrix() {
    List<Arguments> all = new ArrayList<>();
    for (ScheduleKind kind : ScheduleKind.values()) {
      for (Action.Kind pass :
          List.of(Action.Kind.FORWARD, Action.Kind.BACKWARD_INPUT, Action.Kind.BACKWARD_WEIGHT)) {
        for (SharedMemoryUse use : List.of(SharedMemoryUse.REQUIRED, SharedMemoryUse.OFF)) {
          all.add(Arguments.of(kind, pass, use));
        }
      }
    }
    return all.stream();
  }

  /** Runs steps until the victim ends in its fourth pass of a kind, in the second step. */
  private static Worker<Boolean> worker(ScheduleKind kind, Action.Kind pass, SharedMemoryUse use) {
    return context -> {
      CommOptions options =
          CommOptions.defaults()
              .withSharedMemory(use)
              .withOperationTimeout(FAR)
              .withHeartbeatTimeout(FAR);
      int chunks = kind == ScheduleKind.INTERLEAVED ? 2 : 1;
      int[] steps = {0};
      int[] passes = {0};
      Process killer = killer();
      StageModel.Work work =
          (each, stage) -> {
            boolean counts = context.rank() == VICTIM && steps[0] == 1 && each == pass;
            if (counts && ++passes[0] == 4) {
              report(context, "victim", "");
              release(killer);
            }
          };
      try (ProcessGroup world = context.connect(options);
          StageModel model = new StageModel(RANKS * chunks, 0, work);
          PipelineModel cut = model.cut(world);
          PipelineRuntime runtime = new PipelineRuntime(cut, world)) {
        Schedule schedule = kind.of(new PipelineShape(RANKS, chunks, MICRO_BATCHES));
        while (true) {
          try (Scope scope = Scope.open("step")) {
            runtime.run(schedule, StageModel.batches(MICRO_BATCHES));
          }
          steps[0]++;
        }
      } catch (CommunicationException e) {
        report(context, "survivor", String.valueOf(e.getMessage()));
        throw e;
      } finally {
        killer.destroy();
      }
    };
  }

  /** Waits for a word to kill this process, so that no time goes by when it is to happen. */
  private static Process killer() {
    try {
      String command = "read word && kill -KILL " + ProcessHandle.current().pid();
      return new ProcessBuilder("sh", "-c", command).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void release(Process killer) {
    try (OutputStream word = killer.getOutputStream()) {
      word.write('\n');
      word.flush();
      Thread.sleep(Duration.ofMinutes(1).toMillis());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void report(WorkerContext context, String who, String message) {
    context.report(
        new Progress(
            context.rank(), 0, 0, Map.of(who, (double) System.currentTimeMillis()), message));
  }

  private static List<Progress> of(List<Progress> heard, String who) {
    return heard.stream().filter(each -> each.metrics().containsKey(who)).toList();
  }

  private static double time(Progress progress, String who) {
    return progress.metrics().getOrDefault(who, Double.NaN);
  }

  @ParameterizedTest(name = "{0}, {1}, shared memory {2}")
  @MethodSource("matrix")
  void survivorsRaiseInTime(ScheduleKind kind, Action.Kind pass, SharedMemoryUse use)
      throws IOException {
    List<Progress> heard = Collections.synchronizedList(new ArrayList<>());
    LaunchOptions options =
        LaunchOptions.of(RANKS)
            .withStopTimeout(Duration.ofSeconds(2))
            .withJvmArguments(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    assertThrows(
        LaunchException.class,
        () -> new LocalProcessLauncher(options, heard::add).launch(worker(kind, pass, use)));
    double begun = time(of(heard, "victim").get(0), "victim");
    List<Progress> survivors = of(heard, "survivor");
    assertEquals(RANKS - 1, survivors.size());
    for (Progress survivor : survivors) {
      double late = time(survivor, "survivor") - begun;
      System.out.printf(
          "%s, killed in %s, shared memory %s: rank %d raised after %.0f ms%n",
          kind, pass, use, survivor.rank(), late);
      assertTrue(
          survivor.message().startsWith("rank " + VICTIM + " failed first"), survivor.message());
      assertTrue(late <= BAR_MILLIS, late + " ms");
    }
    SharedFiles.assertNoneStays();
  }
}
