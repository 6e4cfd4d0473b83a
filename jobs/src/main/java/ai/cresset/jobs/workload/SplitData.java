package ai.cresset.jobs.workload;

import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.spark.data.FrameWriter;
import ai.cresset.spark.data.FrameWriterOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Samples in three parts as Arrow files, made once for all runs that ask for the same.
 *
 * @param directory where the parts are, with scheme
 * @param summary the account of the data
 * @param reused whether an earlier run made them
 */
public record SplitData<S extends Record>(String directory, S summary, boolean reused) {
  private static final String SUMMARY = "summary.json";

  /** Where a part is, with scheme. */
  public String part(Part part) {
    return directory + "/" + name(part);
  }

  private static String name(Part part) {
    return part.name().toLowerCase(Locale.ROOT);
  }

  /**
   * What makes samples.
   *
   * @param summary the account
   * @param columns which columns are kept
   * @param frame the samples of a part
   */
  public record Source<S extends Record>(
      Supplier<S> summary,
      Function<S, List<ColumnRequest>> columns,
      Function<Part, Dataset<Row>> frame) {}

  /**
   * The samples of a request: those that an equal one left, or made now.
   *
   * @param directory where caches are
   * @param make writes them to their cache
   */
  public static <S extends Record> SplitData<S> of(
      StoredText directory,
      String kind,
      String request,
      Class<S> type,
      Function<StoredText, SplitData<S>> make) {
    StoredText cache = directory.child(kind + "-" + fingerprint(request));
    return stored(cache, type).orElseGet(() -> make.apply(cache));
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
  private static <S extends Record> Optional<SplitData<S>> stored(StoredText cache, Class<S> type) {
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
  public static <S extends Record> SplitData<S> write(StoredText cache, Source<S> source) {
    S summary = source.summary().get();
    for (Part part : Part.values()) {
      new FrameWriter(
              source.frame().apply(part),
              source.columns().apply(summary),
              FrameWriterOptions.defaults().withIdentity(cache.location() + " " + name(part)))
          .write(cache.child(name(part)).location());
    }
    cache.write(SUMMARY, SummaryJson.write(summary));
    return new SplitData<>(cache.location(), summary, false);
  }
}
