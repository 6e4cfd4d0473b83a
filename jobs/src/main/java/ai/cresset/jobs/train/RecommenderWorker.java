package ai.cresset.jobs.train;

import ai.cresset.data.Dataset;
import ai.cresset.data.LoaderOptions;
import ai.cresset.jobs.recipe.OutputSettings;
import ai.cresset.jobs.recipe.ParallelSettings;
import ai.cresset.jobs.recipe.ServerSettings;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.jobs.workload.recommender.ClickObjective;
import ai.cresset.jobs.workload.recommender.RecommenderTrainable;
import ai.cresset.memory.Allocator;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.server.EmbeddingTable;
import ai.cresset.parallel.server.LostUpdates;
import ai.cresset.parallel.server.ServerAccount;
import ai.cresset.parallel.server.ServerGroup;
import ai.cresset.parallel.strategy.PrefetchedRows;
import ai.cresset.parallel.strategy.ServerStrategy;
import ai.cresset.random.Generator;
import ai.cresset.train.Evaluation;
import ai.cresset.train.Evaluator;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainingCallback;
import ai.cresset.train.TrainingSummary;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.Device;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What each worker of a model of clicks does: starts a parameter server beside itself, or meets
 * those that are on their own, builds the dense layers, trains, and at the end looks at all
 * validation and test data.
 *
 * @param settings the recipe's section {@code train}
 * @param parallel the recipe's section {@code parallel}
 * @param output the recipe's section {@code output}
 * @param servers the recipe's section {@code servers}
 * @param trainable what is trained
 * @param checkpoints where checkpoints are, with scheme
 * @param tableServers the servers themselves
 * @param run the submission's own name
 */
record RecommenderWorker(
    TrainSettings settings,
    ParallelSettings parallel,
    OutputSettings output,
    ServerSettings servers,
    RecommenderTrainable trainable,
    String checkpoints,
    TableServers tableServers,
    String run)
    implements Worker<TrainResult> {
  @Override
  public TrainResult run(WorkerContext context) {
    Generator before = Generator.use(new Generator(settings.seed()));
    try (Allocator allocator = Allocator.create("rank " + context.rank(), Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind()) {
      return train(context);
    } finally {
      Generator.use(before);
    }
  }

  private TrainResult train(WorkerContext context) {
    List<EmbeddingTable> tables = trainable.tables();
    try (Trainable.Parts parts = trainable.open(settings, tables);
        Connection connection = Connection.open(context, parallel, parts.model(), null);
        Optimizer optimizer =
            connection
                .parallel()
                .optimizer(
                    leaves -> OptimizerChoice.of(settings, settings.learningRate(), leaves));
        ServerGroup group = tableServers.meet(context, connection.group())) {
      context.onAbort(group);
      return train(context, tables, parts, connection, optimizer, group);
    }
  }

  private TrainResult train(
      WorkerContext context,
      List<EmbeddingTable> tables,
      Trainable.Parts parts,
      Connection connection,
      Optimizer optimizer,
      ServerGroup group) {
    ServerStrategy strategy = new ServerStrategy(connection.strategy(), group.client(), tables);
    ClickObjective objective = (ClickObjective) parts.objective();
    Dataset some = SpreadSamples.of(parts.validation(), settings.evaluateSamples());
    Dataset training =
        servers.prefetch()
            ? new PrefetchedRows(parts.training(), trainable.byPlace(tables))
            : parts.training();
    int steps = settings.steps(parts.plan().stepsPerEpoch());
    TrainingTask task =
        new TrainingTask(
            parts.model(),
            optimizer,
            ScheduleChoice.of(settings, steps, settings.learningRate()),
            objective,
            training,
            parts.plan(),
            some,
            parts.unit());
    Reports reports = new Reports(context, steps, Wording.CLICKS);
    ServerUpkeep upkeep =
        new ServerUpkeep(
            group,
            tables,
            servers,
            steps,
            settings.checkpointEvery(),
            lost -> reports.tell(lost.toString()));
    TrainingCallback scored =
        new TrainingCallback() {
          @Override
          public void onEvaluate(long step, Evaluation evaluation) {
            reports.onEvaluate(step, objective.scored(evaluation, strategy));
          }

          @Override
          public void onCheckpoint(long step, String name) {
            reports.onCheckpoint(step, name);
          }
        };
    WeightHistograms histograms = new WeightHistograms(parts.model());
    Trainer trainer =
        new Trainer(task, setup().config(steps), strategy)
            .checkpoints(setup().policy(context))
            .listen(reports)
            .callback(upkeep)
            .callback(scored);
    if (output.histograms() && context.rank() == 0) {
      trainer.callback(histograms);
    }
    TrainingSummary summary = trainer.run();
    upkeep.begin(summary.resumedFrom());
    Evaluation validation = evaluate(parts, parts.validation(), objective, strategy);
    Dataset last = parts.test();
    Evaluation test = last == null ? null : evaluate(parts, last, objective, strategy);
    Exhibition exhibition =
        Exhibition.of(
            parts,
            last == null ? parts.validation() : last,
            output.samples(),
            strategy,
            Device.CPU);
    List<byte[]> lost = strategy.gather(lines(group.client().losses()));
    double[] wire = strategy.sum(group.client().bytesSent(), group.client().bytesReceived());
    List<String> notes = notes(group.client().accounts(), lost, wire, summary);
    group.leave();
    return new TrainResult(
        withoutScore(summary), null, validation, test, "", exhibition, histograms.seen(), notes);
  }

  /** The evaluation before the first step is told without the area, which was not kept. */
  private static TrainingSummary withoutScore(TrainingSummary summary) {
    return new TrainingSummary(
        summary.steps(),
        summary.resumedFrom(),
        summary.trainingLoss(),
        null,
        null,
        summary.samples(),
        summary.datasetSize(),
        summary.unitsPerSecond(),
        summary.dataWait(),
        summary.unit(),
        summary.seconds(),
        summary.checkpoint());
  }

  private static byte[] lines(List<LostUpdates> losses) {
    return losses.stream()
        .map(LostUpdates::toString)
        .collect(Collectors.joining("\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> notes(
      List<ServerAccount> accounts, List<byte[]> lost, double[] wire, TrainingSummary summary) {
    List<String> notes = new ArrayList<>();
    accounts.forEach(account -> notes.add(account.toString()));
    lost.forEach(each -> new String(each, StandardCharsets.UTF_8).lines().forEach(notes::add));
    long steps = Math.max(1, summary.steps() - summary.resumedFrom());
    notes.add(
        String.format(
            Locale.ROOT,
            "wire        %.1f MB to servers and %.1f MB from them, %.1f kB a step, all workers",
            wire[0] * 1e-6,
            wire[1] * 1e-6,
            (wire[0] + wire[1]) * 1e-3 / steps));
    return notes;
  }

  private Evaluation evaluate(
      Trainable.Parts parts, Dataset dataset, ClickObjective objective, ServerStrategy strategy) {
    Evaluation evaluation =
        new Evaluator(
                parts.model(),
                objective,
                dataset,
                setup().evaluationBatch(),
                LoaderOptions.DEFAULT,
                strategy)
            .evaluate();
    return objective.scored(evaluation, strategy);
  }

  private LoopSetup setup() {
    return new LoopSetup(settings, checkpoints, run);
  }
}
