package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.AudioRecipe;
import ai.cresset.jobs.recipe.GenerativeRecipe;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.ImageRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.RecommenderRecipe;
import ai.cresset.jobs.recipe.SequenceRecipe;
import ai.cresset.jobs.recipe.SeriesRecipe;
import ai.cresset.jobs.recipe.TableRecipe;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.jobs.workload.audio.AudioWorkload;
import ai.cresset.jobs.workload.generative.GenerativeWorkload;
import ai.cresset.jobs.workload.gpt.GptWorkload;
import ai.cresset.jobs.workload.image.ImageWorkload;
import ai.cresset.jobs.workload.recommender.RecommenderTrainable;
import ai.cresset.jobs.workload.recommender.RecommenderWorkload;
import ai.cresset.jobs.workload.sequence.SequenceWorkload;
import ai.cresset.jobs.workload.series.SeriesWorkload;
import ai.cresset.jobs.workload.table.TableWorkload;
import ai.cresset.parallel.launch.Launcher;
import ai.cresset.parallel.launch.Worker;
import java.util.function.Consumer;
import java.util.function.Function;

/** The workload of a recipe, and the loop that its workers run. */
final class WorkloadChoice {
  private WorkloadChoice() {}

  /** What the recipe trains on what. */
  static Workload of(Recipe recipe) {
    return recipe.choose(
        new Recipe.Cases<>() {
          @Override
          public Workload gpt(GptRecipe gpt) {
            return new GptWorkload(gpt);
          }

          @Override
          public Workload image(ImageRecipe image) {
            return new ImageWorkload(image);
          }

          @Override
          public Workload generative(GenerativeRecipe generative) {
            return new GenerativeWorkload(generative);
          }

          @Override
          public Workload sequence(SequenceRecipe sequence) {
            return new SequenceWorkload(sequence);
          }

          @Override
          public Workload table(TableRecipe table) {
            return new TableWorkload(table);
          }

          @Override
          public Workload recommender(RecommenderRecipe recommender) {
            return new RecommenderWorkload(recommender);
          }

          @Override
          public Workload series(SeriesRecipe series) {
            return new SeriesWorkload(series);
          }

          @Override
          public Workload audio(AudioRecipe audio) {
            return new AudioWorkload(audio);
          }
        });
  }

  /**
   * What each worker does.
   *
   * @param run the submission's own name
   */
  static Worker<TrainResult> worker(
      Recipe recipe,
      Workload workload,
      Workload.Prepared prepared,
      RunDirectory directory,
      String run) {
    if (recipe instanceof RecommenderRecipe recommender) {
      RecommenderTrainable trainable = (RecommenderTrainable) prepared.trainable();
      return new RecommenderWorker(
          recommender.train(),
          recommender.parallel(),
          recommender.output(),
          recommender.servers(),
          trainable,
          directory.checkpointLocation(),
          TableServers.of(recommender, trainable.file().tables(), directory.serverLocation()),
          run);
    }
    return new TrainWorker(
        recipe.train(),
        recipe.parallel(),
        recipe.output(),
        workload.wording(),
        prepared.trainable(),
        directory.checkpointLocation(),
        directory.bestLocation(),
        run);
  }

  /** Starts the processes that a worker of this kind needs beside it. */
  static TableServers.Attendance servers(
      Worker<TrainResult> worker, Function<String, Launcher> launchers, Consumer<String> notices) {
    return worker instanceof RecommenderWorker recommender
        ? recommender.tableServers().start(launchers, notices)
        : () -> {};
  }
}
