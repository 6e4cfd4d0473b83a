package ai.cresset.tests.cluster;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.data.ArrowDataset;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.memory.Allocator;
import ai.cresset.model.Mlp;
import ai.cresset.nn.Module;
import ai.cresset.nn.functional.Losses;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.schedule.WarmUpCosine;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.data.DataParallelOptions;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.strategy.DataParallelStrategy;
import ai.cresset.random.Generator;
import ai.cresset.spark.checkpoint.HadoopCheckpointStore;
import ai.cresset.spark.data.HadoopPartSource;
import ai.cresset.spark.data.PartCache;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.Resume;
import ai.cresset.train.Strategy;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainerConfig;
import ai.cresset.train.TrainingSummary;
import ai.cresset.train.TrainingTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;

/**
 * Supervised training on the rows of a DataFrame as a user's own program does it: the frame was
 * written as a data set, and each worker fits columns {@code x} to column {@code y}.
 *
 * @param dataset where {@code FrameWriter} wrote it
 * @param features elements of {@code x}
 * @param batch rows of a step, over all workers
 * @param epochs how often each row is used
 * @param checkpoints where they go; null for none
 */
record RegressionWorker(
    String dataset, int features, int batch, int epochs, @Nullable String checkpoints)
    implements Worker<TrainingSummary> {
  private static final long SEED = 7;

  @Override
  public TrainingSummary run(WorkerContext context) {
    Generator before = Generator.use(new Generator(SEED));
    try (Allocator allocator = Allocator.create("rank " + context.rank(), Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind();
        Dataset rows = open();
        Module model = new Mlp(features, 8, 1);
        Optimizer optimizer =
            new AdamW(ParameterGroup.single(model.namedParameters()), Adam.Config.of(0.01));
        ProcessGroup group = context.connect(CommOptions.defaults());
        Strategy strategy = new DataParallelStrategy(group, DataParallelOptions.DEFAULT)) {
      BatchPlan plan = new BatchPlan(new ShuffledSampler(rows.size(), SEED), batch, false);
      long steps = epochs * plan.stepsPerEpoch();
      TrainingTask task =
          new TrainingTask(
              model,
              optimizer,
              new WarmUpCosine(0, steps, 0.001),
              each ->
                  Losses.mseLoss(
                      ((Mlp) model).call(each.get("x")), each.get("y").reshape(each.size(), 1)),
              rows,
              plan,
              null,
              TrainingTask.Unit.SAMPLES);
      Trainer trainer = new Trainer(task, TrainerConfig.of(steps), strategy);
      if (checkpoints != null) {
        CheckpointStore store =
            HadoopCheckpointStore.open(checkpoints, SparkHadoopUtil.get().conf());
        trainer.checkpoints(
            new CheckpointPolicy(store, dataset, context.attempt(), 10, 2, Resume.AUTO, Map.of()));
      }
      return trainer.run();
    } finally {
      Generator.use(before);
    }
  }

  private Dataset open() {
    Configuration configuration = SparkHadoopUtil.get().conf();
    Path parts = Path.of(System.getProperty("java.io.tmpdir"), "cresset-test-parts");
    return new ArrowDataset(
        new DatasetReader(
            HadoopPartSource.open(dataset, configuration, new PartCache(parts, 1L << 32))),
        List.of("x", "y"));
  }
}
