package ai.cresset.peer.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Reads {@code workload seconds} lines from standard input; for each, trains for so long and prints
 * the seconds of every step on one line. The loss is read each step. A workload keeps its model,
 * and its first turn begins with three steps that do not count. By hand: {@code echo "gpt 6" | java
 * ... TrainSteps}; {@code OMP_NUM_THREADS} is the number of threads.
 */
public final class TrainSteps {
  private static final int WARM_UP_STEPS = 3;
  private static final int FEWEST_STEPS = 3;

  private TrainSteps() {}

  public static void main(String[] arguments) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String current = "";
    Training training = null;
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      String[] words = line.trim().split(" ");
      if (training == null || !current.equals(words[0])) {
        if (training != null) {
          training.close();
        }
        training = new Training(Workload.of(words[0]));
        current = words[0];
        for (int i = 0; i < WARM_UP_STEPS; i++) {
          training.step();
        }
      }
      double seconds = Double.parseDouble(words[1]);
      StringJoiner times = new StringJoiner(" ");
      long begin = System.nanoTime();
      for (int i = 0; i < FEWEST_STEPS || System.nanoTime() - begin < seconds * 1e9; i++) {
        long start = System.nanoTime();
        training.step();
        times.add(String.format(Locale.ROOT, "%.9f", (System.nanoTime() - start) / 1e9));
      }
      System.out.println(times);
    }
    if (training != null) {
      training.close();
    }
  }

  /** One model, its optimizer and its one batch. */
  private static final class Training implements AutoCloseable {
    private final Model model = Model.newInstance("workload", "PyTorch");
    private final Trainer trainer;
    private final NDList inputs;
    private final NDList targets;

    Training(Workload workload) {
      model.setBlock(workload.network());
      Optimizer adamW =
          Optimizer.adamW()
              .optLearningRateTracker(Tracker.fixed(1e-3f))
              .optWeightDecays(0.01f)
              .build();
      trainer =
          model.newTrainer(
              new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()).optOptimizer(adamW));
      NDManager manager = model.getNDManager();
      inputs = new NDList(workload.inputs().apply(manager));
      targets = new NDList(workload.targets().apply(manager));
      trainer.initialize(inputs.singletonOrThrow().getShape());
    }

    float step() {
      try (NDManager step = model.getNDManager().newSubManager()) {
        inputs.attach(step);
        targets.attach(step);
        try (GradientCollector gradients = trainer.newGradientCollector()) {
          NDArray loss = trainer.getLoss().evaluate(targets, trainer.forward(inputs));
          gradients.backward(loss);
          float value = loss.getFloat();
          trainer.step();
          return value;
        } finally {
          inputs.attach(model.getNDManager());
          targets.attach(model.getNDManager());
        }
      }
    }

    @Override
    public void close() {
      trainer.close();
      model.close();
    }
  }
}
