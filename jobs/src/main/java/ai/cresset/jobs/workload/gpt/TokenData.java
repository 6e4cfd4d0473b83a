package ai.cresset.jobs.workload.gpt;

import ai.cresset.jobs.recipe.TextDataSettings;
import ai.cresset.jobs.text.TextCorpus;
import ai.cresset.jobs.text.TextSummary;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.jobs.text.TokenizerFile;
import ai.cresset.jobs.workload.StoredText;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.spark.data.FrameWriter;
import ai.cresset.spark.data.FrameWriterOptions;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A text as tokens in Arrow files, made once for all runs that ask for the same.
 *
 * @param train the data set to train on, a directory with scheme
 * @param validation the data set to validate on
 * @param tokenizer what made the tokens
 * @param summary the account of the text
 * @param reused whether an earlier run made them
 */
public record TokenData(
    String train, String validation, Tokenizer tokenizer, TextSummary summary, boolean reused) {
  /** The column of both data sets. */
  static final String COLUMN = "tokens";

  private static final String TOKENIZER = GptWorkload.TOKENIZER;
  private static final String SUMMARY = "summary.json";

  /**
   * Reads the text of a recipe, or finds what an equal request left.
   *
   * @throws ai.cresset.error.DataException if there is no text, if it is not UTF-8, or if a split
   *     stays empty
   */
  public static TokenData prepare(
      SparkSession spark, TextDataSettings settings, Configuration configuration) {
    String fingerprint = TextCorpus.fingerprint(spark, settings);
    StoredText cache =
        StoredText.in(settings.cacheDir(), configuration).child("tokens-" + fingerprint);
    String train = cache.child("train").location();
    String validation = cache.child("validation").location();
    Optional<String> summary = cache.read(SUMMARY); // written last
    Optional<String> tokenizer = cache.read(TOKENIZER);
    if (summary.isPresent() && tokenizer.isPresent()) {
      String file = cache.location() + "/" + TOKENIZER;
      return new TokenData(
          train,
          validation,
          TokenizerFile.read(file, tokenizer.get()),
          SummaryJson.read(TextSummary.class, cache.location() + "/" + SUMMARY, summary.get()),
          true);
    }
    try (TextCorpus corpus = TextCorpus.read(spark, settings)) {
      write(corpus.train(), train, fingerprint);
      write(corpus.validation(), validation, fingerprint);
      cache.write(TOKENIZER, TokenizerFile.write(corpus.tokenizer()));
      cache.write(SUMMARY, SummaryJson.write(corpus.summary()));
      return new TokenData(train, validation, corpus.tokenizer(), corpus.summary(), false);
    }
  }

  private static void write(Dataset<Row> frame, String directory, String fingerprint) {
    new FrameWriter(
            frame,
            List.of(ColumnRequest.variable(COLUMN)),
            FrameWriterOptions.defaults().withIdentity(fingerprint))
        .write(directory);
  }
}
