package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.GptModelSettings;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.ParallelSettings;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.workload.gpt.GptFile;
import ai.cresset.model.Gpt;
import ai.cresset.nn.Layered.Piece;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.nn.recompute.RecomputePlan.EveryBlock;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.pipeline.PieceCosts;
import ai.cresset.parallel.pipeline.PipelineSplit;
import ai.cresset.parallel.pipeline.schedule.Action;
import ai.cresset.parallel.pipeline.schedule.Costs;
import ai.cresset.parallel.pipeline.schedule.PipelineShape;
import ai.cresset.parallel.pipeline.schedule.Schedule;
import ai.cresset.parallel.pipeline.schedule.ScheduleSimulator;
import ai.cresset.parallel.pipeline.schedule.Simulation;
import ai.cresset.parallel.strategy.PipelineOptions;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a recipe would take, found without running it. Parameters are counted; activations are
 * estimated from the shapes of a block (Korthikanti et al. 2022, with fused attention); the bubble
 * is simulated with the estimated cost of each stage.
 *
 * @param dims how ranks divide the work
 * @param shape of the pipeline
 * @param pieces the names of the pieces of each rank of the pipeline
 * @param ranks what each rank of the pipeline takes
 * @param bubble the share of time in which ranks of the pipeline wait
 */
