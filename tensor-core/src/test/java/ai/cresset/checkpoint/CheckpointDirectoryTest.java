package ai.cresset.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Mlp;
import ai.cresset.nn.Module;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class CheckpointDirectoryTest {
  private final Allocator allocator = Allocator.create("test", 1L << 30);
  private Allocator.Binding bound;
  private Mlp model;
  private AdamW optimizer;
  private LocalCheckpointStore store;
  @TempDir Path temporary;
  private Path directory;

  @BeforeEach
  void make() {
    bound = allocator.bind();
    model = new Mlp(3, 4, 2);
    optimizer = optimizer(model);
    directory = temporary.resolve("run").resolve("checkpoints");
    store = new LocalCheckpointStore(directory);
  }

  @AfterEach
  void nothingIsLeft() {
    optimizer.close();
    model.close();
    bound.close();
    allocator.close();
  }

  private static AdamW optimizer(Module model) {
    return new AdamW(ParameterGroup.single(model.namedParameters()), AdamW.config(0.1));
  }

  /** Makes model and optimizer state those of a step: every number depends on it. */
  private void train(long step) {
    try (Scope scope = Scope.open()) {
      for (Tensor parameter : model.parameters()) {
        parameter.grad(Tensor.full(parameter.spec(), step));
      }
      optimizer.step();
      model.zeroGrad();
    }
  }

  private static TrainingState.Progress progress(long step) {
    return new TrainingState.Progress(
        step,
        1,
        step - 10,
        2,
        List.of(new Generator.Key(-5, step), new Generator.Key(Long.MIN_VALUE, 7)),
        "constant",
        "data",
        Map.of("used", step, "hashes", Long.MIN_VALUE),
        Map.of("loss", 0.1 + 0.2),
        Map.of("tokenizer", "char"));
  }

  private static List<float[]> values(Module model) {
    List<float[]> values = new ArrayList<>();
    model.parameters().forEach(parameter -> values.add(parameter.toFloatArray()));
    return values;
  }

  private static void assertSame(List<float[]> expected, List<float[]> got) {
    assertEquals(expected.size(), got.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), got.get(i));
    }
  }

  @Test
  void aCheckpointBringsEverythingBack() {
    CheckpointDirectory checkpoints = CheckpointDirectory.claim(store, "run", 3);
    assertEquals(Optional.empty(), checkpoints.latest());
    train(11);
    assertEquals("step-000011", checkpoints.save(model, optimizer, progress(11)));
    List<float[]> then = values(model);
    train(12);
    List<float[]> next = values(model);

    TrainingCheckpoint found = checkpoints.latest().orElseThrow();
    assertEquals("step-000011", found.name());
    TrainingState state = found.state();
    assertEquals(11, state.step());
    assertEquals(1, state.epoch());
    assertEquals(1, state.epochStep());
    assertEquals(3, state.attempt());
    assertEquals(progress(11).randomStates(), state.randomStates());
    assertEquals(Map.of("loss", 0.1 + 0.2), state.metrics());
    assertEquals(Map.of("tokenizer", "char"), state.properties());
    try (Mlp fresh = new Mlp(3, 4, 2);
        Optimizer freshOptimizer = optimizer(fresh)) {
      found.loadModel(fresh);
      found.loadOptimizer(freshOptimizer);
      assertSame(then, values(fresh));
      try (Scope scope = Scope.open()) {
        for (Tensor parameter : fresh.parameters()) {
          parameter.grad(Tensor.full(parameter.spec(), 12));
        }
        freshOptimizer.step();
      }
      assertSame(next, values(fresh));
    }
    try (var weights = found.readModel()) {
      assertArrayEquals(then.get(0), weights.get("layers.0.weight").toFloatArray());
    }
  }

  @Test
  void aModelOfAnotherShapeIsRefusedAndUnchanged() {
    CheckpointDirectory.claim(store, "run", 0).save(model, optimizer, progress(10));
    TrainingCheckpoint found = CheckpointDirectory.open(store).latest().orElseThrow();
    try (Mlp other = new Mlp(3, 5, 2)) {
      List<float[]> before = values(other);
      assertEquals(
          found.location()
              + "/model.safetensors does not fit the model\n"
              + "  layers.0.bias: float32[5] in the model, float32[4] in the checkpoint\n"
              + "  layers.0.weight: float32[5, 3] in the model, float32[4, 3] in the checkpoint\n"
              + "  layers.2.weight: float32[2, 5] in the model, float32[2, 4] in the checkpoint\n"
              + "  nothing was loaded; use the configuration that the checkpoint was made with, or"
              + " an empty checkpoint directory",
          assertThrows(CheckpointException.class, () -> found.loadModel(other)).getMessage());
      assertSame(before, values(other));
    }
    try (Mlp deep = new Mlp(3, 4, 2, 2, 2, 2)) {
      String message =
          assertThrows(CheckpointException.class, () -> found.loadModel(deep)).getMessage();
      assertTrue(message.contains("layers.4.bias: only in the model (float32[2])"), message);
      assertTrue(message.contains("and 1 more"), message);
    }
  }

  @Test
  void damagedCheckpointsAreSkippedByLatestAndRefusedByName() throws IOException {
    CheckpointDirectory checkpoints = CheckpointDirectory.claim(store, "run", 0);
    for (long step = 10; step <= 16; step++) {
      train(step);
      checkpoints.save(model, optimizer, progress(step));
    }
    Files.delete(directory.resolve("step-000016/state.json"));
    Files.delete(directory.resolve("step-000015/model.safetensors"));
    flip(directory.resolve("step-000014/state.json"), 0.5);
    flip(directory.resolve("step-000013/optimizer.safetensors"), 0.9);
    Files.write(
        directory.resolve("step-000012/model.safetensors"),
        new byte[] {1},
        StandardOpenOption.APPEND);
    Files.writeString(directory.resolve("step-000011/state.json"), "{}");
    Files.createDirectory(directory.resolve("step-x"));
    assertEquals("step-000010", checkpoints.latest().orElseThrow().name());
    Map<String, String> reasons =
        Map.of(
            "step-000016", "state.json: it is missing",
            "step-000015", "model.safetensors: it is missing",
            "step-000014", "state.json: content: its digest is not that of its first line",
            "step-000013", "optimizer.safetensors: its content does not have its digest",
            "step-000012", "model.safetensors: it has ",
            "step-000011", "state.json: first line: it holds no digest of the rest",
            "step-000099", "there is no such checkpoint; there are [step-000010, ");
    reasons.forEach(
        (name, reason) -> {
          String message =
              assertThrows(CheckpointException.class, () -> checkpoints.open(name)).getMessage();
          assertTrue(message.contains(reason), message);
          assertTrue(message.startsWith(directory + "/" + name), message);
        });
    flip(directory.resolve("step-000010/model.safetensors"), 0.99);
    String message = assertThrows(CheckpointException.class, checkpoints::latest).getMessage();
    assertTrue(message.contains("none of its 7 checkpoints is whole; move them away"), message);
    train(17);
    assertEquals("step-000016.1", checkpoints.save(model, optimizer, progress(16)));
    assertEquals("step-000016.1", checkpoints.latest().orElseThrow().name());
  }

  private static void flip(Path file, double at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (at * bytes.length)] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void theOldestGoFirstAndDamagedOnesStay() throws IOException {
    CheckpointDirectory checkpoints = CheckpointDirectory.claim(store, "run", 0);
    for (long step = 10; step <= 15; step++) {
      checkpoints.save(model, optimizer, progress(step));
    }
    Files.delete(directory.resolve("step-000014/state.json"));
    checkpoints.retain(2);
    assertEquals(List.of("step-000013", "step-000014", "step-000015"), checkpoints.names());
    assertThrows(ConfigException.class, () -> checkpoints.retain(0));
    try (Stream<Path> all = Files.list(directory)) {
      assertEquals(4, all.count());
    }
  }

  @Test
  void anOlderAttemptCannotCommit() {
    CheckpointDirectory first = CheckpointDirectory.claim(store, "run", 0);
    first.save(model, optimizer, progress(10));
    CheckpointDirectory second = CheckpointDirectory.claim(store, "run", 1);
    String message =
        assertThrows(CheckpointException.class, () -> first.save(model, optimizer, progress(11)))
            .getMessage();
    assertTrue(
        message.contains("is stale")
            && message.contains("only it may commit, this worker must end"),
        message);
    assertThrows(CheckpointException.class, () -> first.retain(1));
    assertThrows(CheckpointException.class, () -> CheckpointDirectory.claim(store, "run", 0));
    assertTrue(
        assertThrows(CheckpointException.class, () -> CheckpointDirectory.claim(store, "run", 1))
            .getMessage()
            .contains("attempt 1 of run 'run' has claimed this directory already"));
    second.save(model, optimizer, progress(11));
    assertEquals(List.of("step-000010", "step-000011"), second.names());
    CheckpointDirectory laterRun = CheckpointDirectory.claim(store, "another run", 0);
    assertThrows(CheckpointException.class, () -> second.save(model, optimizer, progress(12)));
    assertThrows(CheckpointException.class, () -> CheckpointDirectory.claim(store, "run", 2));
    laterRun.save(model, optimizer, progress(12));
    assertThrows(
        CheckpointException.class,
        () -> CheckpointDirectory.open(store).save(model, optimizer, progress(13)));
  }

  /** A writer that is stopped between any two operations and wakes up behind a newer claim. */
  @Test
  void aWriterThatWakesUpLateCommitsNothing() throws IOException {
    for (int stopAt = 0; ; stopAt++) {
      Path here = temporary.resolve("stop" + stopAt);
      LocalCheckpointStore local = new LocalCheckpointStore(here);
      PausingStore pausing = new PausingStore(local);
      CheckpointDirectory stale = CheckpointDirectory.claim(pausing, "run", 0);
      stale.save(model, optimizer, progress(10));
      List<CheckpointDirectory> woken = new ArrayList<>();
      pausing.pauseAt = stopAt;
      pausing.whilePaused = () -> woken.add(CheckpointDirectory.claim(local, "run", 1));
      try {
        stale.save(model, optimizer, progress(11));
        assertTrue(
            woken.isEmpty() || pausing.renamed, "stopped at " + stopAt + " and still committed");
      } catch (CheckpointException e) {
        assertFalse(woken.isEmpty());
        assertTrue(e.getMessage().contains("is stale"), "stopped at " + stopAt + ": " + e);
        assertEquals(List.of("step-000010"), woken.get(0).names());
      }
      if (woken.isEmpty()) {
        assertTrue(stopAt >= 8, "operations: " + stopAt);
        return;
      }
    }
  }

  /** Runs something before one of its operations. */
  private static final class PausingStore implements CheckpointStore {
    private final CheckpointStore store;
    private int pauseAt = -1;
    private Runnable whilePaused;
    private boolean renamed;

    PausingStore(CheckpointStore store) {
      this.store = store;
    }

    private void pause() {
      if (pauseAt-- == 0) {
        whilePaused.run();
      }
    }

    @Override
    public String location() {
      return store.location();
    }

    @Override
    public List<String> list(String path) throws IOException {
      pause();
      return store.list(path);
    }

    @Override
    public java.nio.channels.SeekableByteChannel read(String path) throws IOException {
      pause();
      return store.read(path);
    }

    @Override
    public void write(String path, Content content) throws IOException {
      pause();
      store.write(path, content);
    }

    @Override
    public boolean claim(String path) throws IOException {
      pause();
      return store.claim(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      pause();
      store.rename(from, to);
      renamed = true;
    }

    @Override
    public void delete(String path) throws IOException {
      pause();
      store.delete(path);
    }
  }

  @Test
  void deathBetweenAnyTwoWritesLeavesAWholeCheckpoint() {
    for (long changes = 0; ; changes++) {
      Path here = temporary.resolve("death" + changes);
      LocalCheckpointStore local = new LocalCheckpointStore(here);
      CheckpointDirectory before = CheckpointDirectory.claim(local, "run", 0);
      before.save(model, optimizer, progress(10));
      train(11);
      before.save(model, optimizer, progress(11));
      List<float[]> old = values(model);
      train(12);
      List<float[]> now = values(model);
      FailingStore failing = new FailingStore(local, changes);
      try {
        CheckpointDirectory dying = CheckpointDirectory.claim(failing, "run", 1);
        dying.save(model, optimizer, progress(12));
        dying.retain(1);
      } catch (CheckpointException e) {
        assertTrue(failing.isDead(), e.toString());
      }
      TrainingCheckpoint found = CheckpointDirectory.claim(local, "run", 2).latest().orElseThrow();
      try (Mlp fresh = new Mlp(3, 4, 2);
          Optimizer freshOptimizer = optimizer(fresh)) {
        found.loadModel(fresh);
        found.loadOptimizer(freshOptimizer);
        assertSame(found.state().step() == 12 ? now : old, values(fresh));
      }
      if (!failing.isDead()) {
        assertEquals("step-000012", found.name());
        assertTrue(changes > 20, "changes: " + changes);
        return;
      }
    }
  }
}
