package ai.cresset.jobs.workload;

import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.split.SplitCorpus;
import ai.cresset.jobs.split.SplitSummary;
import ai.cresset.spark.data.FrameWriter;
import ai.cresset.spark.data.FrameWriterOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Samples in three parts as Arrow files, made once for all runs that ask for the same.
 *
 * @param directory where the parts are, with scheme
 * @param summary the account of the data
 * @param reused whether an earlier run made them
 */
public record SplitData<S extends Record & SplitSummary>(
    String directory, S summary, boolean reused) {
  private static final String SUMMARY = "summary.json";

  /** Where a part is, with scheme. */
  public String part(Part part) {
    return directory + "/" + name(part);
  }

  private static String name(Part part) {
    return part.name().toLowerCase(Locale.ROOT);
  }

  /** The samples of a source: those that an equal request left, or made now. */
  static <S extends Record & SplitSummary> SplitData<S> of(
      CorpusSource<S> source, SparkSession spark, Configuration configuration) {
    String name = source.kind() + "-" + fingerprint(source.request().apply(configuration));
    StoredText cache = source.caches(configuration).child(name);
    return stored(cache, source.type()).orElseGet(() -> write(cache, source, spark));
  }

  private static String fingerprint(String request) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Finds what an equal request left; empty if there is nothing. */
  private static <S extends Record & SplitSummary> Optional<SplitData<S>> stored(
      StoredText cache, Class<S> type) {
    return cache
        .read(SUMMARY) // written last
        .map(
            text ->
                new SplitData<>(
                    cache.location(),
                    SummaryJson.read(type, cache.location() + "/" + SUMMARY, text),
                    true));
  }

  /** Writes all parts. */
  private static <S extends Record & SplitSummary> SplitData<S> write(
      StoredText cache, CorpusSource<S> source, SparkSession spark) {
    try (SplitCorpus<S> corpus = source.open().apply(spark)) {
      S summary = corpus.summary();
      for (Part part : Part.values()) {
        new FrameWriter(
                corpus.frame(part),
                source.columns().apply(summary),
                FrameWriterOptions.defaults().withIdentity(cache.location() + " " + name(part)))
            .write(cache.child(name(part)).location());
      }
      cache.write(SUMMARY, SummaryJson.write(summary));
      return new SplitData<>(cache.location(), summary, false);
    }
  }

  /**
   * What training begins with.
   *
   * @param announcement what to say of the samples, besides where they come from and what was left
   *     out
   */
  public Workload.Prepared prepared(
      String announcement, ModelFile model, Workload.Companion companion, Trainable trainable) {
    return new Workload.Prepared(
        SplitSummary.with(announcement + (reused ? Workload.REUSED : ""), summary.leftOut()),
        summary.describe(),
        model,
        companion,
        trainable);
  }
}
