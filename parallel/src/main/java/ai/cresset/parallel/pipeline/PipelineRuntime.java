package ai.cresset.parallel.pipeline;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.pipeline.schedule.Action;
import ai.cresset.parallel.pipeline.schedule.Channel;
import ai.cresset.parallel.pipeline.schedule.PipelineShape;
import ai.cresset.parallel.pipeline.schedule.Schedule;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.SplitBackward;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs lists of actions on the stages of one rank. It knows no order of its own: any list that
 * {@link ai.cresset.parallel.pipeline.schedule.ScheduleValidator} accepts can be run.
 *
 * <p>Losses are summed, never divided; gradients accumulate in the parameters. Random numbers are
 * those that one process draws for the same micro-batches, as long as all ranks begin with the same
 * state. Confined to the rank's thread.
 */
public final class PipelineRuntime implements AutoCloseable {
  private final PipelineModel model;
  private final ProcessGroup group;
  private final StageChannels channels;
  private final TiedGradients tied;
  private final Map<PlanKey, ActivationPlan> plans = new HashMap<>();
  private int peakLive;

  /** What an activation plan depends on. */
  private record PlanKey(Spec input, boolean training) {}

  /**
   * Connects the stages; called by all ranks of the pipeline.
   *
   * @param group the ranks of the pipeline; stays the caller's
   */
  public PipelineRuntime(PipelineModel model, ProcessGroup group) {
    this.model = model;
    this.group = group;
    this.channels = new StageChannels(group, model.chunks() > 1);
    this.tied = new TiedGradients(model, group);
  }

  /** Sum and weight of losses. */
  public record Totals(double sum, double weight) {}

  /** The sizes of a step of this many micro-batches. */
  public PipelineShape shape(int microBatches) {
    return new PipelineShape(group.size(), model.chunks(), microBatches);
  }

  /** The most micro-batches of a stage that had activations here at once, in the last run. */
  public int peakLive() {
    return peakLive;
  }

  /**
   * Runs forward and backward passes.
   *
   * @param schedule for as many micro-batches, with messages
   * @return sum and weight of all losses, the same on every rank
   */
  public Totals run(Schedule schedule, List<MicroBatch> batches) {
    return execute(schedule, batches);
  }

  /** Runs forward passes alone, without gradients. */
  public Totals evaluate(List<MicroBatch> batches) {
    try (GradMode.Restore off = GradMode.disable()) {
      return execute(Schedule.forwardOnly(shape(batches.size())), batches);
    }
  }

  private Totals execute(Schedule schedule, List<MicroBatch> batches) {
    if (batches.size() != schedule.shape().microBatches()) {
      throw new IllegalStateException(
          "a schedule for "
              + schedule.shape().microBatches()
              + " micro-batches cannot run "
              + batches.size());
    }
    try (Run run = new Run(schedule.shape(), batches)) {
      for (Action action : schedule.of(group.rank())) {
        run.act(action);
      }
      channels.flush();
      peakLive = run.peak;
      return shared(run.sum, run.weight);
    } catch (RuntimeException e) {
      group.abort(e);
      throw e;
    }
  }

  /** Gives parameters that several ranks have the elements that the first of these has. */
  public void shareTied(Map<String, ? extends Tensor> parameters) {
    tied.share(parameters);
  }

  /** Adds the gradients of parameters that several ranks have, once all are there. */
  public void sumTied(Function<String, Tensor> gradients) {
    tied.sum(gradients);
  }

  private Totals shared(double sum, double weight) {
    ByteBuffer mine = ByteBuffer.allocate(2 * Double.BYTES).putDouble(sum).putDouble(weight);
    ByteBuffer last = ByteBuffer.wrap(group.broadcastBytes(mine.array(), group.size() - 1));
    return new Totals(last.getDouble(), last.getDouble());
  }

