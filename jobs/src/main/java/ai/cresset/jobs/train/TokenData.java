package ai.cresset.jobs.train;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.DataSettings;
import ai.cresset.jobs.text.TextCorpus;
import ai.cresset.jobs.text.TextSummary;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.jobs.text.TokenizerFile;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.spark.data.FrameWriter;
import ai.cresset.spark.data.FrameWriterOptions;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
record TokenData(
    String train, String validation, Tokenizer tokenizer, TextSummary summary, boolean reused) {
  /** The column of both data sets. */
  static final String COLUMN = "tokens";

  private static final String TOKENIZER = "tokenizer.json";
  private static final String SUMMARY = "summary.json";
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Reads the text of a recipe, or finds what an equal request left.
   *
   * @throws DataException if there is no text, if it is not UTF-8, or if a split stays empty
   */
  static TokenData prepare(
      SparkSession spark, DataSettings settings, Configuration configuration) {
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
          summary(cache.location() + "/" + SUMMARY, summary.get()),
          true);
    }
    try (TextCorpus corpus = TextCorpus.read(spark, settings)) {
      write(corpus.train(), train, fingerprint);
      write(corpus.validation(), validation, fingerprint);
      cache.write(TOKENIZER, TokenizerFile.write(corpus.tokenizer()));
      cache.write(SUMMARY, json(corpus.summary()));
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

  private static String json(TextSummary summary) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n";
    } catch (JacksonException e) {
      throw new IllegalStateException("a record of numbers has a JSON form", e);
    }
  }

  private static TextSummary summary(String name, String text) {
    try {
      return JSON.readValue(text, TextSummary.class);
    } catch (JacksonException e) {
      throw DataException.because(
          name + ": " + e.getOriginalMessage() + "; remove its directory", e);
    }
  }
}
