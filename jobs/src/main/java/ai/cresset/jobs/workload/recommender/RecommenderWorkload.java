package ai.cresset.jobs.workload.recommender;

import ai.cresset.error.DataException;
import ai.cresset.jobs.feature.ClickCorpus;
import ai.cresset.jobs.feature.ClickSummary;
import ai.cresset.jobs.feature.FittedFeature;
import ai.cresset.jobs.recipe.RecommenderRecipe;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.workload.CorpusSource;
import ai.cresset.jobs.workload.CorpusWorkload;
import ai.cresset.jobs.workload.SplitData;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.spark.data.ColumnRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A model of clicks. */
public record RecommenderWorkload(RecommenderRecipe recipe)
    implements CorpusWorkload<ClickSummary> {
  private static final String COMPANION = "features.json";

  @Override
  public CorpusSource<ClickSummary> source() {
    return new CorpusSource<>(
        "clicks",
        recipe.data().cacheDir(),
        ClickSummary.class,
        this::files,
        configuration -> ClickCorpus.describe(recipe.data(), files(configuration)),
        spark -> ClickCorpus.read(spark, recipe.data()),
        RecommenderWorkload::requests);
  }

  /** The Parquet files with sizes and times: what they hold changes with these. */
  private String files(Configuration configuration) {
    Path path = new Path(recipe.data().path());
    try {
      FileSystem system = path.getFileSystem(configuration);
      FileStatus[] found = system.exists(path) ? system.listStatus(path) : new FileStatus[0];
      String listed =
          Arrays.stream(found)
              .filter(file -> file.getPath().getName().endsWith(".parquet"))
              .map(file -> file.getPath() + " " + file.getLen() + " " + file.getModificationTime())
              .sorted()
              .collect(Collectors.joining("\n"));
      if (listed.isEmpty()) {
        throw DataException.because(
            "data.path: "
                + path
                + " has no Parquet files; name a directory with files that end in .parquet");
      }
      return listed;
    } catch (IOException e) {
      throw DataException.because("data.path: " + path + " cannot be read: " + e, e);
    }
  }

  @Override
  public Prepared prepared(SplitData<ClickSummary> data) {
    ClickSummary summary = data.summary();
    RecommenderModelFile model =
        new RecommenderModelFile(
            summary.numeric().size(), summary.features(), recipe.servers(), recipe.model());
    return data.prepared(
        CorpusWorkload.parts(
                "rows", summary.trainRows(), summary.validationRows(), summary.testRows())
            + ", "
            + (summary.numeric().size() + summary.features().size())
            + " columns",
        model,
        new Companion(
            COMPANION,
            SummaryJson.write(summary),
            "of other rows, features or another split of them; use the same data"),
        new RecommenderTrainable(
            model, data.part(Part.TRAIN), data.part(Part.VALIDATION), data.part(Part.TEST)));
  }

  private static List<ColumnRequest> requests(ClickSummary summary) {
    List<ColumnRequest> requests = new ArrayList<>();
    requests.add(ColumnRequest.of(ClickCorpus.LABEL));
    if (!summary.numeric().isEmpty()) {
      requests.add(ColumnRequest.fixed(ClickCorpus.NUMBERS, summary.numeric().size()));
    }
    for (FittedFeature feature : summary.features()) {
      requests.add(
          feature.many()
              ? ColumnRequest.variable(feature.place())
              : ColumnRequest.of(feature.place()));
    }
    return requests;
  }

  @Override
  public Wording wording() {
    return Wording.CLICKS;
  }
}