  private ActivationPlan plan(MicroBatch batch) {
    PlanKey key = new PlanKey(batch.input().spec(), GradMode.isEnabled());
    ActivationPlan known = plans.get(key);
    if (known == null) {
      known = ActivationPlan.agree(model, batch, group);
      plans.put(key, known);
    }
    return known;
  }

  /** What a stage keeps of a micro-batch between its passes. */
  private static final class Live {
    final @Nullable Tensor input;
    final Tensor output;
    @Nullable SplitBackward rest;

    Live(@Nullable Tensor input, Tensor output) {
      this.input = input;
      this.output = output;
    }

    void close() {
      if (rest != null) {
        rest.close();
      }
      if (input != null) {
        input.zeroGrad();
        input.close();
      }
      output.close();
    }
  }

  /** One step. */
  private final class Run implements AutoCloseable {
    private final PipelineShape shape;
    private final List<MicroBatch> batches;
    private final List<ActivationPlan> plans = new ArrayList<>();
    private final Generator generator = Generator.current();
    private final Generator.Key first = generator.state();
    private final Map<Action, Live> live = new HashMap<>();
    private final Map<Action, StageChannels.Arriving> arriving = new HashMap<>();
    private final Map<Action, Tensor> made = new HashMap<>();
    private final boolean training = GradMode.isEnabled();
    private double sum;
    private double weight;
    private int peak;

    Run(PipelineShape shape, List<MicroBatch> batches) {
      this.shape = shape;
      this.batches = batches;
      batches.forEach(batch -> plans.add(plan(batch)));
    }

    void act(Action action) {
      int stage = action.stage();
      int batch = action.microBatch();
      switch (action.kind()) {
        case FORWARD -> forward(stage, batch);
        case BACKWARD, BACKWARD_INPUT -> backward(action);
        case BACKWARD_WEIGHT -> finish(stage, batch);
        case SEND_FORWARD, SEND_BACKWARD -> {
          try (Tensor sent = taken(made, action)) {
            channels.send(Channel.of(action, shape), sent);
          }
        }
        case RECEIVE_FORWARD -> receive(action, plans.get(batch).outputs().get(stage - 1));
        case RECEIVE_BACKWARD -> receive(action, plans.get(batch).outputs().get(stage));
      }
    }

    private void receive(Action action, Spec spec) {
      arriving.put(action, channels.receive(Channel.of(action, shape), spec, model.device()));
    }

    private <T> T taken(Map<Action, T> from, Action action) {
      T found = from.remove(action);
      if (found == null) {
        throw new IllegalStateException(action + " has nothing to work on");
      }
      return found;
    }

    /** The input of a stage other than the first: a leaf of its own, owned by the caller. */
    private Tensor input(int stage, int batch) {
      Action message = new Action(Action.Kind.RECEIVE_FORWARD, stage, batch);
      if (shape.leavesRank(stage - 1)) {
        return taken(arriving, message).await();
      }
      return taken(made, message);
    }

    private void forward(int stage, int batch) {
      ActivationPlan plan = plans.get(batch);
      Tensor input = stage == 0 ? null : input(stage, batch);
      boolean done = false;
      try (Scope scope = Scope.open("stage " + stage)) {
        if (input != null && training) {
          input.requiresGrad(true);
        }
        Generator.Key begin = begin(stage, batch);
        generator.state(begin);
        MicroBatch given = batches.get(batch);
        Tensor first = input == null ? given.input() : input;
        Tensor output = given.around().run(() -> model.forward(stage, first));
        Tensor root = output;
        plan.check(stage, output.spec(), generator.state().offset() - begin.offset());
        if (shape.isLast(stage)) {
          Loss loss = given.around().run(() -> given.loss().apply(output));
          sum += loss.sum().item();
          weight += loss.weight();
          root = loss.sum();
        } else {
          handOver(stage, batch, output);
        }
        if (training) {
          Live kept = new Live(input, Scope.detach(root));
          live.put(Action.forward(stage, batch), kept);
          peak = Math.max(peak, live.size());
          done = true;
        }
      } finally {
        if (input != null && !done) {
          input.close();
        }
      }
    }

