package ai.cresset.jobs.feature;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.ClickLogRecipe;
import ai.cresset.metric.Auc;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/** Makes logs of clicks, and says how well they can be predicted. */
public record ClickLogs(ClickLogRecipe recipe) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Refuses a directory that is there, before Spark starts. */
  public void check(Configuration configuration) {
    Path path = new Path(recipe.path());
    try {
      if (path.getFileSystem(configuration).exists(path)) {
        throw ConfigException.value(
            "path",
            recipe.path(),
            "a directory that does not exist yet; remove it, or name another");
      }
    } catch (IOException e) {
      throw ConfigException.because("path: " + recipe.path() + " cannot be reached: " + e);
    }
  }

  /** Makes them; the account, several lines with a newline at the end. */
  public String run(SparkSession spark) {
    ClickTruth truth = new ClickTruth(recipe);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<Integer> files = new ArrayList<>();
    for (int file = 0; file < recipe.files(); file++) {
      files.add(file);
    }
    var numbers =
        context.parallelize(files, recipe.files()).flatMap(file -> numbers(file).iterator());
    spark
        .createDataset(
            numbers.map(number -> truth.draw(number).row()).rdd(), Encoders.bean(ClickRow.class))
        .select("click", "user", "item", "page", "hour", "price", "tags")
        .write()
        .parquet(recipe.path());
    double[] sums =
        numbers
            .mapPartitions(part -> List.of(sums(truth, part)).iterator())
            .reduce(ClickLogs::added);
    Auc attainable = new Auc();
    attainable.merge(sums);
    return String.format(
        Locale.ROOT,
        "rows        %,d in %s%nattainable auc %.4f%n",
        recipe.rows(),
        recipe.path(),
        attainable.value());
  }

  private LongStream range(int file) {
    long begin = recipe.rows() / recipe.files() * file;
    long end = file == recipe.files() - 1 ? recipe.rows() : begin + recipe.rows() / recipe.files();
    return LongStream.range(begin, end);
  }

  private Iterable<Long> numbers(int file) {
    return () -> range(file).iterator();
  }

  private static double[] sums(ClickTruth truth, Iterator<Long> numbers) {
    Auc auc = new Auc();
    while (numbers.hasNext()) {
      ClickTruth.Drawn drawn = truth.draw(numbers.next());
      auc.add(drawn.logit(), drawn.row().getClick() == 1);
    }
    return auc.sums();
  }

  private static double[] added(double[] one, double[] other) {
    double[] sums = one.clone();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other[i];
    }
    return sums;
  }
}
