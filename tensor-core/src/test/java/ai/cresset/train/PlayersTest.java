package ai.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.SequentialSampler;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.TensorDataset;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.model.GenerativeAdversarialNetwork;
import ai.cresset.model.ImageCoderConfig;
import ai.cresset.optim.Adam;
import ai.cresset.optim.GradientClipping;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.schedule.Constant;
import ai.cresset.random.Generator;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A generator and a discriminator that take turns in the one training loop. */
@NullUnmarked
@ExtendWith(LeakCheck.class)
class PlayersTest {
  private static final int IMAGES = 14;
  private static final int LATENT = 3;
  private static final int STEPS = 7;
  private static final double CLIP = 0.05;

  @TempDir Path temporary;

  /** A tiny network and its images, each with numbers to make another of. */
  private static final class Game implements AutoCloseable {
    private final GenerativeAdversarialNetwork model;
    private final TensorDataset images;
    private final boolean drawn;

    Game(boolean drawn) {
      this.drawn = drawn;
      Generator before = Generator.use(new Generator(5));
      model = new GenerativeAdversarialNetwork(new ImageCoderConfig(1, 5, 4, LATENT, 1, 4, true));
      Generator.use(before);
      Random random = new Random(3);
      float[] elements = new float[IMAGES * 20];
      float[] numbers = new float[IMAGES * LATENT];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = random.nextFloat();
      }
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) random.nextGaussian();
      }
      try (Scope scope = Scope.open("images")) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(Batch.INPUTS, Tensor.of(elements, IMAGES, 1, 5, 4));
        tensors.put("latent", Tensor.of(numbers, IMAGES, LATENT));
        images = new TensorDataset(tensors);
      }
    }

    private Tensor latent(Batch batch) {
      Tensor given = batch.get("latent");
      return drawn ? given.add(Tensor.randn(batch.size(), LATENT)) : given;
    }

    Loss discriminatorLoss(Batch batch) {
      return model.discriminatorLoss(batch.inputs(), latent(batch), 0.9);
    }

    Loss generatorLoss(Batch batch) {
      return model.generatorLoss(latent(batch));
    }

    Objective objective() {
      return objective(
          new Player("discriminator", model.discriminator(), this::discriminatorLoss),
          new Player("generator", model.generator(), this::generatorLoss));
    }

    Objective objective(Player... players) {
      return new Objective() {
        @Override
        public Loss loss(Batch batch) {
          return discriminatorLoss(batch);
        }

        @Override
        public List<Player> players() {
          return List.of(players);
        }
      };
    }

    Adam adam(Map<String, ? extends Tensor> parameters) {
      return new Adam(ParameterGroup.single(parameters), Adam.Config.of(0.02).withBetas(0.5, 0.9));
    }

    TrainingTask task(Objective objective, Adam optimizer, boolean shuffled) {
      BatchPlan plan =
          new BatchPlan(
              shuffled ? new ShuffledSampler(IMAGES, 2) : new SequentialSampler(IMAGES),
              shuffled ? 6 : IMAGES,
              false);
      return new TrainingTask(
          model,
          optimizer,
          new Constant(),
          objective,
          images,
          plan,
          images,
          TrainingTask.Unit.SAMPLES);
    }

    List<float[]> weights() {
      List<float[]> weights = new ArrayList<>();
      model.parameters().forEach(parameter -> weights.add(parameter.toFloatArray()));
      return weights;
    }

    @Override
    public void close() {
      model.close();
      images.close();
    }
  }

  private static TrainerConfig config(int microBatch) {
    return TrainerConfig.of(STEPS)
        .withSeed(11)
        .withMaxGradientNorm(CLIP)
        .withEvaluation(3, 8)
        .withLoader(new LoaderOptions(microBatch, 2));
  }

  /** The reference is the loop that users of PyTorch write, with two optimizers. */
  @Test
  void turnsAreThoseOfTwoOptimizers() {
    List<float[]> expected;
    List<Double> losses = new ArrayList<>();
    try (Game game = new Game(false);
        Adam first = game.adam(game.model.discriminator().namedParameters());
        Adam second = game.adam(game.model.generator().namedParameters());
        Scope all = Scope.open("all")) {
      Batch batch = game.images.gather(new SequentialSamples(IMAGES).all());
      for (int step = 0; step < STEPS; step++) {
        first.zeroGrad();
        Loss one = game.discriminatorLoss(batch);
        update(first, one);
        second.zeroGrad();
        Loss other = game.generatorLoss(batch);
        update(second, other);
        losses.add(one.mean().item() + other.mean().item());
      }
      expected = game.weights();
    }
    for (int microBatch : new int[] {0, 5}) {
      Steps steps = new Steps(0);
      try (Game game = new Game(false);
          Adam optimizer = game.adam(game.model.namedParameters())) {
        new Trainer(
                game.task(game.objective(), optimizer, false),
                config(microBatch),
                new SingleDevice())
            .callback(steps)
            .run();
        List<float[]> got = game.weights();
        for (int i = 0; i < expected.size(); i++) {
          assertArrayEquals(expected.get(i), got.get(i), microBatch == 0 ? 0 : 2e-4f);
        }
        game.model.parameters().forEach(each -> assertTrue(each.requiresGrad()));
      }
      for (int step = 0; step < STEPS; step++) {
        StepReport report = steps.seen.get(step);
        assertEquals(losses.get(step), report.loss(), 1e-4);
        assertEquals(List.of("discriminator", "generator"), List.copyOf(report.players().keySet()));
        double sum = report.players().values().stream().mapToDouble(each -> each).sum();
        assertEquals(report.loss(), sum, 1e-12);
        assertTrue(report.gradientNorm() > CLIP, "nothing was clipped: " + report);
      }
    }
  }

  private static void update(Adam optimizer, Loss loss) {
    loss.sum().backward();
    var leaves = optimizer.parameters().values();
    GradientClipping.scale(leaves, 1 / loss.weight());
    double norm = GradientClipping.globalNorm(leaves);
    GradientClipping.scale(leaves, GradientClipping.factor(norm, CLIP));
    optimizer.step();
  }

  /** The places of all samples. */
  private record SequentialSamples(int count) {
    long[] all() {
      long[] places = new long[count];
      for (int i = 0; i < count; i++) {
        places[i] = i;
      }
      return places;
    }
  }

  /** Every step that a run reports. */
  private static final class Steps implements TrainingCallback {
    private final List<StepReport> seen = new ArrayList<>();
    private final long stopAt;

    Steps(long stopAt) {
      this.stopAt = stopAt;
    }

    @Override
    public void afterStep(StepReport report) {
      seen.add(report);
      if (report.step() == stopAt) {
        throw new IllegalStateException("stopped");
      }
    }
  }

  /** Numbers are drawn in both turns, micro-batches are uneven, the average is kept too. */
  @Test
  void stoppingBetweenStepsChangesNothing() {
    List<float[]> expected;
    Steps whole = new Steps(0);
    try (Game game = new Game(true);
        Adam optimizer = game.adam(game.model.namedParameters())) {
      trainer(game, optimizer).callback(whole).run();
      expected = game.weights();
    }
    Steps first = new Steps(5);
    try (Game game = new Game(true);
        Adam optimizer = game.adam(game.model.namedParameters())) {
      Trainer trainer = trainer(game, optimizer).checkpoints(policy(0)).callback(first);
      assertThrows(IllegalStateException.class, trainer::run);
    }
    Steps second = new Steps(0);
    try (Game game = new Game(true);
        Adam optimizer = game.adam(game.model.namedParameters())) {
      TrainingSummary summary =
          trainer(game, optimizer).checkpoints(policy(1)).callback(second).run();
      assertEquals(4, summary.resumedFrom());
      List<float[]> got = game.weights();
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), got.get(i), "parameter " + i);
      }
    }
    assertEquals(whole.seen.subList(0, 5), first.seen);
    assertEquals(whole.seen.subList(4, STEPS), second.seen);
  }

  private static Trainer trainer(Game game, Adam optimizer) {
    return new Trainer(
        game.task(game.objective(), optimizer, true),
        config(4).withAverage(0.9),
        new SingleDevice());
  }

  private CheckpointPolicy policy(int attempt) {
    return new CheckpointPolicy(
        new LocalCheckpointStore(temporary), "run", attempt, 2, 1, Resume.AUTO, Map.of());
  }

  @Test
  void aPlayerWithoutPartsOfTheOthersTurnStandsStill() {
    try (Game game = new Game(false);
        Adam optimizer = game.adam(game.model.namedParameters())) {
      List<float[]> before = game.weights();
      Objective one =
          game.objective(new Player("generator", game.model.generator(), game::generatorLoss));
      new Trainer(game.task(one, optimizer, false), config(0), new SingleDevice()).run();
      List<float[]> after = game.weights();
      int generated = game.model.generator().parameters().size();
      for (int i = 0; i < after.size(); i++) {
        if (i < generated) {
          assertNotEquals(before.get(i)[0], after.get(i)[0]);
        } else {
          assertArrayEquals(before.get(i), after.get(i), "the discriminator has no turn");
        }
      }
    }
  }

  @Test
  void playersThatDoNotFitAreRefused() {
    try (Game game = new Game(false);
        Adam optimizer = game.adam(game.model.namedParameters())) {
      Player whole = new Player("whole", game.model, game::generatorLoss);
      Player part = new Player("part", game.model.generator(), game::generatorLoss);
      Player named = new Player("part", game.model.discriminator(), game::generatorLoss);
      assertTrue(
          refused(game, optimizer, whole, part).startsWith("the player 'part' has a parameter of"));
      assertEquals("two players are named 'part'", refused(game, optimizer, part, named));
      Strategy other = new ThreadRanks(1).rank(0);
      Trainer trainer =
          new Trainer(game.task(game.objective(part), optimizer, false), config(0), other);
      assertTrue(
          assertThrows(ConfigException.class, trainer::run)
              .getMessage()
              .startsWith(
                  "the parts of this model take turns (part), which needs the whole model"));
    }
  }

  private static String refused(Game game, Adam optimizer, Player... players) {
    TrainingTask task = game.task(game.objective(players), optimizer, false);
    return assertThrows(
            ConfigException.class, () -> new Trainer(task, config(0), new SingleDevice()))
        .getMessage();
  }
}
