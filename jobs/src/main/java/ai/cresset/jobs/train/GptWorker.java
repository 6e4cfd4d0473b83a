package ai.cresset.jobs.train;

import ai.cresset.data.ArrowTokens;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.RandomOffsets;
import ai.cresset.data.TokenWindows;
import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.SampleSettings;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.memory.Allocator;
import ai.cresset.model.Gpt;
import ai.cresset.model.Sampling;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.optim.schedule.WarmUpCosine;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.random.Generator;
import ai.cresset.spark.checkpoint.HadoopCheckpointStore;
import ai.cresset.spark.data.HadoopPartSource;
import ai.cresset.spark.data.PartCache;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.Evaluation;
import ai.cresset.train.Evaluator;
import ai.cresset.train.Objective;
import ai.cresset.train.Resume;
import ai.cresset.train.Strategy;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainerConfig;
import ai.cresset.train.TrainingSummary;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * What each worker does: builds the model, opens the tokens where they lie, trains, and at the end
 * looks at all validation text.
 *
 * @param recipe the settings
 * @param model what to build
 * @param tokenizer for the sample
 * @param train the data set to train on, a directory with scheme
 * @param validation the data set to validate on
 * @param checkpoints where checkpoints are, with scheme
 * @param run the submission's own name
 */
record GptWorker(
    GptRecipe recipe,
    ModelFile model,
    Tokenizer tokenizer,
    String train,
    String validation,
    String checkpoints,
    String run)
    implements Worker<TrainResult> {
  private static final long PART_CACHE_BYTES = 1L << 40;
  private static final int EVALUATION_BATCHES = 4;

  @Override
  public TrainResult run(WorkerContext context) {
    String name = "rank " + context.rank();
    Generator before = Generator.use(new Generator(recipe.train().seed()));
    try (Allocator allocator = Allocator.create(name, Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind()) {
      return train(context);
    } finally {
      Generator.use(before);
    }
  }

  private TrainResult train(WorkerContext context) {
    int length = recipe.model().context();
    Device device =
        WorkerDevice.choose(
            recipe.train().device(),
            context.device(),
            context.rank(),
            !SparkEnv.get().executorId().equals(SparkContext.DRIVER_IDENTIFIER()));
    try (Gpt gpt = model.build(device);
        Optimizer optimizer = optimizer(gpt.namedParameters());
        Dataset training = TokenWindows.atEveryOffset(open(train), length);
        Dataset all = TokenWindows.consecutive(open(validation), length)) {
      Objective objective = batch -> gpt.loss(batch.inputs(), batch.targets());
      Dataset some = SpreadSamples.of(all, recipe.train().evaluateWindows());
      TrainingSummary summary;
      Evaluation evaluation;
      try (Connection connection = Connection.open(context, recipe.parallel())) {
        Strategy strategy = connection.strategy();
        TrainingTask task =
            new TrainingTask(
                gpt,
                optimizer,
                schedule(),
                objective,
                training,
                plan(training),
                some,
                TrainingTask.Unit.tokens(length));
        Reports reports = new Reports(context, recipe.train().steps());
        summary =
            new Trainer(task, config(), strategy)
                .checkpoints(policy(context))
                .listen(reports)
                .callback(reports)
                .run();
        Evaluation last = summary.lastEvaluation();
        evaluation =
            some == all && last != null
                ? last
                : new Evaluator(
                        gpt, objective, all, evaluationBatch(), LoaderOptions.DEFAULT, strategy)
                    .evaluate();
      }
      return new TrainResult(summary, evaluation, context.rank() == 0 ? sample(gpt) : "");
    }
  }

  private static ArrowTokens open(String directory) {
    Configuration configuration = SparkHadoopUtil.get().conf();
    Path local = Path.of(System.getProperty("java.io.tmpdir"), "cresset-parts");
    PartCache cache = new PartCache(local, PART_CACHE_BYTES);
    return ArrowTokens.open(
        new DatasetReader(HadoopPartSource.open(directory, configuration, cache)),
        TokenData.COLUMN);
  }

  private BatchPlan plan(Dataset training) {
    TrainSettings settings = recipe.train();
    return new BatchPlan(
        new RandomOffsets(training.size(), settings.seed()), settings.globalBatch(), true);
  }

  private Optimizer optimizer(Map<String, Parameter> parameters) {
    TrainSettings settings = recipe.train();
    List<ParameterGroup> groups = ParameterGroup.decayMatrices(parameters, settings.weightDecay());
    return switch (settings.optimizer()) {
      case ADAMW ->
          new AdamW(
              groups,
              Adam.Config.of(settings.learningRate())
                  .withBetas(settings.betas().get(0), settings.betas().get(1))
                  .withEpsilon(settings.epsilon()));
      case SGD -> new Sgd(groups, Sgd.Config.of(settings.learningRate()));
    };
  }

  /** A cosine that falls to where it began is constant. */
  private Schedule schedule() {
    TrainSettings settings = recipe.train();
    double end =
        switch (settings.schedule()) {
          case COSINE -> settings.minLearningRate();
          case CONSTANT -> settings.learningRate();
        };
    long fall = Math.max(settings.steps(), settings.warmupSteps() + 1L);
    return new WarmUpCosine(settings.warmupSteps(), fall, end);
  }

  private long evaluationBatch() {
    return (long) recipe.train().globalBatch() * EVALUATION_BATCHES;
  }

  private TrainerConfig config() {
    TrainSettings settings = recipe.train();
    return TrainerConfig.of(settings.steps())
        .withSeed(settings.seed())
        .withMaxGradientNorm(settings.clipNorm())
        .withEvaluation(settings.evaluateEvery(), evaluationBatch())
        .withReportEvery(settings.logEvery());
  }

  /** A later attempt goes on from what the earlier ones of the same run left. */
  private CheckpointPolicy policy(WorkerContext context) {
    TrainSettings settings = recipe.train();
    Resume resume =
        context.attempt() > 0
            ? Resume.AUTO
            : switch (settings.resume()) {
              case AUTO -> Resume.AUTO;
              case NEVER -> Resume.NEVER;
              case REQUIRE -> Resume.REQUIRE;
            };
    return new CheckpointPolicy(
        HadoopCheckpointStore.open(checkpoints, SparkHadoopUtil.get().conf()),
        run,
        context.attempt(),
        settings.checkpointEvery(),
        settings.keepCheckpoints(),
        resume,
        Map.of());
  }

  private String sample(Gpt gpt) {
    SampleSettings settings = recipe.sample();
    if (settings.tokens() == 0) {
      return "";
    }
    return new ModelText(gpt, tokenizer)
        .continueText(
            settings.prompt(),
            settings.tokens(),
            new Sampling(settings.temperature(), settings.topK()),
            new Generator(recipe.train().seed()));
  }
}
