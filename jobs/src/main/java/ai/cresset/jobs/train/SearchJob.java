package ai.cresset.jobs.train;

import ai.cresset.error.ConfigException;
import ai.cresset.error.CressetException;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.SearchRecipe;
import ai.cresset.jobs.recipe.SearchSpace;
import ai.cresset.jobs.workload.LossChoice;
import ai.cresset.jobs.workload.StoredText;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.train.Evaluation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Trains a recipe with the settings of a search, one after the other, and writes what was best:
 * {@code trials.csv} and {@code best.yaml}. A trial that fails, by settings that do not fit or by a
 * loss that is no longer finite, is told in the table and the search goes on.
 */
public final class SearchJob {
  private static final String BEST = "best.yaml";
  private static final String TABLE = "trials.csv";

  private final SearchRecipe search;
  private final Path file;
  private final List<List<String>> trials;
  private final int columns;

  /**
   * A search.
   *
   * @param file which it was read from; the recipe is named relative to it
   * @param columns of the terminal; 0 if there is none
   */
  public SearchJob(SearchRecipe search, Path file, int columns) {
    this.search = search;
    this.file = file;
    this.trials = new SearchSpace(search).trials();
    this.columns = columns;
  }

  /**
   * A trial that ended.
   *
   * @param settings its own
   * @param validation what it came to; null if it failed
   * @param problem why it failed; empty if it did not
   */
  private record Trial(
      List<String> settings, Wording wording, @Nullable Evaluation validation, String problem) {
    boolean isBetter(@Nullable Trial other) {
      Evaluation mine = validation;
      Evaluation theirs = other == null ? null : other.validation();
      return mine != null && (theirs == null || wording.score().isBetter(mine, theirs));
    }

    String figures() {
      Evaluation known = validation;
      return known == null ? "failed: " + problem : wording.figures(known);
    }

    String line() {
      Evaluation known = validation;
      String figures = known == null ? ",," : known.loss() + "," + wording.score().of(known) + ",";
      return "\"" + String.join(" ", settings) + "\"," + figures + "\"" + quoted(problem) + "\"";
    }

    private static String quoted(String text) {
      return text.replace("\"", "'").replace("\n", " ");
    }
  }

  /** Refuses what needs no Spark to be refused; changes nothing. */
  public void check(Configuration configuration) {
    StoredText.in(search.dir(), configuration).checkWritable("dir");
    Recipe first = recipe(0);
    WorkloadChoice.of(first).check(configuration);
    LossChoice.check(first.train());
    OptimizerChoice.check(first.train());
  }

  /** The workers that a trial needs. */
  public Recipe first() {
    return recipe(0);
  }

  private Recipe recipe(int trial) {
    List<String> overrides = new ArrayList<>(search.overrides());
    overrides.addAll(trials.get(trial));
    overrides.add(String.format(Locale.ROOT, "output.dir=%s/trial-%03d", search.dir(), trial + 1));
    return Recipe.read(file.toAbsolutePath().resolveSibling(search.recipe()), overrides);
  }

  /** Runs all trials and prints the table. */
  public void run(SparkSession spark, PrintWriter out) {
    StoredText directory = StoredText.in(search.dir(), spark.sessionState().newHadoopConf());
    List<String> lines = new ArrayList<>(List.of("trial,settings,loss,score,problem"));
    List<Trial> done = new ArrayList<>();
    int best = -1;
    for (int i = 0; i < trials.size(); i++) {
      out.printf("trial %d of %d: %s%n", i + 1, trials.size(), String.join(" ", trials.get(i)));
      out.flush();
      Trial trial = train(i, spark, out);
      done.add(trial);
      lines.add((i + 1) + "," + trial.line());
      directory.write(TABLE, String.join("\n", lines) + "\n");
      if (trial.isBetter(best < 0 ? null : done.get(best))) {
        best = i;
        directory.write(BEST, recipe(i).toYaml());
      }
    }
    print(done, best, directory, out);
    if (best < 0) {
      throw ConfigException.because(
          "all " + trials.size() + " trials failed; see " + directory.location() + "/" + TABLE);
    }
  }

  private Trial train(int number, SparkSession spark, PrintWriter out) {
    List<String> settings = trials.get(number);
    try {
      Recipe recipe = recipe(number);
      TrainJob.check(recipe, spark.sessionState().newHadoopConf());
      TrainResult result = new TrainJob(spark, recipe, out, columns).train();
      return new Trial(settings, WorkloadChoice.of(recipe).wording(), result.validation(), "");
    } catch (CressetException e) {
      out.println("trial " + (number + 1) + " failed: " + e.getMessage());
      return new Trial(settings, Wording.TEXT, null, String.valueOf(e.getMessage()));
    }
  }

  private static void print(List<Trial> done, int best, StoredText directory, PrintWriter out) {
    out.println();
    for (int i = 0; i < done.size(); i++) {
      Trial trial = done.get(i);
      out.printf(
          "%s %3d  %s  %s%n",
          i == best ? "*" : " ", i + 1, String.join(" ", trial.settings()), trial.figures());
    }
    if (best >= 0) {
      out.println("best trial " + (best + 1) + ": " + done.get(best).figures());
      out.println("its recipe  " + directory.location() + "/" + BEST);
    }
    out.flush();
  }
}
