package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.AudioRecipe;
import ai.cresset.jobs.recipe.GenerativeRecipe;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.ImageRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.jobs.recipe.RecommenderRecipe;
import ai.cresset.jobs.recipe.SequenceRecipe;
import ai.cresset.jobs.recipe.SeriesRecipe;
import ai.cresset.jobs.recipe.TableRecipe;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.jobs.workload.audio.AudioModelFile;
import ai.cresset.jobs.workload.audio.AudioWorkload;
import ai.cresset.jobs.workload.generative.GenerativeModelFile;
import ai.cresset.jobs.workload.generative.GenerativeWorkload;
import ai.cresset.jobs.workload.gpt.GptFile;
import ai.cresset.jobs.workload.gpt.GptWorkload;
import ai.cresset.jobs.workload.image.ImageModelFile;
import ai.cresset.jobs.workload.image.ImageWorkload;
import ai.cresset.jobs.workload.recommender.RecommenderModelFile;
import ai.cresset.jobs.workload.recommender.RecommenderTrainable;
import ai.cresset.jobs.workload.recommender.RecommenderWorkload;
import ai.cresset.jobs.workload.sequence.SequenceModelFile;
import ai.cresset.jobs.workload.sequence.SequenceWorkload;
import ai.cresset.jobs.workload.series.SeriesModelFile;
import ai.cresset.jobs.workload.series.SeriesWorkload;
import ai.cresset.jobs.workload.table.TableModelFile;
import ai.cresset.jobs.workload.table.TableWorkload;
import ai.cresset.parallel.launch.Launcher;
import ai.cresset.parallel.launch.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** What belongs to each kind of recipe, and the loop that its workers run. */
final class WorkloadChoice {
  private WorkloadChoice() {}

  /**
   * A kind of recipe.
   *
   * @param recipe the record of all settings
   * @param workload what such a recipe trains on what
   * @param model what is stored of its model
   */
  private record Kind<R extends Recipe>(
      Class<R> recipe, Function<R, Workload> workload, Class<? extends ModelFile> model) {
    Workload workloadOf(Recipe recipe) {
      return workload.apply(recipe().cast(recipe));
    }
  }

  private static Kind<?> kind(RecipeKind kind) {
    return switch (kind) {
      case GPT -> new Kind<>(GptRecipe.class, GptWorkload::new, GptFile.class);
      case IMAGE -> new Kind<>(ImageRecipe.class, ImageWorkload::new, ImageModelFile.class);
      case GENERATIVE ->
          new Kind<>(GenerativeRecipe.class, GenerativeWorkload::new, GenerativeModelFile.class);
      case SEQUENCE ->
          new Kind<>(SequenceRecipe.class, SequenceWorkload::new, SequenceModelFile.class);
      case TABLE -> new Kind<>(TableRecipe.class, TableWorkload::new, TableModelFile.class);
      case RECOMMENDER ->
          new Kind<>(RecommenderRecipe.class, RecommenderWorkload::new, RecommenderModelFile.class);
      case SERIES -> new Kind<>(SeriesRecipe.class, SeriesWorkload::new, SeriesModelFile.class);
      case AUDIO -> new Kind<>(AudioRecipe.class, AudioWorkload::new, AudioModelFile.class);
    };
  }

  /** What the recipe trains on what. */
  static Workload of(Recipe recipe) {
    return kind(recipe.recipe()).workloadOf(recipe);
  }

  /** What is stored of models, of all kinds. */
  static List<Class<?>> modelFiles() {
    List<Class<?>> files = new ArrayList<>();
    for (RecipeKind each : RecipeKind.values()) {
      files.add(kind(each).model());
    }
    return files;
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
