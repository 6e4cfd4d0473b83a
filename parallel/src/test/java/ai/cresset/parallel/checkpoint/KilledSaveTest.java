package ai.cresset.parallel.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.checkpoint.TrainingCheckpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process that saves one checkpoint after the other is killed at any moment. */
@NullUnmarked
class KilledSaveTest {
  private static final int KILLS = 2;

  @TempDir Path directory;

  /** What the process does: {@code directory attempt}. Its two ranks are threads. */
  static final class Saving {
    private Saving() {}

    public static void main(String[] arguments) {
      Path directory = Path.of(arguments[0]);
      int attempt = Integer.parseInt(arguments[1]);
      Layout layout = Layout.rows(1, 2);
      ShardedCheckpointsTest.ranks(
          2,
          (rank, peers) -> {
            LocalCheckpointStore store = new LocalCheckpointStore(directory);
            try (State state = new State(layout, rank);
                ShardedCheckpoints checkpoints =
                    ShardedCheckpoints.claim(store, "run", attempt, peers, 2)) {
              TrainingCheckpoint found = checkpoints.latest().orElse(null);
              long step = 0;
              if (found != null) {
                step = found.state().step();
                state.load(found);
                state.check(step, "resumed: ");
              }
              while (true) {
                step++;
                state.set(step);
                try (ShardedState held = state.held()) {
                  checkpoints.saveAsync(held, State.progress(step, 2));
                }
                checkpoints.await();
                if (rank == 0) {
                  System.out.println(step);
                }
              }
            }
          });
    }
  }

  @Test
  void killedAtAnyMomentTheLastCommittedCheckpointIsThere() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    long committed = 0;
    for (int attempt = 0; attempt < KILLS; attempt++) {
      committed = Math.max(committed, killedAfter(attempt, 3 + random.nextInt(6), random));
      TrainingCheckpoint found =
          CheckpointDirectory.open(new LocalCheckpointStore(directory)).latest().orElseThrow();
      assertTrue(found.state().step() >= committed, "seed " + seed);
      assertEquals(2, found.state().worldSize());
      try (State state = new State(Layout.copies(1), 0)) {
        state.load(found);
        state.check(found.state().step(), "seed " + seed + ": ");
      }
    }
  }

  /** Returns the last step that the process said it had committed. */
  private long killedAfter(int attempt, int saves, Random random)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(each -> each.startsWith("--add-") || each.startsWith("-D"))
        .forEach(command::add);
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Saving.class.getName(), directory.toString(), "" + attempt));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String last = null;
      for (int i = 0; i < saves; i++) {
        last = lines.readLine();
      }
      // Somewhere within the save that has just begun.
      long until = System.nanoTime() + random.nextInt(8_000_000);
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      // By its handle: what it said last stays readable.
      process.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
      }
      process.waitFor();
      assertTrue(last != null, "the process said nothing");
      return Long.parseLong(last);
    }
  }
}
