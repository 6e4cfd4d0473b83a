package ai.cresset.parallel.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.LaunchException;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.LocalProcessLauncher;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A real process that shares sequences with another is killed in a forward pass. */
class DividedFailureTest {
  private static final int VICTIM = 1;

  /** Trains until the victim kills itself, in the second block of its second step. */
  private static Worker<Boolean> training() {
    return context -> {
      CommOptions options = CommOptions.defaults().withOperationTimeout(Duration.ofMinutes(5));
      try (ProcessGroup world = context.connect(options);
          DeviceMesh mesh =
              new DeviceMesh(
                  ParallelDims.SINGLE.with(MeshAxis.SEQUENCE, context.worldSize()), world);
          Gpt model = new Gpt(DividedTraining.of(1, 2).config());
          SequenceParallel sequences =
              SequenceParallel.apply(model, SequencePlan.gpt(AttentionKind.RING), mesh)) {
        int[] calls = {0};
        model
            .transformer()
            .blocks()
            .get(1)
            .registerForwardPreHook(
                (module, inputs) -> {
                  if (context.rank() == VICTIM && calls[0]++ == 1) {
                    kill();
                  }
                  return null;
                });
        while (true) {
          try (Scope scope = Scope.open("step")) {
            Tensor tokens = sequences.part(Tensor.of(new long[] {1, 2, 3, 4}, 1, 4));
            model.loss(tokens, tokens).sum().backward();
            sequences.synchronize();
          }
        }
      } catch (CommunicationException e) {
        report(context, String.valueOf(e.getMessage()));
        throw e;
      }
    };
  }

  private static void kill() {
    try {
      new ProcessBuilder("kill", "-KILL", Long.toString(ProcessHandle.current().pid()))
          .start()
          .waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void report(WorkerContext context, String message) {
    context.report(new Progress(context.rank(), 0, 0, Map.of(), message));
  }

  @Test
  void theSurvivorRaisesWithTheCause() {
    List<Progress> heard = Collections.synchronizedList(new ArrayList<>());
    LaunchOptions options =
        LaunchOptions.of(2)
            .withStopTimeout(Duration.ofSeconds(2))
            .withJvmArguments(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    assertThrows(
        LaunchException.class,
        () -> new LocalProcessLauncher(options, heard::add).launch(training()));
    assertEquals(List.of(0), heard.stream().map(Progress::rank).sorted().toList());
    for (Progress survivor : heard) {
      assertTrue(
          survivor.message().startsWith("rank " + VICTIM + " failed first"), survivor.message());
    }
  }
}