record TrainingPlan(
    ParallelDims dims,
    PipelineShape shape,
    List<List<String>> pieces,
    List<RankPlan> ranks,
    double bubble) {

  /**
   * Values of [batch, length, width] that a block keeps for backward and every rank of a divided
   * one has, unless they share positions: what goes into its two norms and comes out of them.
   */
  private static final double KEPT_ALIKE = 4;

  /** Those that are divided: queries, keys, values, their heads, what they mix, the wide layer. */
  private static final double KEPT_DIVIDED = 16;

  /** And those of a ring: keys and values as they travel, and the mix before it is summed up. */
  private static final double KEPT_BY_RING = 3;

  /** Of these three, what products have made, by which selective recomputation goes. */
  private static final double PRODUCTS_ALIKE = 3;

  private static final double PRODUCTS_DIVIDED = 10;

  private static final String NOTHING = "none";
  private static final String SELECTIVE = "selective";

  /** All-reduces of [batch, length, width] in a block that ranks divide, forward and backward. */
  private static final int SUMS_OF_BLOCK = 4;

  /** That run again with a block: all but the last, of which nothing is kept. */
  private static final int SUMS_AGAIN = 1;

  /**
   * One rank, in bytes.
   *
   * @param parameters it holds
   * @param gradients of these
   * @param optimizer the optimizer's state
   * @param activations at the fullest moment
   * @param sentForGradients in a step, to ranks with other samples
   * @param sentForLayers in a step, to ranks with other parts of the same layers
   * @param sentForStages in a step, to ranks with other stages
   * @param sentForPositions in a step, to ranks with other positions
   */
  record RankPlan(
      long parameters,
      long gradients,
      long optimizer,
      long activations,
      long sentForGradients,
      long sentForLayers,
      long sentForStages,
      long sentForPositions) {
    long memory() {
      return parameters + gradients + optimizer + activations;
    }

    long sent() {
      return sentForGradients + sentForLayers + sentForStages + sentForPositions;
    }
  }

  /**
   * The plan of a recipe.
   *
   * @param vocabulary number of tokens
   */
  static TrainingPlan of(GptRecipe recipe, int vocabulary) {
    DeferredInit deferred = DeferredInit.begin();
    try (Gpt model = built(recipe, vocabulary, deferred)) {
      return of(recipe, model);
    }
  }

  private static Gpt built(GptRecipe recipe, int vocabulary, DeferredInit deferred) {
    try (deferred) {
      return new GptFile(vocabulary, recipe.model()).build(Device.CPU);
    }
  }

  private static TrainingPlan of(GptRecipe recipe, Gpt model) {
    ParallelSettings parallel = recipe.parallel();
    ParallelDims dims = parallel.dims(recipe.spark().workers());
    PipelineOptions options = parallel.pipelineOptions();
    PipelineShape shape =
        new PipelineShape(dims.pipeline(), options.chunks(), microBatches(recipe.train(), dims));
    double[] costs = PieceCosts.estimated(model);
    PipelineSplit split = PipelineSplit.balanced(costs, shape.stages());
    List<Costs.StageCost> stages = new ArrayList<>();
    for (int stage = 0; stage < shape.stages(); stage++) {
      double cost = Arrays.stream(costs, split.begin(stage), split.end(stage)).sum();
      stages.add(new Costs.StageCost(cost, cost, cost));
    }
    Schedule schedule = options.schedule().of(shape);
    Simulation simulation = ScheduleSimulator.run(schedule, new Costs(stages, 0));
    List<List<Piece>> cut = new ArrayList<>();
    for (int stage = 0; stage < shape.stages(); stage++) {
      cut.add(model.pieces().subList(split.begin(stage), split.end(stage)));
    }
    List<List<String>> names = new ArrayList<>();
    List<RankPlan> ranks = new ArrayList<>();
    for (int rank = 0; rank < shape.ranks(); rank++) {
      List<Piece> mine = new ArrayList<>();
      for (int chunk = 0; chunk < shape.chunks(); chunk++) {
        mine.addAll(cut.get(shape.stage(rank, chunk)));
      }
      names.add(mine.stream().map(Piece::name).toList());
      ranks.add(rank(recipe, model, dims, shape, rank, mine, kept(recipe, schedule, rank, cut)));
    }
    return new TrainingPlan(dims, shape, names, ranks, simulation.bubble());
  }

  /** Values of [batch, length, width] that a block keeps between its passes. */
  private static double kept(ParallelSettings parallel, boolean again) {
    double divisor = parallel.tensor();
    double alike = parallel.sequenceParallel() ? divisor : 1;
    double ring = parallel.sequence() > 1 ? KEPT_BY_RING : 0;
    double whole = KEPT_ALIKE / alike + (KEPT_DIVIDED + ring) / divisor;
    if (again || !(RecomputePlan.parse(parallel.recompute()) instanceof EveryBlock some)) {
      return whole;
    }
    double less =
        parallel.recompute().equals(SELECTIVE)
            ? PRODUCTS_ALIKE / alike + PRODUCTS_DIVIDED / divisor
            : 1;
    return (less + (some.k() - 1) * whole) / some.k();
  }

  /** The most values of [batch, length, width] that a rank keeps at once, by its schedule. */
  private static double kept(
      GptRecipe recipe, Schedule schedule, int rank, List<List<Piece>> stages) {
    ParallelSettings parallel = recipe.parallel();
    double most = 0;
    double now = 0;
    for (Action action : schedule.of(rank)) {
      double ofStage = 1 + blocks(stages.get(action.stage())) * kept(parallel, false);
      switch (action.kind()) {
        case FORWARD -> now += ofStage;
        case BACKWARD, BACKWARD_WEIGHT -> now -= ofStage;
        case BACKWARD_INPUT, SEND_FORWARD, RECEIVE_FORWARD, SEND_BACKWARD, RECEIVE_BACKWARD -> {}
      }
      most = Math.max(most, now);
    }
    boolean again = !parallel.recompute().equals(NOTHING);
    return again ? most + kept(parallel, true) : most; // a block that runs again has it all
  }

  private static long blocks(List<Piece> pieces) {
    return pieces.stream().filter(piece -> piece.name().startsWith("block")).count();
  }

  private static RankPlan rank(
      GptRecipe recipe,
      Gpt whole,
      ParallelDims dims,
      PipelineShape shape,
      int rank,
      List<Piece> pieces,
      double kept) {
    GptModelSettings model = recipe.model();
    ParallelSettings parallel = recipe.parallel();
    int bytes = model.dtype().dtype().bytes();
    Parameter positions =
        Objects.requireNonNull(whole.namedParameters().get("transformer.wpe.weight"));
    long elements = elements(pieces, dims.tensor(), positions);
    int zero = parallel.zero();
    long own = (elements + dims.shard() - 1) / dims.shard();
    long parameters = zero == 3 ? own : elements;
    long gradients = zero >= 2 ? own : elements;
    long states = states(recipe.train()) * (zero >= 1 ? own : elements);

    int shares = dims.dataRanks();
    int microBatches = shape.microBatches();
    long batch = (share(recipe.train(), dims) + microBatches - 1L) / microBatches;
    long hidden = batch * model.context() * model.width() / dims.sequence();
    long blocks = blocks(pieces);
    boolean isLast = pieces.get(pieces.size() - 1).name().equals("head");
    boolean isFirst = pieces.get(0).name().equals("embedding");
    long table = vocabulary(pieces) / dims.tensor();
    long scores = isLast ? 2 * batch * model.context() / dims.sequence() * table : 0;
    long activations = Math.round(kept * hidden) + scores;

    int copies = shares * dims.sequence();
    long forGradients = ring(copies, elements);
    long again =
        RecomputePlan.parse(parallel.recompute()) instanceof EveryBlock some
                && !parallel.recompute().equals(SELECTIVE)
            ? blocks / some.k()
            : 0;
    long sums = SUMS_OF_BLOCK * blocks + SUMS_AGAIN * again + (isFirst ? 1 : 0) + (isLast ? 1 : 0);
    long forLayers = microBatches * ring(dims.tensor(), sums * hidden);
    long messages = 0;
    for (int chunk = 0; chunk < shape.chunks(); chunk++) {
      int stage = shape.stage(rank, chunk);
      messages += shape.leavesRank(stage) ? 1 : 0;
      messages += stage > 0 && shape.leavesRank(stage - 1) ? 1 : 0;
    }
    long forStages = messages * microBatches * hidden;
    boolean tied = model.tiedEmbeddings() && isFirst != isLast && shape.ranks() > 1;
    forStages += tied ? ring(2, table * model.width()) : 0;
    // Keys and values go round forward and again backward; their gradients come home besides.
    long rounds = dims.sequence() == 1 ? 0 : 4L * (dims.sequence() - 1) + 2L * dims.sequence();
    long forPositions =
        (rounds * blocks + 2L * (dims.sequence() - 1) * again)
            * hidden
            / dims.tensor()
            * microBatches;
    return new RankPlan(
        parameters * bytes,
        gradients * bytes,
        states * bytes,
        activations * bytes,
        forGradients * bytes,
        forLayers * bytes,
        forStages * bytes,
        forPositions * bytes);
  }

  /** Samples of a step that ranks with the same ones have. */
  private static int share(TrainSettings train, ParallelDims dims) {
    return (train.globalBatch() + dims.dataRanks() - 1) / dims.dataRanks();
  }

  private static int microBatches(TrainSettings train, ParallelDims dims) {
    int share = share(train, dims);
    int size = train.microBatch();
    return size == 0 ? 1 : (share + size - 1) / size;
  }

  /** What a rank sends when so many ranks sum so many elements. */
  private static long ring(int ranks, long elements) {
    return 2L * (ranks - 1) * elements / ranks;
  }

  /**
   * Elements of a rank: matrices are divided by those who share layers, vectors and the table of
   * positions are not.
   */
  private static long elements(List<Piece> pieces, int tensor, Parameter positions) {
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    long elements = 0;
    for (Piece piece : pieces) {
      for (Module module : piece.modules()) {
        for (Parameter parameter : module.parameters()) {
          if (seen.add(parameter)) {
            boolean cut = parameter.rank() >= 2 && parameter != positions;
            elements += cut ? (parameter.numel() + tensor - 1) / tensor : parameter.numel();
          }
        }
      }
    }
    return elements;
  }

  /** Tokens of the table in the head or the embedding. */
  private static long vocabulary(List<Piece> pieces) {
    long largest = 0;
    for (Piece piece : pieces) {
      boolean table = piece.name().equals("head") || piece.name().equals("embedding");
      for (Module module : table ? piece.modules() : List.<Module>of()) {
        for (Parameter parameter : module.parameters()) {
          largest = Math.max(largest, parameter.rank() == 2 ? parameter.size(0) : 0);
        }
        if (largest > 0) {
          return largest;
        }
      }
    }
    return 0;
  }

  /**
   * Values that the optimizer keeps for each parameter; as many as Adam's for one of the user's.
   */
  private static int states(TrainSettings train) {
    return switch (train.optimizerKind().orElse(TrainSettings.OptimizerKind.ADAMW)) {
      case ADAMW, ADAM, NADAM, RADAM, ADAMAX, ADADELTA -> 2;
      case SGD -> train.momentum() > 0 ? 1 : 0;
      case RMSPROP -> train.momentum() > 0 ? 2 : 1;
      case ADAGRAD -> 1;
    };
  }
}
