package ai.cresset.parallel.strategy;

import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.Placement;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.optim.GradientClipping;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.Sgd;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOrder;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.mesh.Redistribution;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.parallel.strategy.TinyTraining.Outcome;
import ai.cresset.parallel.zero.MixedPrecisionPolicy;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LossSum;
import ai.cresset.train.Strategy;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A few steps of a tiny language model on a mesh. The global batch is uneven: the number of
 * sequences does not fit the ranks, ignored targets make weights differ, and some ranks have fewer
 * micro-batches than others, or none.
 *
 * @param data ranks along {@code data}
 * @param shard ranks along {@code shard}
 * @param zero the stage
 * @param accumulation micro-batches of a step
 * @param dtype of the parameters
 * @param lower whether the model runs in bfloat16
 * @param wholeGradients whether gradients are sent once a step
 * @param dropout probability
 * @param recompute which blocks run again in backward
 * @param steps how many
 */
record TinyTraining(
    int data,
    int shard,
    int zero,
    int accumulation,
    DType dtype,
    boolean lower,
    boolean wholeGradients,
    double dropout,
    String recompute,
    int steps)
    implements Worker<Outcome> {
  private static final int VOCABULARY = 11;
  private static final int CONTEXT = 6;
  private static final long IGNORED = -100;

  /**
   * What a run leaves.
   *
   * @param gradients of the first step, of all parameters
   * @param norms of each step
   * @param parameters at the end
   */
  record Outcome(double[] gradients, double[] norms, double[] parameters) implements Serializable {}

  static TinyTraining of(int data, int shard, int zero) {
    return new TinyTraining(data, shard, zero, 1, DType.FLOAT32, false, true, 0, "none", 4);
  }

  TinyTraining withAccumulation(int count) {
    return new TinyTraining(
        data, shard, zero, count, dtype, lower, wholeGradients, dropout, recompute, steps);
  }

  TinyTraining withType(DType type) {
    return new TinyTraining(
        data, shard, zero, accumulation, type, lower, wholeGradients, dropout, recompute, steps);
  }

  TinyTraining withLower(boolean on) {
    return new TinyTraining(
        data, shard, zero, accumulation, dtype, on, wholeGradients, dropout, recompute, steps);
  }

  TinyTraining withWholeGradients(boolean on) {
    return new TinyTraining(
        data, shard, zero, accumulation, dtype, lower, on, dropout, recompute, steps);
  }

  TinyTraining withDropout(double probability) {
    return new TinyTraining(
        data,
        shard,
        zero,
        accumulation,
        dtype,
        lower,
        wholeGradients,
        probability,
        recompute,
        steps);
  }

  TinyTraining withRecompute(String plan) {
    return new TinyTraining(
        data, shard, zero, accumulation, dtype, lower, wholeGradients, dropout, plan, steps);
  }

  int ranks() {
    return data * shard;
  }

  @Override
  public Outcome run(WorkerContext context) {
    Generator before = Generator.use(new Generator(7 + context.rank())); // rank 0's weights win
    try (ProcessGroup world =
            context.connect(CommOptions.defaults().withOrder(ReduceOrder.RANK_ORDER));
        Gpt model = new Gpt(config(), new Placement(dtype, Device.CPU));
        Parallelize parallel = Parallelize.apply(model, world, options());
        Optimizer optimizer =
            parallel.optimizer(parts -> new Sgd(parts, Sgd.Config.of(0.3).withMomentum(0.9)))) {
      return train(model, parallel, optimizer, world);
    } finally {
      Generator.use(before);
    }
  }

  private GptConfig config() {
    GptConfig config = GptConfig.of(VOCABULARY, CONTEXT, 2, 2, 8);
    return dropout > 0 ? config.withDropout(dropout) : config;
  }

  private ParallelOptions options() {
    ParallelOptions options =
        ParallelOptions.of(ParallelDims.of(data, shard), zero)
            .withWholeGradients(wholeGradients)
            .withRecompute(RecomputePlan.parse(recompute));
    return lower ? options.withPrecision(MixedPrecisionPolicy.BFLOAT16) : options;
  }

  private Outcome train(Gpt model, Parallelize parallel, Optimizer optimizer, ProcessGroup world) {
    Strategy strategy = parallel.strategy();
    strategy.prepare(model);
    double[] first = new double[0];
    double[] norms = new double[steps];
    for (int step = 0; step < steps; step++) {
      try (Scope scope = Scope.open("step " + step)) {
        strategy.beginStep();
        LossSum local = LossSum.ZERO;
        List<int[]> mine = microBatches(step, world.rank());
        for (int i = 0; i < mine.size(); i++) {
          Loss loss = loss(model, step, mine.get(i)[0], mine.get(i)[1]);
          strategy.backward(loss, i == mine.size() - 1);
          local = local.plus(loss.sum().item(), loss.weight());
        }
        strategy.finishStep(local);
        if (step == 0) {
          first = whole(parallel, world, true);
        }
        norms[step] = strategy.gradientNorm(parallel.parameters().values());
        GradientClipping.scale(
            parallel.parameters().values(), GradientClipping.factor(norms[step], 0.5));
        optimizer.step();
      }
    }
    return new Outcome(first, norms, whole(parallel, world, false));
  }

  /** Sequences of a step: 10, and 3 in the second, so that some ranks have none. */
  private List<int[]> microBatches(int step, int rank) {
    int batch = step == 1 ? 3 : 10;
    int from = batch * rank / ranks();
    int to = batch * (rank + 1) / ranks();
    List<int[]> found = new ArrayList<>();
    for (int i = 0; i < accumulation; i++) {
      int begin = from + (to - from) * i / accumulation;
      int end = from + (to - from) * (i + 1) / accumulation;
      if (begin < end) {
        found.add(new int[] {begin, end});
      }
    }
    return found;
  }

  private static Loss loss(Gpt model, int step, int from, int to) {
    Random random = new Random(step);
    long[] tokens = new long[(to - from) * CONTEXT];
    long[] targets = new long[(to - from) * CONTEXT];
    for (int i = 0; i < to * CONTEXT; i++) {
      int at = i - from * CONTEXT;
      long token = random.nextInt(VOCABULARY);
      long target = random.nextInt(4) == 0 ? IGNORED : random.nextInt(VOCABULARY);
      if (at >= 0) {
        tokens[at] = token;
        targets[at] = target;
      }
    }
    return model.loss(
        Tensor.of(tokens, to - from, CONTEXT), Tensor.of(targets, to - from, CONTEXT));
  }

  /** All elements of the parameters or of their gradients, on every rank. */
  private static double[] whole(Parallelize parallel, ProcessGroup world, boolean gradients) {
    List<Double> values = new ArrayList<>();
    try (DeviceMesh mesh = new DeviceMesh(parallel.layout().dims(), world);
        Scope scope = Scope.open("whole")) {
      for (Map.Entry<String, Tensor> entry : parallel.parameters().entrySet()) {
        Tensor local = gradients ? gradient(entry.getValue()) : entry.getValue();
        ShardSpec spec = parallel.layout().spec(entry.getKey());
        Shape shape = spec.global();
        Tensor all = Redistribution.redistribute(local, spec, ShardSpec.replicated(shape), mesh);
        for (double value : all.toDoubleArray()) {
          values.add(value);
        }
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static Tensor gradient(Tensor parameter) {
    Tensor gradient = parameter.grad();
    if (gradient == null) {
      throw new AssertionError("no gradient of " + parameter.spec());
    }
    return gradient;
  }
}
