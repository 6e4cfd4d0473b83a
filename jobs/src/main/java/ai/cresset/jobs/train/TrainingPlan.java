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
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.pipeline.PieceCosts;
import ai.cresset.parallel.pipeline.PipelineSplit;
import ai.cresset.parallel.pipeline.schedule.Costs;
import ai.cresset.parallel.pipeline.schedule.PipelineShape;
import ai.cresset.parallel.pipeline.schedule.ScheduleSimulator;
import ai.cresset.parallel.pipeline.schedule.Simulation;
import ai.cresset.parallel.strategy.PipelineOptions;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
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

  /** Values of [batch, length, width] that a block keeps for backward, attention being fused. */
  private static final int KEPT_OF_BLOCK = 16;

  /** Of these, those that every rank of a divided block keeps, unless they share positions. */
  private static final int KEPT_ALIKE = 2;

  /** All-reduces of [batch, length, width] in a block that ranks divide, forward and backward. */
  private static final int SUMS_OF_BLOCK = 4;

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
    Simulation simulation =
        ScheduleSimulator.run(options.schedule().of(shape), new Costs(stages, 0));
    List<List<String>> names = new ArrayList<>();
    List<RankPlan> ranks = new ArrayList<>();
    for (int rank = 0; rank < shape.ranks(); rank++) {
      List<Piece> mine = new ArrayList<>();
      for (int chunk = 0; chunk < shape.chunks(); chunk++) {
        int stage = shape.stage(rank, chunk);
        mine.addAll(model.pieces().subList(split.begin(stage), split.end(stage)));
      }
      names.add(mine.stream().map(Piece::name).toList());
      ranks.add(rank(recipe, dims, shape, rank, mine, simulation.peakLive().get(rank)));
    }
    return new TrainingPlan(dims, shape, names, ranks, simulation.bubble());
  }

  private static RankPlan rank(
      GptRecipe recipe,
      ParallelDims dims,
      PipelineShape shape,
      int rank,
      List<Piece> pieces,
      int live) {
    GptModelSettings model = recipe.model();
    ParallelSettings parallel = recipe.parallel();
    int bytes = model.dtype().dtype().bytes();
    long elements = elements(pieces, dims.tensor());
    int zero = parallel.zero();
    long own = (elements + dims.shard() - 1) / dims.shard();
    long parameters = zero == 3 ? own : elements;
    long gradients = zero >= 2 ? own : elements;
    long states = states(recipe.train()) * (zero >= 1 ? own : elements);

    int shares = dims.dataRanks();
    int microBatches = shape.microBatches();
    long batch = (share(recipe.train(), dims) + microBatches - 1L) / microBatches;
    long hidden = batch * model.context() * model.width() / dims.sequence();
    long blocks = pieces.stream().filter(piece -> piece.name().startsWith("block")).count();
    boolean whole = parallel.recompute().equals("none");
    // One micro-batch of a chunk: a rank has several chunks, and counts live ones of any.
    int alike = parallel.sequenceParallel() ? KEPT_ALIKE / dims.tensor() : KEPT_ALIKE;
    long keptByBlocks =
        whole
            ? blocks * (alike + (KEPT_OF_BLOCK - KEPT_ALIKE) / dims.tensor()) * hidden
            : (blocks + KEPT_OF_BLOCK / dims.tensor()) * hidden;
    boolean isLast = pieces.get(pieces.size() - 1).name().equals("head");
    boolean isFirst = pieces.get(0).name().equals("embedding");
    long table = vocabulary(pieces) / dims.tensor();
    long scores = isLast ? 2 * batch * model.context() / dims.sequence() * table : 0;
    long activations = (keptByBlocks / shape.chunks() + hidden) * live + scores;

    int copies = shares * dims.sequence();
    long forGradients = ring(copies, elements);
    int sums = (int) (SUMS_OF_BLOCK * blocks) + (isFirst ? 1 : 0) + (isLast ? 1 : 0);
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
    // Keys and values go round once forward; backward they do again, with their gradients.
    long forPositions = 6L * (dims.sequence() - 1) * blocks * hidden / dims.tensor() * microBatches;
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

  /** Elements of a rank: matrices are divided by those who share layers, vectors are not. */
  private static long elements(List<Piece> pieces, int tensor) {
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    long elements = 0;
    for (Piece piece : pieces) {
      for (Module module : piece.modules()) {
        for (Parameter parameter : module.parameters()) {
          if (seen.add(parameter)) {
            boolean cut = parameter.rank() >= 2;
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
