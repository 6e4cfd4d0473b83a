package ai.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.FailingStore;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.RandomOffsets;
import ai.cresset.data.Sampler;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.StoredTokens;
import ai.cresset.data.TokenType;
import ai.cresset.data.TokenWindows;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.error.DivergenceException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.MemoryStatistics;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.schedule.WarmUpCosine;
import ai.cresset.random.Generator;
import ai.cresset.report.CsvScalars;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class TrainerTest {
  private static final int CONTEXT = 8;
  private static final int VOCABULARY = 7;

  private final Allocator allocator = Allocator.create("test", 1L << 30);
  private Allocator.Binding bound;
  @TempDir Path temporary;

  @BeforeEach
  void bind() {
    bound = allocator.bind();
  }

  @AfterEach
  void nothingIsLeft() {
    bound.close();
    allocator.close();
  }

  /** A text in which the next token follows from the one before. */
  private static int[] text(int length) {
    int[] tokens = new int[length];
    for (int i = 1; i < length; i++) {
      tokens[i] = (tokens[i - 1] * 3 + 1 + (i % 11 == 0 ? 1 : 0)) % VOCABULARY;
    }
    return tokens;
  }

  private static final class Run implements AutoCloseable {
    private final Gpt model;
    private final AdamW optimizer;
    private final Dataset training;
    private final TokenWindows validation;
    private final Trainer trainer;

    Run(
        TrainerConfig config,
        boolean shuffled,
        double dropout,
        UnaryOperator<Objective> objective) {
      this(config, 2, shuffled, dropout, objective);
    }

    Run(
        TrainerConfig config,
        int layers,
        boolean shuffled,
        double dropout,
        UnaryOperator<Objective> objective) {
      Generator before = Generator.use(new Generator(1234));
      model =
          new Gpt(
              new GptConfig(
                  VOCABULARY, CONTEXT, layers, 2, 8, dropout, false, true, GeluApproximation.NONE));
      Generator.use(before);
      optimizer =
          new AdamW(ParameterGroup.decayMatrices(model.namedParameters(), 0.1), AdamW.config(0.01));
      StoredTokens tokens = StoredTokens.copyOf(text(203), TokenType.UINT8);
      training =
          shuffled
              ? TokenWindows.consecutive(tokens, CONTEXT)
              : TokenWindows.atEveryOffset(tokens, CONTEXT);
      validation =
          TokenWindows.consecutive(StoredTokens.copyOf(text(60), TokenType.UINT8), CONTEXT);
      Sampler sampler =
          shuffled
              ? new ShuffledSampler(training.size(), 9)
              : new RandomOffsets(training.size(), 9);
      TrainingTask task =
          new TrainingTask(
              model,
              optimizer,
              new WarmUpCosine(5, Math.max(6, config.steps()), 0.001),
              objective.apply(batch -> model.loss(batch.inputs(), batch.targets())),
              training,
              new BatchPlan(sampler, 6, false),
              validation,
              TrainingTask.Unit.tokens(CONTEXT));
      trainer = new Trainer(task, config, new SingleDevice());
    }

    @Override
    public void close() {
      optimizer.close();
      model.close();
      training.close();
      validation.close();
    }

    List<float[]> weights() {
      List<float[]> weights = new ArrayList<>();
      model.parameters().forEach(parameter -> weights.add(parameter.toFloatArray()));
      return weights;
    }
  }

  private static TrainerConfig config(long steps) {
    return TrainerConfig.of(steps)
        .withSeed(77)
        .withMaxGradientNorm(1)
        .withEvaluation(7, 4)
        .withReportEvery(5)
        .withLoader(new LoaderOptions(4, 2));
  }

  private static CheckpointPolicy policy(CheckpointStore store, int attempt, Resume resume) {
    return new CheckpointPolicy(store, "run", attempt, 4, 2, resume, Map.of());
  }

  private static void assertSameBits(String what, List<float[]> expected, List<float[]> got) {
    assertEquals(expected.size(), got.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(bits(expected.get(i)), bits(got.get(i)), what + ", parameter " + i);
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @Test
  void aModelLearnsAndTheSummaryCounts() throws IOException {
    try (Run run = new Run(config(100), false, 0, objective -> objective);
        CsvScalars csv = CsvScalars.open(temporary.resolve("metrics.csv"), 0)) {
      ScalarReports reportsToFile = new ScalarReports(csv);
      List<ProgressReport> reports = new ArrayList<>();
      List<String> events = new ArrayList<>();
      TrainingSummary summary =
          run.trainer
              .listen(reports::add)
              .callback(
                  new TrainingCallback() {
                    @Override
                    public void onEvaluate(long step, Evaluation evaluation) {
                      events.add("evaluate " + step);
                    }

                    @Override
                    public void onEnd(TrainingSummary ended) {
                      events.add("end " + ended.steps());
                    }
                  })
              .callback(reportsToFile)
              .listen(reportsToFile)
              .run();
      csv.flush();
      List<String> lines = Files.readAllLines(temporary.resolve("metrics.csv"));
      assertTrue(lines.contains("100,validation/loss," + summary.lastEvaluation().loss()));
      assertTrue(lines.contains("100,training/loss," + summary.trainingLoss()));
      assertTrue(
          summary.lastEvaluation().loss() < 0.6 * summary.firstEvaluation().loss(),
          summary.toString());
      assertEquals(59, summary.lastEvaluation().weight());
      assertEquals(
          Math.exp(summary.lastEvaluation().loss()), summary.lastEvaluation().perplexity(), 1e-12);
      assertEquals(600, summary.samples().used());
      assertEquals(0, summary.samples().dropped());
      assertEquals(195, summary.datasetSize());
      assertEquals(0, summary.resumedFrom());
      assertTrue(summary.unitsPerSecond() > 0);
      assertEquals(20, reports.size());
      assertEquals(100, reports.get(19).step());
      assertEquals(0, reports.get(19).secondsLeft());
      assertEquals(summary.trainingLoss(), reports.get(19).loss());
      assertNotNull(reports.get(3).gradientNorm());
      assertEquals("evaluate 0", events.get(0));
      assertEquals("evaluate 100", events.get(events.size() - 2));
      assertEquals("end 100", events.get(events.size() - 1));
      assertEquals(1 + 14 + 1 + 1, events.size());
    }
  }

  @Test
  void microBatchesGiveTheGradientOfTheWhole() {
    TrainingSummary[] summaries = new TrainingSummary[2];
    List<List<float[]>> weights = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      TrainerConfig config =
          config(1).withLoader(new LoaderOptions(i == 0 ? 0 : 1, 1)).withMaxGradientNorm(0);
      try (Run run = new Run(config, true, 0, objective -> objective)) {
        summaries[i] = run.trainer.run();
        weights.add(run.weights());
      }
    }
    assertEquals(summaries[0].trainingLoss(), summaries[1].trainingLoss(), 1e-5);
    for (int i = 0; i < weights.get(0).size(); i++) {
      assertArrayEquals(weights.get(0).get(i), weights.get(1).get(i), 1e-4f);
    }
  }

  /** Stops at random steps and in the middle of checkpoints, and resumes until the end. */
  @Test
  void aRunThatWasKilledAndResumedEndsWithTheSameBits() {
    for (boolean shuffled : new boolean[] {true, false}) {
      List<float[]> undisturbed;
      TrainingSummary expected;
      try (Run run = new Run(config(30), shuffled, 0.2, objective -> objective)) {
        expected = run.trainer.run();
        undisturbed = run.weights();
      }
      long seed = System.nanoTime();
      Random random = new Random(seed);
      for (int trial = 0; trial < 2; trial++) {
        String what = "seed " + seed + ", trial " + trial + ", shuffled " + shuffled;
        LocalCheckpointStore store =
            new LocalCheckpointStore(temporary.resolve(shuffled + "-" + trial));
        int attempts = 0;
        TrainingSummary summary = null;
        while (summary == null) {
          boolean inCheckpoint = attempts % 2 == 1;
          long stopAt = attempts < 4 ? random.nextInt(12) : Long.MAX_VALUE;
          CheckpointStore used =
              attempts < 4 && inCheckpoint
                  ? new FailingStore(store, 2 + random.nextInt(40))
                  : store;
          try (Run run = new Run(config(30), shuffled, 0.2, objective -> objective)) {
            summary =
                run.trainer
                    .checkpoints(policy(used, attempts, Resume.AUTO))
                    .callback(inCheckpoint ? new Drawing() : new StopAfter(stopAt))
                    .run();
            assertSameBits(what, undisturbed, run.weights());
          } catch (Stopped | CheckpointException e) {
            attempts++;
          }
        }
        assertEquals(expected.trainingLoss(), summary.trainingLoss(), what);
        assertEquals(expected.lastEvaluation(), summary.lastEvaluation(), what);
        assertEquals(expected.firstEvaluation(), summary.firstEvaluation(), what);
        assertEquals(expected.samples(), summary.samples(), what);
        assertEquals("step-000030", summary.checkpoint(), what);
      }
    }
  }

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Ends the run after some steps of this attempt, as a kill would. */
  private static final class StopAfter implements TrainingCallback {
    private long left;

    StopAfter(long steps) {
      this.left = steps;
    }

    @Override
    public void afterStep(StepReport report) {
      if (left-- <= 0) {
        throw new Stopped();
      }
    }
  }

  /** Draws random numbers, which must not change training. */
  private static final class Drawing implements TrainingCallback {
    @Override
    public void afterStep(StepReport report) {
      Generator.current().reserve(report.step());
    }
  }

  @Test
  void aFinishedRunIsNotTrainedAgain() {
    LocalCheckpointStore store = new LocalCheckpointStore(temporary);
    List<float[]> weights;
    try (Run run = new Run(config(5), true, 0.2, objective -> objective)) {
      run.trainer.checkpoints(policy(store, 0, Resume.AUTO)).run();
      weights = run.weights();
    }
    try (Run run = new Run(config(5), true, 0.2, objective -> objective)) {
      TrainingSummary summary = run.trainer.checkpoints(policy(store, 1, Resume.REQUIRE)).run();
      assertEquals(5, summary.resumedFrom());
      assertTrue(Double.isNaN(summary.trainingLoss()));
      assertNotNull(summary.lastEvaluation());
      assertSameBits("again", weights, run.weights());
    }
  }

  private String refusal(CheckpointPolicy policy, TrainerConfig config, boolean shuffled) {
    try (Run run = new Run(config, shuffled, 0, objective -> objective)) {
      return assertThrows(CheckpointException.class, () -> run.trainer.checkpoints(policy).run())
          .getMessage();
    }
  }

  @Test
  void resumingRefusesWhatDoesNotFit() {
    LocalCheckpointStore store = new LocalCheckpointStore(temporary.resolve("one"));
    try (Run run = new Run(config(4), true, 0, objective -> objective)) {
      run.trainer.checkpoints(policy(store, 0, Resume.NEVER)).run();
    }
    String never = refusal(policy(store, 1, Resume.NEVER), config(4), true);
    assertTrue(
        never.endsWith(
            "has checkpoints [step-000004] and resuming is switched off; use an empty directory,"
                + " or resume"),
        never);
    String data = refusal(policy(store, 2, Resume.AUTO), config(8), false);
    assertTrue(data.contains("step-000004 was trained on other data: expected '"), data);
    assertTrue(data.contains("random offsets with seed 9, batches of 6"), data);
    String stale = refusal(policy(store, 0, Resume.AUTO), config(8), true);
    assertTrue(stale.contains("attempt 0 of run 'run' has claimed this directory already"), stale);
    String empty =
        refusal(
            policy(new LocalCheckpointStore(temporary.resolve("two")), 0, Resume.REQUIRE),
            config(4),
            true);
    assertTrue(empty.endsWith("has no checkpoint to resume from, and resuming is required"), empty);
  }

  @Test
  void aLossThatIsNotFiniteEndsTheRun() {
    UnaryOperator<Objective> broken =
        objective ->
            batch -> {
              Loss loss = objective.loss(batch);
              return new Loss(loss.sum().mul(Double.NaN), loss.weight());
            };
    try (Run run = new Run(config(4), true, 0, broken)) {
      assertEquals(
          "step 1: the loss is NaN; lower the learning rate, clip gradients, or check the data of"
              + " this step",
          assertThrows(DivergenceException.class, () -> run.trainer.run()).getMessage());
    }
    UnaryOperator<Objective> weightless =
        objective -> batch -> new Loss(objective.loss(batch).sum(), 0);
    try (Run run = new Run(config(4), true, 0, weightless)) {
      assertThrows(DataException.class, () -> run.trainer.run());
    }
  }

  @Test
  void memoryStaysFlatOver500Steps() {
    try (Run run =
        new Run(config(500).withEvaluation(100, 8), 1, true, 0.1, objective -> objective)) {
      List<MemoryStatistics> seen = new ArrayList<>();
      List<Long> heap = new ArrayList<>();
      run.trainer
          .checkpoints(
              new CheckpointPolicy(
                  new LocalCheckpointStore(temporary), "run", 0, 100, 1, Resume.NEVER, Map.of()))
          .callback(
              new TrainingCallback() {
                @Override
                public void afterStep(StepReport report) {
                  if (report.step() == 120 || report.step() == 480) {
                    seen.add(allocator.statistics());
                    heap.add(usedHeap());
                  }
                }
              })
          .run();
      // Up to two steps of two micro-batches are read ahead at either moment.
      assertEquals(seen.get(0).liveStorages(), seen.get(1).liveStorages(), 12, seen.toString());
      assertEquals(
          seen.get(0).systemAllocations(), seen.get(1).systemAllocations(), 12, seen.toString());
      assertTrue(
          seen.get(1).liveBytes() + seen.get(1).cachedBytes()
              <= 1.1 * (seen.get(0).liveBytes() + seen.get(0).cachedBytes()),
          seen.toString());
      assertTrue(seen.get(1).peakBytes() <= 1.1 * seen.get(0).peakBytes(), seen.toString());
      assertTrue(heap.get(1) - heap.get(0) < 4 << 20, "heap: " + heap);
    }
  }

  @SuppressWarnings("ExplicitGarbageCollection")
  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void wrongSettingsAreRefused() {
    assertEquals(
        "steps: expected at least 1, got 0",
        assertThrows(ConfigException.class, () -> TrainerConfig.of(0)).getMessage());
    assertThrows(ConfigException.class, () -> TrainerConfig.of(1).withReportEvery(0));
    assertThrows(ConfigException.class, () -> TrainerConfig.of(1).withMaxGradientNorm(-1));
    assertThrows(ConfigException.class, () -> TrainerConfig.of(1).withEvaluation(-1, 1));
    assertThrows(ConfigException.class, () -> TrainerConfig.of(1).withEvaluation(1, 0));
    LocalCheckpointStore store = new LocalCheckpointStore(temporary);
    assertThrows(
        ConfigException.class,
        () -> new CheckpointPolicy(store, "run", 0, 1, 0, Resume.AUTO, Map.of()));
    assertThrows(
        ConfigException.class,
        () -> new CheckpointPolicy(store, "run", 0, -1, 1, Resume.AUTO, Map.of()));
  }
}
