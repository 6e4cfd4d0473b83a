package ai.cresset.train;

import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.TensorDataset;
import ai.cresset.memory.Scope;
import ai.cresset.nn.activation.Tanh;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Linear;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * A perceptron with dropout on points that are moved at random in each epoch, in short shuffled
 * epochs: all that a resumed run must repeat, in a few milliseconds.
 */
final class SmallTask implements AutoCloseable {
  private static final int POINTS = 23;

  final Sequential model;
  final Optimizer optimizer;
  final TrainingTask task;
  private final Dataset training;
  private final Dataset validation;

  SmallTask(Function<Map<String, ? extends Tensor>, Optimizer> maker, Schedule schedule) {
    Generator before = Generator.use(new Generator(5));
    model = new Sequential(new Linear(3, 8), new Tanh(), new Dropout(0.2), new Linear(8, 1));
    Generator.use(before);
    optimizer = maker.apply(model.namedParameters());
    training = new Moved(points(1));
    validation = points(2);
    task =
        new TrainingTask(
            model,
            optimizer,
            schedule,
            batch -> Losses.mseLoss(model.call(batch.inputs()), batch.targets()),
            training,
            new BatchPlan(new ShuffledSampler(POINTS, 3), 6, false),
            validation,
            TrainingTask.Unit.SAMPLES);
  }

  private static TensorDataset points(long seed) {
    Random random = new Random(seed);
    float[] inputs = new float[POINTS * 3];
    float[] targets = new float[POINTS];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextGaussian();
      targets[i / 3] += inputs[i] * (i % 3 - 0.5f);
    }
    try (Scope scope = Scope.open("points")) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put(Batch.INPUTS, Tensor.of(inputs, POINTS, 3));
      tensors.put(Batch.TARGETS, Tensor.of(targets, POINTS, 1));
      return new TensorDataset(tensors);
    }
  }

  List<float[]> weights() {
    List<float[]> weights = new ArrayList<>();
    model.parameters().forEach(parameter -> weights.add(parameter.toFloatArray()));
    return weights;
  }

  @Override
  public void close() {
    optimizer.close();
    model.close();
    training.close();
    validation.close();
  }

  /** Adds to each sample a number that its place and the epoch decide. */
  private record Moved(Dataset points) implements Dataset {
    @Override
    public long size() {
      return points.size();
    }

    @Override
    public Batch gather(long[] samples) {
      return points.gather(samples);
    }

    @Override
    public Batch gather(long[] samples, long epoch) {
      try (Scope scope = Scope.open("moved")) {
        Batch plain = points.gather(samples);
        float[] by = new float[samples.length];
        for (int i = 0; i < by.length; i++) {
          by[i] = (float) new Random(samples[i] * 1000 + epoch).nextGaussian() * 0.1f;
        }
        Tensor moved = plain.inputs().add(Tensor.of(by, by.length, 1));
        return Batch.of(Scope.detach(moved), Scope.detach(plain.targets()));
      }
    }

    @Override
    public String fingerprint() {
      return points.fingerprint() + " moved";
    }

    @Override
    public void close() {
      points.close();
    }
  }
}
