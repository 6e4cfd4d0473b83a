package ai.cresset.parallel.pipeline;

import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.recompute.Recomputation;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.pipeline.schedule.Schedule;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Two steps of a small language model with tied embeddings, on a pipeline or in one process. The
 * last micro-batch is shorter, and ignored targets make weights differ.
 *
 * @param kind the schedule
 * @param chunks of each rank
 * @param microBatches of a step
 * @param dtype of the parameters
 * @param dropout probability
 * @param recompute which blocks run again in backward
 */
record PipelinedGpt(
    ScheduleKind kind, int chunks, int microBatches, DType dtype, double dropout, String recompute)
    implements Worker<PipelinedGpt.Outcome> {
  static final int BLOCKS = 6;
  private static final int VOCABULARY = 11;
  private static final int CONTEXT = 5;
  private static final int STEPS = 2;
  private static final long IGNORED = -100;

  /**
   * What a rank is left with.
   *
   * @param losses mean loss of each step and of an evaluation
   * @param gradients sums of the last step, by name
   * @param peakLive the most micro-batches of a stage with activations at once
   * @param draws where the random generator stands
   */
  record Outcome(List<Double> losses, Map<String, double[]> gradients, int peakLive, long draws)
      implements Serializable {}

  @Override
  public Outcome run(WorkerContext context) {
    Generator before = Generator.use(new Generator(7));
    try (ProcessGroup world = context.connect(CommOptions.defaults());
        Gpt model = model();
        HookHandle again = Recomputation.apply(model, RecomputePlan.parse(recompute));
        PipelineModel cut =
            new PipelineModel(
                model,
                PipelineSplit.balanced(PieceCosts.estimated(model), world.size() * chunks),
                world.size(),
                world.rank());
        PipelineRuntime runtime = new PipelineRuntime(cut, world)) {
      Schedule schedule = kind.of(runtime.shape(microBatches));
      List<Double> losses = new ArrayList<>();
      Generator.use(new Generator(5));
      Map<String, Parameter> parameters = cut.module().namedParameters();
      for (int step = 0; step < STEPS; step++) {
        parameters.values().forEach(Tensor::zeroGrad);
        try (Scope scope = Scope.open("step")) {
          PipelineRuntime.Totals totals = runtime.run(schedule, batches(model, step));
          losses.add(totals.sum() / totals.weight());
        }
      }
      runtime.sumTied(name -> gradient(Objects.requireNonNull(parameters.get(name), name)));
      int peak = runtime.peakLive();
      long draws = Generator.current().state().offset();
      model.eval();
      try (Scope scope = Scope.open("evaluation")) {
        PipelineRuntime.Totals totals = runtime.evaluate(batches(model, 0));
        losses.add(totals.sum() / totals.weight());
      }
      return new Outcome(losses, gradients(parameters), peak, draws);
    } finally {
      Generator.use(before);
    }
  }

  /** The same in one process. */
  Outcome alone() {
    Generator before = Generator.use(new Generator(7));
    try (Gpt model = model()) {
      List<Double> losses = new ArrayList<>();
      Generator.use(new Generator(5));
      for (int step = 0; step < STEPS; step++) {
        model.parameters().forEach(Tensor::zeroGrad);
        losses.add(mean(model, step, true));
      }
      long draws = Generator.current().state().offset();
      model.eval();
      losses.add(mean(model, 0, false));
      return new Outcome(losses, gradients(model.namedParameters()), 0, draws);
    } finally {
      Generator.use(before);
    }
  }

  private double mean(Gpt model, int step, boolean training) {
    double sum = 0;
    double weight = 0;
    for (long[][] each : samples(step)) {
      try (Scope scope = Scope.open("micro-batch")) {
        Loss loss = model.loss(tensor(each[0]), tensor(each[1]));
        if (training) {
          loss.sum().backward();
        }
        sum += loss.sum().item();
        weight += loss.weight();
      }
    }
    return sum / weight;
  }

  private Gpt model() {
    GptConfig config = GptConfig.of(VOCABULARY, CONTEXT, BLOCKS, 2, 8).withDropout(dropout);
    return new Gpt(config, new Placement(dtype, Device.CPU));
  }

  private List<MicroBatch> batches(Gpt model, int step) {
    return samples(step).stream()
        .map(
            each -> {
              Tensor targets = tensor(each[1]);
              return new MicroBatch(tensor(each[0]), logits -> model.crossEntropy(logits, targets));
            })
        .toList();
  }

  /** Tokens and targets of each micro-batch. */
  private List<long[][]> samples(int step) {
    Random random = new Random(step);
    List<long[][]> found = new ArrayList<>();
    for (int i = 0; i < microBatches; i++) {
      int rows = i == microBatches - 1 && microBatches > 1 ? 1 : 2;
      long[] tokens = new long[rows * CONTEXT];
      long[] targets = new long[rows * CONTEXT];
      for (int at = 0; at < tokens.length; at++) {
        tokens[at] = random.nextInt(VOCABULARY);
        targets[at] = random.nextInt(4) == 0 ? IGNORED : random.nextInt(VOCABULARY);
      }
      found.add(new long[][] {tokens, targets});
    }
    return found;
  }

  private static Tensor tensor(long[] values) {
    return Tensor.of(values, values.length / CONTEXT, CONTEXT);
  }

  private static Map<String, double[]> gradients(Map<String, Parameter> parameters) {
    Map<String, double[]> found = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> found.put(name, gradient(parameter).toDoubleArray()));
    return found;
  }

  private static Tensor gradient(Tensor parameter) {
    Tensor gradient = parameter.grad();
    if (gradient == null) {
      throw new AssertionError("no gradient of " + parameter.spec());
    }
    return gradient;
  }
}
