package ai.cresset.tests.fault;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.error.CressetException;
import ai.cresset.model.Mlp;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.Rendezvous;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.tests.cluster.DirectoryWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;

/**
 * In the first attempt rank 1 is stopped between the rendezvous and its first connection. In the
 * second one rank 0 listens at the same address, and wakes it up: it dials, and then tries to save
 * a checkpoint. It does so on a thread that Spark's interrupt does not reach, which is the worst
 * that a worker can be.
 *
 * @param directory where workers leave word for each other
 * @param port where rank 0 listens
 */
@NullUnmarked
record StaleWorker(String directory, int port) implements Worker<String> {
  private static final String PROCESS = "process";
  private static final String OUTCOME = "outcome";
  private static final Duration SOON = Duration.ofSeconds(60);

  @Override
  public String run(WorkerContext context) {
    try {
      if (context.attempt() == 0 && context.rank() == 1) {
        // Spark's interrupt of this task does not reach the other thread, nor end the waiting.
        CompletableFuture.runAsync(
                () -> sleepAndTry(context), task -> new Thread(task, "stale worker").start())
            .join();
        throw new IllegalStateException("this attempt is over");
      }
      return train(context);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private CommOptions options(WorkerContext context) {
    int at = context.rank() == 0 ? port : 0;
    Duration patience = context.attempt() == 0 ? Duration.ofSeconds(3) : SOON;
    return CommOptions.defaults().withPorts(at, at).withConnectTimeout(patience);
  }

  private CheckpointDirectory claim(WorkerContext context) {
    LocalCheckpointStore store =
        new LocalCheckpointStore(Path.of(directory).resolve("checkpoints"));
    return CheckpointDirectory.claim(store, "stale worker test", context.attempt());
  }

  private String train(WorkerContext context) throws IOException, InterruptedException {
    CheckpointDirectory checkpoints =
        context.rank() == 0 && context.attempt() == 1 ? claim(context) : null;
    try (ProcessGroup group = context.connect(options(context))) {
      String outcome = "";
      if (checkpoints != null) {
        Signals.resume(Long.parseLong(Files.readString(Path.of(directory, PROCESS))));
        Path file = Path.of(directory, OUTCOME);
        outcome =
            DirectoryWatch.await(
                Path.of(directory),
                "the end of the stale worker",
                SOON,
                () -> Files.exists(file) ? Files.readString(file) : null);
        save(checkpoints, 2);
      }
      group.barrier();
      return outcome;
    }
  }

  private void sleepAndTry(WorkerContext context) {
    CheckpointDirectory checkpoints = claim(context);
    String rejoined =
        outcome(
            () ->
                ProcessGroup.connect(
                        new Sleeping(context.rendezvous(), Path.of(directory, PROCESS)),
                        context.host(),
                        context.secret(),
                        options(context))
                    .close());
    String committed = outcome(() -> save(checkpoints, 1));
    try {
      Path temporary = Path.of(directory, OUTCOME + ".temporary");
      Files.writeString(temporary, rejoined + "\n" + committed);
      Files.move(temporary, Path.of(directory, OUTCOME), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String outcome(Runnable action) {
    try {
      action.run();
      return "it worked";
    } catch (CressetException e) {
      return String.valueOf(e.getMessage()).replace('\n', ' ');
    }
  }

  private static void save(CheckpointDirectory checkpoints, long step) {
    try (Mlp model = new Mlp(3, 2);
        Optimizer optimizer =
            new Sgd(ParameterGroup.single(model.namedParameters()), Sgd.Config.of(0.1))) {
      checkpoints.save(
          model,
          optimizer,
          new TrainingState.Progress(
              step, 0, step, 2, List.of(), "constant", "none", Map.of(), Map.of(), Map.of()));
    }
  }

  /** A rendezvous after which the process is stopped. */
  private record Sleeping(Rendezvous rendezvous, Path process) implements Rendezvous {
    @Override
    public int rank() {
      return rendezvous.rank();
    }

    @Override
    public int worldSize() {
      return rendezvous.worldSize();
    }

    @Override
    public int attempt() {
      return rendezvous.attempt();
    }

    @Override
    public List<String> exchange(String line) {
      List<String> lines = rendezvous.exchange(line);
      try {
        Files.writeString(process, Long.toString(ProcessHandle.current().pid()));
        Signals.stopThis();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return lines;
    }
  }
}