    /** To the next stage here, or to the message that brings it to the next rank. */
    private void handOver(int stage, int batch, Tensor output) {
      Action place =
          shape.leavesRank(stage)
              ? new Action(Action.Kind.SEND_FORWARD, stage, batch)
              : new Action(Action.Kind.RECEIVE_FORWARD, stage + 1, batch);
      made.put(place, Scope.detach(output.detach()));
    }

    /** Where one process would be in its random numbers. */
    private Generator.Key begin(int stage, int batch) {
      long offset = first.offset() + plans.get(batch).drawsBefore(stage);
      for (int i = 0; i < batch; i++) {
        offset += plans.get(i).allDraws();
      }
      return new Generator.Key(first.seed(), offset);
    }

    private void backward(Action action) {
      int stage = action.stage();
      int batch = action.microBatch();
      Live kept = live.get(Action.forward(stage, batch));
      if (kept == null) {
        throw new IllegalStateException(action + " comes without its forward pass");
      }
      Tensor gradient = gradient(stage, batch, kept);
      try (Scope scope = Scope.open("stage " + stage);
          gradient) {
        Tensor ofInput =
            action.kind() == Action.Kind.BACKWARD ? whole(kept, gradient) : first(kept, gradient);
        if (kept.input != null) {
          Tensor sent = ofInput == null ? Tensor.zeros(kept.input.spec()) : ofInput;
          Action place =
              shape.leavesRank(stage - 1)
                  ? new Action(Action.Kind.SEND_BACKWARD, stage, batch)
                  : new Action(Action.Kind.RECEIVE_BACKWARD, stage - 1, batch);
          made.put(place, Scope.detach(sent.detach().handle()));
        }
      }
      if (action.kind() == Action.Kind.BACKWARD) {
        live.remove(Action.forward(stage, batch));
        kept.close();
      }
    }

    /** The gradient of a stage's output, owned by the caller. */
    private Tensor gradient(int stage, int batch, Live kept) {
      if (shape.isLast(stage)) {
        return Scope.detach(Tensor.ones(kept.output.spec()));
      }
      Action message = new Action(Action.Kind.RECEIVE_BACKWARD, stage, batch);
      return shape.leavesRank(stage) ? taken(arriving, message).await() : taken(made, message);
    }

    private @Nullable Tensor whole(Live kept, Tensor gradient) {
      if (!kept.output.requiresGrad()) {
        return null;
      }
      Autograd.backward(List.of(kept.output), List.of(gradient), false, false);
      return kept.input == null ? null : kept.input.grad();
    }

    private @Nullable Tensor first(Live kept, Tensor gradient) {
      if (!kept.output.requiresGrad()) {
        return null;
      }
      SplitBackward split =
          SplitBackward.begin(
              kept.output, gradient, kept.input == null ? List.of() : List.of(kept.input));
      kept.rest = split;
      return kept.input == null ? null : split.inputGradients().get(0);
    }

    private void finish(int stage, int batch) {
      Live kept = taken(live, Action.forward(stage, batch));
      try {
        if (kept.rest != null) {
          kept.rest.finish();
        } else if (kept.output.requiresGrad()) {
          throw BackwardException.because(
              "pipeline: stage " + stage + " has no input gradient for micro-batch " + batch);
        }
      } finally {
        kept.close();
      }
    }

    /** The generator stands where one process would; what a failure left is freed. */
    @Override
    public void close() {
      long offset = first.offset();
      for (ActivationPlan plan : plans) {
        offset += plan.allDraws();
      }
      generator.state(new Generator.Key(first.seed(), offset));
      live.values().forEach(Live::close);
      made.values().forEach(Tensor::close);
      arriving.values().forEach(StageChannels.Arriving::close);
    }
  }

  @Override
  public void close() {
    channels.close();
    tied.close();
  }
}
