package ai.cresset.parallel.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.FailingStore;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.checkpoint.ModelFolder;
import ai.cresset.checkpoint.StoredTensors;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.error.CheckpointException;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranks are threads that talk through a process group; files are real. */
@NullUnmarked
class ShardedCheckpointsTest {
  @TempDir Path directory;

  /** What a rank does. */
  interface Body {
    void run(int rank, CheckpointPeers peers) throws Exception;
  }

  /** Runs all ranks; each ends well and without a byte left. */
  static void ranks(int size, Body body) {
    new ThreadLauncher(LaunchOptions.of(size))
        .launch(
            context -> {
              try (ProcessGroup group = context.connect(CommOptions.defaults())) {
                body.run(context.rank(), CheckpointPeers.of(group));
                return true;
              } catch (RuntimeException e) {
                throw e;
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
  }

  private static void save(CheckpointStore store, String run, Layout layout, long step) {
    ranks(
        layout.ranks(),
        (rank, peers) -> {
          try (State state = new State(layout, rank);
              ShardedCheckpoints checkpoints = ShardedCheckpoints.claim(store, run, 0, peers, 10)) {
            state.set(step);
            try (ShardedState held = state.held()) {
              String name = checkpoints.save(held, State.progress(step, layout.ranks()));
              assertEquals(String.format("step-%06d", step), name);
            }
          }
        });
  }

  private static List<Layout> layouts() {
    return List.of(
        Layout.copies(1),
        Layout.optimizerInRows(3),
        Layout.rows(2, 2),
        Layout.rows(1, 3),
        Layout.grid(2, 2),
        Layout.grid(1, 4));
  }

  @Test
  void anyLayoutLoadsWhatAnyOtherSaved() {
    CheckpointStore store = new LocalCheckpointStore(directory);
    long step = 5;
    for (Layout from : layouts()) {
      save(store, "from " + from, from, step);
      for (Layout to : layouts()) {
        ranks(
            to.ranks(),
            (rank, peers) -> {
              try (State state = new State(to, rank);
                  ShardedCheckpoints checkpoints = ShardedCheckpoints.open(store, peers)) {
                TrainingCheckpoint found = checkpoints.latest().orElseThrow();
                assertTrue(found.isSharded());
                assertEquals(from.ranks(), found.state().worldSize());
                state.load(found);
                state.check(found.state().step(), from + " -> " + to + ": ");
              }
            });
      }
      step++;
    }
  }

  @Test
  void fourRanksGoOnAsThreeTwoAndOneAndBack() {
    CheckpointStore store = new LocalCheckpointStore(directory);
    save(store, "first", Layout.rows(1, 4), 7);
    int runs = 0;
    for (int ranks : new int[] {1, 4, 2, 4, 3, 4}) {
      Layout layout = Layout.rows(1, ranks);
      String run = "run " + runs++;
      ranks(
          ranks,
          (rank, peers) -> {
            try (State state = new State(layout, rank);
                ShardedCheckpoints checkpoints =
                    ShardedCheckpoints.claim(store, run, 0, peers, 2)) {
              state.load(checkpoints.latest().orElseThrow());
              state.check(7, "on " + ranks + ": ");
              try (ShardedState held = state.held()) {
                checkpoints.save(held, State.progress(7, ranks));
              }
            }
          });
    }
  }

  @Test
  void eachPartIsWrittenOnceByTheRankWithTheLeastToWrite() throws IOException {
    save(new LocalCheckpointStore(directory), "run", Layout.copies(4), 1);
    List<Long> sizes = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory.resolve("step-000001"))) {
      for (Path file : files.filter(each -> each.toString().endsWith("tensors")).toList()) {
        sizes.add(Files.size(file));
      }
    }
    long all = sizes.stream().mapToLong(Long::longValue).sum();
    try (State one = new State(Layout.copies(1), 0)) {
      assertTrue(all < one.bytes() + 4 * 2048, "each once: " + all + " of " + one.bytes());
    }
    // Three large tensors over four ranks: nobody writes two of them.
    assertEquals(4, sizes.size());
    assertTrue(sizes.stream().allMatch(size -> size < 2 * 12_000), sizes.toString());
  }

  @Test
  void aRankReadsNoMoreThanItHolds() {
    CheckpointStore store = new LocalCheckpointStore(directory);
    save(store, "run", Layout.rows(1, 3), 1);
    Layout two = Layout.rows(1, 2);
    ranks(
        2,
        (rank, peers) -> {
          try (State state = new State(two, rank);
              ShardedCheckpoints checkpoints = ShardedCheckpoints.open(store, peers)) {
            assertEquals(state.bytes(), state.load(checkpoints.latest().orElseThrow()));
          }
        });
  }

  @Test
  void aPlainCheckpointIsLoadedIntoPartsAndAShardedOneIsReadAsAWhole() {
    CheckpointStore store = new LocalCheckpointStore(directory);
    save(store, "run", Layout.grid(2, 2), 3);
    TrainingCheckpoint sharded = CheckpointDirectory.open(store).latest().orElseThrow();
    try (State whole = new State(Layout.copies(1), 0)) {
      whole.load(sharded);
      whole.check(3, "as a whole: ");
    }
    try (var weights = sharded.readModel()) {
      assertEquals(State.SHAPES.size() + 1, weights.size());
    }
    assertEquals(3.0, sharded.optimizerNumbers().get("step/bias"));
  }

  @Test
  void weightsArePutTogetherInFoldersOfAnySize() {
    CheckpointStore store = new LocalCheckpointStore(directory);
    save(store, "run", Layout.grid(2, 2), 3);
    TrainingCheckpoint sharded = CheckpointDirectory.open(store).latest().orElseThrow();
    for (long bytes : new long[] {1L << 30, 500, 1}) {
      String folder = "export/upto" + bytes;
      try (StoredTensors weights = sharded.model()) {
        List<String> files = ModelFolder.write(weights, store, folder, bytes);
        assertEquals(bytes == 1 ? 7 : bytes == 500 ? 3 : 1, files.size(), files.toString());
        assertThrows(
            CheckpointException.class, () -> ModelFolder.write(weights, store, folder, bytes));
        try (StoredTensors read = ModelFolder.open(store, folder)) {
          assertEquals(weights.tensors().keySet(), read.tensors().keySet());
          for (String name : weights.tensors().keySet()) {
            try (Tensor one = weights.read(name);
                Tensor other = read.read(name)) {
              assertEquals(one.spec(), other.spec());
              assertArrayEquals(one.toFloatArray(), other.toFloatArray(), name);
            }
          }
        }
      }
    }
  }

  // ---- death ----

  /** One rank's file system dies after each number of changes; the others hear of it. */
  @Test
  void deathAtAnyWriteOfAnyRankLeavesTheCheckpointBefore() {
    Layout layout = Layout.rows(1, 2);
    ranks(
        2,
        (rank, peers) -> {
          for (int victim = 0; victim < 2; victim++) {
            boolean over = false;
            int changes = 0;
            while (!over) {
              Path here = directory.resolve(victim + "-" + changes);
              over = survives(layout, rank, peers, here, rank == victim, changes);
              changes++;
            }
            // Both write a shard; the first also claims, indexes, commits and deletes.
            assertTrue(changes > (victim == 0 ? 30 : 5), "changes: " + changes);
          }
          peers.close();
        });
  }

  /** Whether nothing died. */
  private static boolean survives(
      Layout layout, int rank, CheckpointPeers peers, Path here, boolean isVictim, int changes) {
    LocalCheckpointStore local = new LocalCheckpointStore(here);
    FailingStore failing = new FailingStore(local, changes);
    CheckpointStore mine = isVictim ? failing : local;
    boolean saved = false;
    try (State state = new State(layout, rank)) {
      save(state, ShardedCheckpoints.claim(local, "run", 0, open(peers), 2), 1);
      try {
        save(state, ShardedCheckpoints.claim(mine, "run", 1, open(peers), 1), 2);
        saved = true;
      } catch (CheckpointException e) {
        assertTrue(e.getMessage().contains("died here"), e.toString());
      }
    }
    try (State fresh = new State(layout, rank);
        ShardedCheckpoints after = ShardedCheckpoints.open(local, open(peers))) {
      TrainingCheckpoint found = after.latest().orElseThrow();
      fresh.load(found);
      fresh.check(found.state().step(), "after " + changes + " changes: ");
      assertTrue(!saved || found.state().step() == 2, "a committed checkpoint is gone");
    }
    byte[] dead = {(byte) (failing.isDead() ? 1 : 0)};
    return peers.gather(dead).stream().allMatch(each -> each[0] == 0);
  }

  private static void save(State state, ShardedCheckpoints checkpoints, long step) {
    state.set(step);
    try (checkpoints;
        ShardedState held = state.held()) {
      checkpoints.save(held, State.progress(step, 2));
    }
  }

  /** The same ranks in several directories one after the other: only the last closes them. */
  private static CheckpointPeers open(CheckpointPeers peers) {
    return new CheckpointPeers() {
      @Override
      public int rank() {
        return peers.rank();
      }

      @Override
      public int size() {
        return peers.size();
      }

      @Override
      public List<byte[]> gather(byte[] bytes) {
        return peers.gather(bytes);
      }

      @Override
      public byte[] broadcast(byte[] bytes) {
        return peers.broadcast(bytes);
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void anOlderAttemptCannotCommitOnAnyRank() {
    CheckpointStore store = new LocalCheckpointStore(directory);
    Layout layout = Layout.rows(1, 2);
    ranks(
        2,
        (rank, peers) -> {
          try (State state = new State(layout, rank)) {
            state.set(1);
            ShardedCheckpoints stale = ShardedCheckpoints.claim(store, "run", 0, open(peers), 2);
            ShardedCheckpoints newer = ShardedCheckpoints.claim(store, "run", 1, peers, 2);
            try (ShardedState held = state.held()) {
              String refused =
                  assertThrows(
                          CheckpointException.class, () -> stale.save(held, State.progress(1, 2)))
                      .getMessage();
              assertTrue(refused.contains("only it may commit"), refused);
              newer.save(held, State.progress(1, 2));
            }
            String again =
                assertThrows(
                        CheckpointException.class,
                        () -> ShardedCheckpoints.claim(store, "run", 0, open(peers), 2))
                    .getMessage();
            assertTrue(again.contains("has claimed this directory already"), again);
            newer.close();
          }
        });
  }

  @Test
  void aDamagedShardIsFoundByTheRankThatLooksAtIt() throws IOException {
    CheckpointStore store = new LocalCheckpointStore(directory);
    Layout layout = Layout.rows(1, 2);
    save(store, "run", layout, 1);
    save(store, "later", layout, 2);
    Path shard = directory.resolve("step-000002/shard-00001-of-00002.safetensors");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[bytes.length - 1] ^= 1;
    Files.write(shard, bytes);
    ranks(
        3,
        (rank, peers) -> {
          try (ShardedCheckpoints checkpoints = ShardedCheckpoints.open(store, peers)) {
            assertEquals("step-000001", checkpoints.latest().orElseThrow().name());
            String refused =
                assertThrows(CheckpointException.class, () -> checkpoints.open("step-000002"))
                    .getMessage();
            assertTrue(
                refused.contains("shard-00001-of-00002.safetensors: its content does not have"),
                refused);
          }
        });
  }

  // ---- in the background ----

  @Test
  void aSaveInTheBackgroundHasTheStateOfItsCall() {
    CheckpointStore store = new LocalCheckpointStore(directory);
    Layout layout = Layout.rows(1, 2);
    ranks(
        2,
        (rank, peers) -> {
          CountDownLatch changed = new CountDownLatch(1);
          CheckpointStore slow = new Waiting(store, changed);
          try (State state = new State(layout, rank);
              ShardedCheckpoints checkpoints = ShardedCheckpoints.claim(slow, "run", 0, peers, 5)) {
            for (long step = 1; step <= 3; step++) {
              state.set(step);
              try (ShardedState held = state.held()) {
                checkpoints.saveAsync(held, State.progress(step, 2));
              }
              state.set(99);
              checkpoints.check();
              changed.countDown();
            }
            assertEquals("step-000003", checkpoints.await());
          }
        });
    assertEquals(
        List.of("step-000001", "step-000002", "step-000003"),
        CheckpointDirectory.open(store).names());
    for (String name : CheckpointDirectory.open(store).names()) {
      TrainingCheckpoint found = CheckpointDirectory.open(store).open(name);
      try (State state = new State(Layout.copies(1), 0)) {
        state.load(found);
        state.check(found.state().step(), name + ": ");
      }
    }
  }

  @Test
  void aFailureInTheBackgroundIsThrownByTheNextCallOnAllRanks() {
    CheckpointStore store = new LocalCheckpointStore(directory);
    Layout layout = Layout.rows(1, 2);
    ranks(
        2,
        (rank, peers) -> {
          // Rank 1 has no disk left.
          CheckpointStore mine = rank == 1 ? new FailingStore(store, 0) : store;
          try (State state = new State(layout, rank)) {
            ShardedCheckpoints checkpoints =
                ShardedCheckpoints.claim(mine, "run", 0, open(peers), 5);
            for (int round = 0; round < 2; round++) {
              try (ShardedState held = state.held()) {
                checkpoints.saveAsync(held, State.progress(1, 2));
              }
              String refused =
                  assertThrows(
                          CheckpointException.class,
                          round == 0 ? checkpoints::await : checkpoints::close)
                      .getMessage();
              assertTrue(refused.startsWith("the last checkpoint was not saved: "), refused);
              assertTrue(refused.contains("the process died here"), refused);
              assertEquals(rank == 0, refused.contains("rank 1: "), refused);
            }
            peers.close();
          }
        });
    assertEquals(List.of(), CheckpointDirectory.open(store).names());
  }

  @Test
  void whatDoesNotFitIsRefusedOnEveryRank() {
    CheckpointStore store = new LocalCheckpointStore(directory);
    ranks(
        2,
        (rank, peers) -> {
          try (State state = new State(Layout.rows(1, 2), rank);
              ShardedCheckpoints checkpoints = ShardedCheckpoints.claim(store, "run", 0, peers, 5);
              ShardedState held = state.held();
              // Each says that it has the first half.
              State first = new State(Layout.rows(1, 2), 0);
              ShardedState wrong = first.held()) {
            assertEquals(
                "the ranks do not hold 'model/bias' in one piece: its parts have 2 of the 3"
                    + " elements; give the state the layout that the model has",
                assertThrows(
                        CheckpointException.class,
                        () -> checkpoints.save(wrong, State.progress(1, 2)))
                    .getMessage());
            held.put("step/bias", rank);
            assertTrue(
                assertThrows(
                        CheckpointException.class,
                        () -> checkpoints.save(held, State.progress(1, 2)))
                    .getMessage()
                    .startsWith("the ranks have diverged: the optimizer's 'step/bias' is 0.0 on"));
          }
        });
    assertFalse(Files.exists(directory.resolve("step-000001")));
  }

  /** Writes begin when somebody says so. */
  private record Waiting(CheckpointStore store, CountDownLatch ready) implements CheckpointStore {
    @Override
    public String location() {
      return store.location();
    }

    @Override
    public List<String> list(String path) throws IOException {
      return store.list(path);
    }

    @Override
    public SeekableByteChannel read(String path) throws IOException {
      return store.read(path);
    }

    @Override
    public void write(String path, Content content) throws IOException {
      try {
        ready.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      store.write(path, content);
    }

    @Override
    public boolean claim(String path) throws IOException {
      return store.claim(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      store.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
      store.delete(path);
    }
  }
}
