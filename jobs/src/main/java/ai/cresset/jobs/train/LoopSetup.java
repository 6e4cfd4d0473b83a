package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.spark.checkpoint.HadoopCheckpointStore;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.Resume;
import ai.cresset.train.TrainerConfig;
import java.util.Map;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * What the training loop of a worker is told, of whatever kind.
 *
 * @param settings the recipe's section {@code train}
 * @param checkpoints where checkpoints are, with scheme
 * @param run the submission's own name
 */
record LoopSetup(TrainSettings settings, String checkpoints, String run) {
  private static final int EVALUATION_BATCHES = 4;

  /** Samples of a batch that is only looked at. */
  long evaluationBatch() {
    return (long) settings.globalBatch() * EVALUATION_BATCHES;
  }

  TrainerConfig config(int steps) {
    return TrainerConfig.of(steps)
        .withSeed(settings.seed())
        .withMaxGradientNorm(settings.clipNorm())
        .withEvaluation(settings.evaluateEvery(), evaluationBatch())
        .withReportEvery(settings.logEvery())
        .withLoader(TrainWorker.loader(settings, settings.microBatch()));
  }

  /** A later attempt goes on from what the earlier ones of the same run left. */
  CheckpointPolicy policy(WorkerContext context) {
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
}
