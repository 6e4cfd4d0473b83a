package ai.cresset.parallel.pipeline;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.pipeline.schedule.Action;
import ai.cresset.parallel.pipeline.schedule.Costs;
import ai.cresset.parallel.pipeline.schedule.PipelineShape;
import ai.cresset.parallel.pipeline.schedule.Schedule;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A pipeline of real ranks and channels whose stages compute nothing: each pass sleeps for a set
 * time, and each forward pass keeps activations of a set size.
 *
 * @param kind the schedule
 * @param shape of the pipeline
 * @param pass how long a stage takes for its forward pass, its input's gradient and its weights'
 * @param activations bytes that a micro-batch leaves on a stage
 */
record TimedPipeline(ScheduleKind kind, PipelineShape shape, Duration pass, long activations)
    implements Worker<TimedPipeline.Outcome> {
  /**
   * What a rank saw.
   *
   * @param begin of the step, by the clock of the JVM, in nanoseconds
   * @param end of the step
   * @param busy nanoseconds in passes
   * @param live activations of micro-batches that lay here at once, by the allocator
   * @param counted the same by the runtime's own count
   */
  record Outcome(long begin, long end, long busy, long live, int counted) implements Serializable {}

  /** What the simulator is told: the first stage has no input, all its gradients are weights'. */
  Costs costs() {
    List<Costs.StageCost> stages =
        new ArrayList<>(Collections.nCopies(shape.stages(), new Costs.StageCost(1, 1, 1)));
    stages.set(0, new Costs.StageCost(1, 0, 2));
    return new Costs(stages, 0);
  }

  List<Outcome> launch() {
    return new ThreadLauncher(LaunchOptions.of(shape.ranks())).launch(this);
  }

  /** The share of all ranks' time in which they waited. */
  static double bubble(List<Outcome> ranks) {
    long begin = ranks.stream().mapToLong(Outcome::begin).min().orElseThrow();
    long end = ranks.stream().mapToLong(Outcome::end).max().orElseThrow();
    long busy = ranks.stream().mapToLong(Outcome::busy).sum();
    return 1 - (double) busy / (end - begin) / ranks.size();
  }

  @Override
  public Outcome run(WorkerContext context) {
    AtomicLong busy = new AtomicLong();
    AtomicLong nanos = new AtomicLong();
    try (ProcessGroup world = context.connect(CommOptions.defaults());
        StageModel model = new StageModel(shape.stages(), activations, new Sleep(nanos, busy));
        PipelineModel cut = model.cut(world);
        PipelineRuntime runtime = new PipelineRuntime(cut, world)) {
      Schedule schedule = kind.of(shape);
      step(runtime, schedule); // shapes are agreed, what is allocated once is there
      Allocator allocator = Allocator.current();
      long before = allocator.statistics().liveBytes();
      allocator.resetPeak();
      nanos.set(pass.toNanos());
      busy.set(0);
      world.barrier();
      long begin = System.nanoTime();
      step(runtime, schedule);
      long end = System.nanoTime();
      long held = allocator.statistics().peakBytes() - before;
      long live = activations == 0 ? 0 : held / activations;
      return new Outcome(begin, end, busy.get(), live, runtime.peakLive());
    }
  }

  private void step(PipelineRuntime runtime, Schedule schedule) {
    try (Scope scope = Scope.open("step")) {
      runtime.run(schedule, StageModel.batches(shape.microBatches()));
    }
  }

  /** Passes take their time. */
  private record Sleep(AtomicLong nanos, AtomicLong busy) implements StageModel.Work {
    @Override
    public void pass(Action.Kind kind, int stage) {
      boolean whole = stage == 0 && kind == Action.Kind.BACKWARD_WEIGHT;
      long begin = System.nanoTime();
      try {
        Thread.sleep(Duration.ofNanos((whole ? 2 : 1) * nanos.get()).toMillis());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      busy.addAndGet(System.nanoTime() - begin);
    }
  }
}
