package ai.cresset.jobs.text;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.TextDataSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * A text as tokens, split into training and validation. The text is all documents one after the
 * other, ordered by file name and entry name; rows, ids and splits are the same however Spark cuts
 * the reading into tasks.
 *
 * <p>Both DataFrames have the columns {@code offset} (bigint, position of the first token in the
 * split's text), {@code document} (bigint), {@code part} (int), {@code path} (string) and {@code
 * tokens} (array of int, at least one, at most 1,048,576 characters' worth), in order of offset
 * without gaps.
 */
public final class TextCorpus implements AutoCloseable {
  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "tokens 1";

  private static final long TOKENS_PER_PARTITION = 1L << 21;

  private final JavaRDD<TextRecord> records;
  private final Dataset<Row> train;
  private final Dataset<Row> validation;
  private final Tokenizer tokenizer;
  private final TextSummary summary;

  private TextCorpus(
      JavaRDD<TextRecord> records,
      Dataset<Row> train,
      Dataset<Row> validation,
      Tokenizer tokenizer,
      TextSummary summary) {
    this.records = records;
    this.train = train;
    this.validation = validation;
    this.tokenizer = tokenizer;
    this.summary = summary;
  }

  /**
   * Reads the text of a recipe.
   *
   * @throws DataException if there is none, if it is not UTF-8, or if a split stays empty
   */
  public static TextCorpus read(SparkSession spark, TextDataSettings settings) {
    int partitions = 4 * spark.sparkContext().defaultParallelism();
    return read(spark, settings, partitions, Utf8Pieces.PIECE_CHARACTERS, TOKENS_PER_PARTITION);
  }

  /**
   * Names what {@link #read} would give: files, their sizes and times, and every setting that plays
   * a part.
   *
   * @throws DataException if there is nothing to read
   */
  public static String fingerprint(SparkSession spark, TextDataSettings settings) {
    NamePatterns include = new NamePatterns(settings.include(), settings.exclude());
    SourceListing listing =
        SourceListing.of(spark.sessionState().newHadoopConf(), settings.path(), include);
    StringBuilder request = new StringBuilder(FORMAT).append('\n').append(listing).append('\n');
    request.append(settings.include()).append(settings.exclude());
    request.append(settings.split()).append(' ').append(settings.splitSeed()).append(' ');
    request.append(settings.validationFraction()).append(' ').append(settings.tokenizer());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(request.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Refuses what needs no reading to be refused: no files, or none that holds anything.
   *
   * @throws DataException if there is nothing to read
   */
  public static void check(Configuration configuration, TextDataSettings settings) {
    NamePatterns include = new NamePatterns(settings.include(), settings.exclude());
    SourceListing listing = SourceListing.of(configuration, settings.path(), include);
    if (listing.files().stream().allMatch(file -> file.length() == 0)) {
      throw DataException.because(
          "data.path: '"
              + settings.path()
              + "' holds no text: "
              + (listing.files().size() == 1 ? "the file is" : "all its files are")
              + " empty; name a file with text");
    }
  }

  static TextCorpus read(
      SparkSession spark,
      TextDataSettings settings,
      int partitions,
      int pieceCharacters,
      long tokensPerPartition) {
    NamePatterns include = new NamePatterns(settings.include(), settings.exclude());
    SerializableConfiguration configuration =
        new SerializableConfiguration(spark.sessionState().newHadoopConf());
    SourceListing listing = SourceListing.of(configuration.value(), settings.path(), include);
    ArchiveEntries.Bounds bounds =
        new ArchiveEntries.Bounds(include, settings.maxEntries(), settings.maxEntryBytes());
    JavaRDD<TextRecord> records =
        new TextReader(listing.files(), bounds, configuration, pieceCharacters)
            .read(spark, partitions)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return new Builder(spark, settings, listing, records).build(tokensPerPartition);
    } catch (RuntimeException e) {
      records.unpersist();
      throw e;
    }
  }

  /** The training split. */
  public Dataset<Row> train() {
    return train;
  }

  /** The validation split. */
  public Dataset<Row> validation() {
    return validation;
  }

  /** What made the tokens. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The account. */
  public TextSummary summary() {
    return summary;
  }

  /** Lets Spark forget the decoded text; the DataFrames would read it anew. */
  @Override
  public void close() {
    records.unpersist();
  }

  private record Builder(
      SparkSession spark,
      TextDataSettings settings,
      SourceListing listing,
      JavaRDD<TextRecord> records) {

    TextCorpus build(long tokensPerPartition) {
      Tokenizer tokenizer =
          switch (settings.tokenizer()) {
            case BYTE -> new ByteTokenizer();
            case CHAR -> CharTokenizer.of(codePoints(records));
          };
      SortedMap<TextRecord.Key, Long> lengths = new TreeMap<>();
      long skippedEntries = collectLengths(tokenizer, lengths);
      SplitPlan plan =
          new SplitPlan(
              listing.files(),
              lengths,
              settings.split(),
              settings.splitSeed(),
              settings.validationFraction());
      TextSummary summary = summary(plan, skippedEntries);
      refuseEmpty(summary);
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      Broadcast<SplitPlan> planned = context.broadcast(plan);
      return new TextCorpus(
          records,
          rows(planned, tokenizer, false, plan.trainTokens(), tokensPerPartition),
          rows(planned, tokenizer, true, plan.validationTokens(), tokensPerPartition),
          tokenizer,
          summary);
    }

    private static BitSet codePoints(JavaRDD<TextRecord> records) {
      return records.treeAggregate(
          new BitSet(),
          (seen, record) -> {
            if (record instanceof TextRecord.Piece piece) {
              piece.text().codePoints().forEach(seen::set);
            }
            return seen;
          },
          (a, b) -> {
            a.or(b);
            return a;
          });
    }

    /** Fills in the tokens of each piece; returns how many archive entries were left out. */
    private long collectLengths(Tokenizer tokenizer, SortedMap<TextRecord.Key, Long> lengths) {
      long skippedEntries = 0;
      Set<Integer> read = new HashSet<>();
      List<Tuple2<TextRecord.Key, Long>> counts =
          records.map(record -> length(tokenizer, record)).collect();
      for (Tuple2<TextRecord.Key, Long> count : counts) {
        TextRecord.Key key = count._1();
        read.add(key.file());
        if (key.part() < 0) {
          skippedEntries += count._2();
        } else {
          lengths.put(key, count._2());
        }
      }
      for (int i = 0; i < listing.files().size(); i++) {
        if (!read.contains(i)) {
          throw DataException.because(
              listing.files().get(i).location() + ": Spark did not read it");
        }
      }
      return skippedEntries;
    }

    private static Tuple2<TextRecord.Key, Long> length(Tokenizer tokenizer, TextRecord record) {
      if (record instanceof TextRecord.Piece piece) {
        return new Tuple2<>(piece.key(), tokenizer.count(piece.text()));
      }
      TextRecord.SkippedEntries skipped = (TextRecord.SkippedEntries) record;
      return new Tuple2<>(new TextRecord.Key(skipped.file(), "", -1), (long) skipped.count());
    }

    private TextSummary summary(SplitPlan plan, long skippedEntries) {
      return new TextSummary(
          listing.files().size(),
          listing.files().stream().filter(SourceFile::isArchive).count(),
          listing.hiddenFiles(),
          listing.skippedFiles(),
          skippedEntries,
          plan.documents(),
          plan.emptyDocuments(),
          plan.trainTokens() + plan.validationTokens(),
          plan.trainDocuments(),
          plan.trainTokens(),
          plan.validationDocuments(),
          plan.validationTokens());
    }

    private void refuseEmpty(TextSummary summary) {
      String path = "data.path: '" + settings.path() + "' ";
      if (summary.tokens() == 0) {
        throw DataException.because(
            path
                + "holds no text: "
                + (summary.documents() == 0
                    ? "no archive entry matches "
                        + new NamePatterns(settings.include(), settings.exclude())
                    : "all of its " + summary.documents() + " documents are empty")
                + "; name a file with text");
      }
      if (summary.trainTokens() > 0 && summary.validationTokens() > 0) {
        return;
      }
      String empty = summary.trainTokens() == 0 ? "training" : "validation";
      throw DataException.because(
          path
              + "leaves nothing for "
              + empty
              + ": data.validation_fraction "
              + settings.validationFraction()
              + switch (settings.split()) {
                case POSITION -> " of " + summary.tokens() + " tokens; give more text";
                case DOCUMENT ->
                    " chose "
                        + summary.validationDocuments()
                        + " of "
                        + (summary.documents() - summary.emptyDocuments())
                        + " documents; set data.split=position, or another data.split_seed";
              });
    }

    private Dataset<Row> rows(
        Broadcast<SplitPlan> plan,
        Tokenizer tokenizer,
        boolean validation,
        long tokens,
        long tokensPerPartition) {
      List<SourceFile> files = new ArrayList<>(listing.files());
      JavaRDD<TokenRow> rows =
          records
              .flatMapToPair(record -> pairs(record, plan.value(), files, tokenizer, validation))
              .repartitionAndSortWithinPartitions(new OffsetPartitioner(tokens, tokensPerPartition))
              .values();
      return spark
          .createDataset(rows.rdd(), Encoders.bean(TokenRow.class))
          .select("offset", "document", "part", "path", "tokens");
    }

    private static Iterator<Tuple2<Long, TokenRow>> pairs(
        TextRecord record,
        SplitPlan plan,
        List<SourceFile> files,
        Tokenizer tokenizer,
        boolean validation) {
      List<Tuple2<Long, TokenRow>> rows = new ArrayList<>(1);
      if (record instanceof TextRecord.Piece piece) {
        for (SplitPlan.Run run : plan.runs(piece.key())) {
          if (run.validation() == validation) {
            TokenRow row = row(piece, run, files.get(piece.key().file()), tokenizer);
            rows.add(new Tuple2<>(row.getOffset(), row));
          }
        }
      }
      return rows.iterator();
    }

    private static TokenRow row(
        TextRecord.Piece piece, SplitPlan.Run run, SourceFile file, Tokenizer tokenizer) {
      int[] tokens = tokenizer.encode(piece.text());
      TokenRow row = new TokenRow();
      row.setOffset(run.offset());
      row.setDocument(run.document());
      row.setPart(piece.key().part());
      row.setPath(SplitPlan.name(file, piece.key()));
      row.setTokens(Arrays.copyOfRange(tokens, run.from(), run.to()));
      return row;
    }
  }
}
