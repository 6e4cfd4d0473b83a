package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.ImageRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.RecommenderRecipe;
import ai.cresset.jobs.recipe.SequenceRecipe;
import ai.cresset.jobs.recipe.TableRecipe;
import ai.cresset.parallel.launch.Launcher;
import ai.cresset.parallel.launch.Worker;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** What a kind of recipe adds to training: its data and its model. */
interface Workload {
  /** That of a recipe. */
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
        });
  }

  /** Refuses data and directories that need no Spark to be refused; changes nothing. */
  void check(Configuration configuration);

  /** Reads the data as training would; the account for people, a newline at the end. */
  String inspect(SparkSession spark);

  /** Turns the data into Arrow files, or finds those of an equal request. */
  Prepared prepare(SparkSession spark, Configuration configuration);

  /** How progress is told. */
  Wording wording();

  /**
   * What each worker does.
   *
   * @param run the submission's own name
   */
  default Worker<TrainResult> worker(
      Recipe recipe, Prepared prepared, RunDirectory directory, String run) {
    return new TrainWorker(
        recipe.train(),
        recipe.parallel(),
        recipe.output(),
        wording(),
        prepared.trainable(),
        directory.checkpointLocation(),
        directory.bestLocation(),
        run);
  }

  /** Slots that this kind needs beside those of the workers. */
  default int slotsBeside() {
    return 0;
  }

  /**
   * Starts what workers need that are about to start.
   *
   * @param worker what each of them does
   * @param launchers of one process each, which is started again if it is lost; by name
   */
  default Attendance attend(
      Worker<TrainResult> worker, Function<String, Launcher> launchers, Consumer<String> notices) {
    return () -> {};
  }

  /** What runs as long as the workers do. */
  interface Attendance extends AutoCloseable {
    /** Ends it, after the workers have ended. */
    @Override
    void close();
  }

  /**
   * What training begins with.
   *
   * @param announcement one line about the data
   * @param account the same at length, several lines without a newline at the end
   * @param model what to build
   * @param companion what else is needed to use the model
   * @param trainable what the workers train
   */
  record Prepared(
      String announcement,
      String account,
      ModelFile model,
      Companion companion,
      Trainable trainable) {}

  /**
   * A file beside the checkpoints without which the model cannot be used.
   *
   * @param name of the file
   * @param text its content
   * @param mismatch what to say of checkpoints that have another one
   */
  record Companion(String name, String text, String mismatch) {}
}
