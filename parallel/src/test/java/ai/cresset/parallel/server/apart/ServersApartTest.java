package ai.cresset.parallel.server.apart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.LocalProcessLauncher;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.server.LostUpdates;
import ai.cresset.parallel.server.RowInitializer;
import ai.cresset.parallel.server.RowOptimizer;
import ai.cresset.parallel.server.ServerAccount;
import ai.cresset.parallel.server.ServerClient;
import ai.cresset.parallel.server.ServerGroup;
import ai.cresset.parallel.server.ServerOptions;
import ai.cresset.parallel.server.TableSpec;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that serve, one that works, and one of them killed. */
@Timeout(120)
final class ServersApartTest {
  private static final int IDS = 40;
  private static final int WIDTH = 3;
  private static final int STEPS = 20;
  private static final int INTERVAL = 5;
  private static final int LAST = 13;
  private static final long[] ALL = LongStream.range(0, IDS).toArray();

  @TempDir private Path directory = Path.of("");

  private static ServerOptions options() {
    return ServerOptions.of(
            List.of(
                TableSpec.sparse(
                    "item",
                    IDS,
                    WIDTH,
                    new RowInitializer.Uniform(0.1),
                    RowOptimizer.Adagrad.of(0.1))))
        .withSnapshots(INTERVAL, 2)
        .withTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(60));
  }

  private record InDirectory(String path) implements ServerPlan.StoreOpener {
    @Override
    public CheckpointStore open() {
      return new LocalCheckpointStore(Path.of(path));
    }
  }

  /** Says which process it is. */
  private record Known(ServerHost host, String file) implements Worker<ServerAccount> {
    @Override
    public ServerAccount run(WorkerContext context) throws Exception {
      Path unfinished = Path.of(file + ".unfinished");
      Files.writeString(unfinished, Long.toString(ProcessHandle.current().pid()));
      Files.move(unfinished, Path.of(file));
      return host.run(context);
    }
  }

  private record Outcome(float[] rows, List<LostUpdates> losses) implements Serializable {}

  private static void push(ServerClient client, long step) {
    long[] ids = LongStream.range(0, IDS).filter(id -> used(id, step)).toArray();
    float[] rows = client.pull("item", ids).await();
    for (int i = 0; i < rows.length; i++) {
      rows[i] -= ids[i / WIDTH];
    }
    client.push("item", ids, rows).await();
  }

  private static boolean used(long id, long step) {
    return (id + step) % 3 != 0;
  }

  /** The same in this process, without some steps. */
  private static float[] rows(LongPredicate done) {
    try (ServerGroup servers =
        ServerGroup.beside(
            null, 0, "127.0.0.1", new byte[32], options().withSnapshots(0, 2), null)) {
      for (long step = 0; step < STEPS; step++) {
        if (done.test(step)) {
          push(servers.client(), step);
          servers.client().endStep(2).await();
        }
      }
      float[] rows = servers.client().read("item", ALL).await();
      servers.leave();
      return rows;
    }
  }

  /** Works, goes on from its own note of the newest snapshot, and waits where it is told to. */
  private record Pusher(ServerPlan plan, String notes, boolean dies) implements Worker<Outcome> {
    @Override
    public Outcome run(WorkerContext context) throws Exception {
      Path note = Path.of(notes, "step");
      try (ServerGroup servers = plan.connect(null, context.attempt(), false)) {
        long begin = Files.exists(note) ? Long.parseLong(Files.readString(note)) : 0;
        servers.restore(begin);
        if (context.attempt() > 0) {
          assertRefused();
        }
        for (long step = begin; step < STEPS; step++) {
          if (step == LAST && context.attempt() == 0) {
            disturb(context, servers, step);
          }
          push(servers.client(), step);
          servers.client().endStep(2).await();
          if (dies && (step + 1) % INTERVAL == 0) {
            servers.snapshot();
            Files.writeString(note, Long.toString(step + 1));
          }
        }
        Outcome outcome =
            new Outcome(servers.client().read("item", ALL).await(), servers.client().losses());
        servers.leave();
        return outcome;
      }
    }

    private void disturb(WorkerContext context, ServerGroup servers, long step) throws IOException {
      if (dies) {
        push(servers.client(), step); // half a step, which must not count
        Runtime.getRuntime().halt(1);
      }
      while (servers.client().accounts().stream().anyMatch(each -> each.snapshotStep() < 10)) {
        Thread.onSpinWait();
      }
      context.report(new Progress(0, step, STEPS, Map.of(), "waits"));
      while (!Files.exists(Path.of(notes, "go"))) {
        Thread.onSpinWait();
      }
    }

    private void assertRefused() {
      CommunicationException late =
          assertThrows(CommunicationException.class, () -> plan.connect(null, 0, false));
      assertTrue(
          String.valueOf(late.getMessage()).contains("a worker of an older attempt must end"),
          late.toString());
    }
  }

  private Outcome train(boolean workerDies, Consumer<Progress> progress) {
    LaunchOptions one = LaunchOptions.of(1).withAttempts(2).withJvmArguments(List.of("-Xmx128m"));
    // What fails for another reason than the planned one is not to be hidden by a second attempt.
    LaunchOptions worker = workerDies ? one : one.withAttempts(1);
    ServerPlan plan =
        ServerPlan.of(2, 1, options(), new InDirectory(directory.resolve("s").toString()), "r");
    try (ServersApart servers =
        ServersApart.start(
            plan,
            host ->
                new LocalProcessLauncher(one)
                    .launch(new Known(host, directory.resolve("pid-" + host.server()).toString()))
                    .get(0),
            notice -> {
              throw new AssertionError(notice);
            })) {
      return new LocalProcessLauncher(worker, progress)
          .launch(new Pusher(plan, directory.toString(), workerDies))
          .get(0);
    }
  }

  @Test
  void aKilledServerLosesAtMostAnIntervalAndSaysWhat() {
    Outcome outcome =
        train(
            false,
            progress -> {
              try {
                Path said = directory.resolve("pid-1");
                ProcessHandle server =
                    ProcessHandle.of(Long.parseLong(Files.readString(said))).orElseThrow();
                Files.delete(said);
                server.destroyForcibly();
                server.onExit().join();
                Files.createFile(directory.resolve("go"));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    float[] whole = rows(step -> true);
    float[] gap = rows(step -> step < 10 || step >= LAST);
    long lost = 0;
    int ofServer = 0;
    for (int id = 0; id < IDS; id++) {
      float[] found = row(outcome.rows(), id);
      if (!Arrays.equals(row(whole, id), found)) {
        assertArrayEquals(row(gap, id), found, "id " + id);
        ofServer++;
        for (long step = 10; step < LAST; step++) {
          lost += used(id, step) ? 1 : 0;
        }
      }
    }
    assertTrue(ofServer > 5 && ofServer < 35, ofServer + " ids of server 1");
    assertEquals(
        List.of(new LostUpdates(1, 0, LAST, 10, 10, LAST - 1, 3, Map.of("item", lost))),
        outcome.losses());
  }

  @Test
  void aKilledWorkerCostsNothing() {
    Outcome outcome = train(true, progress -> {});
    assertArrayEquals(rows(step -> true), outcome.rows());
    assertEquals(List.of(), outcome.losses());
  }

  private static float[] row(float[] all, int id) {
    return Arrays.copyOfRange(all, WIDTH * id, WIDTH * id + WIDTH);
  }
}
