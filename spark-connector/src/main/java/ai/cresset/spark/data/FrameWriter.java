package ai.cresset.spark.data;

import ai.cresset.data.arrow.Manifest;
import ai.cresset.error.CressetException;
import ai.cresset.error.DataException;
import ai.cresset.spark.data.MaterializedFrame.PartitionAccount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a DataFrame as a data set by an ordinary Spark job: one part for each partition, each
 * written by its task under a name of its own, put in place by the driver when all are there, the
 * manifest last.
 */
public final class FrameWriter {
  private static final Logger LOG = LoggerFactory.getLogger(FrameWriter.class);
  private static final String REQUEST = "cresset.request";
  private static final String ROWS_READ = "cresset.rows_read";

  private final Dataset<?> frame;
  private final List<ColumnRequest> columns;
  private final FrameWriterOptions options;

  public FrameWriter(Dataset<?> frame, List<ColumnRequest> columns, FrameWriterOptions options) {
    this.frame = frame;
    this.columns = List.copyOf(columns);
    this.options = options;
  }

  /**
   * Writes the data set, or finds it written before by an equal request.
   *
   * @param directory where, on any Hadoop file system that all executors reach
   * @throws DataException for data that does not fit, naming column, partition and row, and for a
   *     directory that holds something else
   */
  public MaterializedFrame write(String directory) {
    Path target = new Path(directory);
    Configuration hadoop = frame.sparkSession().sparkContext().hadoopConfiguration();
    try {
      DatasetDirectory place = new DatasetDirectory(target, DatasetFileSystem.of(target, hadoop));
      FrameScan scan = FrameScan.of(frame, columns, options.dropNulls());
      Optional<String> request = RequestFingerprint.of(scan, options, hadoop);
      Optional<Manifest> before = place.manifest();
      if (before.isPresent()) {
        Manifest manifest = before.get();
        if (request.isPresent() && request.get().equals(manifest.properties().get(REQUEST))) {
          place.checkParts(manifest);
          LOG.info("{} holds the data set already: {} rows", directory, manifest.rows());
          return new MaterializedFrame(directory, manifest, accounts(manifest), true);
        }
        if (!options.overwrite()) {
          throw DataException.because(
              directory
                  + " holds a data set of another request ("
                  + manifest.rows()
                  + " rows of "
                  + manifest.schema()
                  + "); name another directory, or allow to overwrite");
        }
      }
      return write(place, scan, request, hadoop);
    } catch (IOException e) {
      throw DataException.because("writing the data set " + directory + " failed: " + e, e);
    }
  }

  private MaterializedFrame write(
      DatasetDirectory place, FrameScan scan, Optional<String> request, Configuration hadoop)
      throws IOException {
    place.refuseForeignFiles();
    Path attempt = place.beginAttempt(UUID.randomUUID().toString());
    boolean done = false;
    try {
      List<PartTask.Written> written = run(scan, attempt, hadoop);
      Map<String, String> properties = new LinkedHashMap<>();
      request.ifPresent(text -> properties.put(REQUEST, text));
      properties.put(
          ROWS_READ,
          written.stream()
              .map(each -> Long.toString(each.read()))
              .collect(Collectors.joining(",")));
      Manifest manifest =
          Manifest.of(
              scan.schema(), written.stream().map(PartTask.Written::part).toList(), properties);
      place.commit(attempt, written.stream().map(PartTask.Written::file).toList(), manifest);
      done = true;
      return new MaterializedFrame(place.toString(), manifest, accounts(manifest), false);
    } finally {
      place.endAttempt(attempt, done);
    }
  }

  private List<PartTask.Written> run(FrameScan scan, Path attempt, Configuration hadoop) {
    PartTask task =
        new PartTask(
            scan.opener(), attempt.toString(), options, new SerializableConfiguration(hadoop));
    @SuppressWarnings("unchecked") // tasks see rows or batches through their opener only
    RDD<Object> partitions = (RDD<Object>) scan.partitions();
    try {
      List<PartTask.Written> written =
          new ArrayList<>(
              JavaRDD.fromRDD(partitions, partitions.elementClassTag())
                  .mapPartitionsWithIndex(task, false)
                  .collect());
      written.sort(Comparator.comparingInt(PartTask.Written::partition));
      return written;
    } catch (Exception e) { // Scala throws checked exceptions without saying so
      throw ours(e);
    }
  }

  /** The refusal of a task, without what Spark wraps around it. */
  private static RuntimeException ours(Exception thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof CressetException own) {
        return own;
      }
    }
    return thrown instanceof RuntimeException unchecked
        ? unchecked
        : DataException.because("writing the data set failed: " + thrown.getMessage(), thrown);
  }

  private static List<PartitionAccount> accounts(Manifest manifest) {
    long[] read =
        Arrays.stream(manifest.properties().getOrDefault(ROWS_READ, "").split(","))
            .filter(text -> !text.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    List<PartitionAccount> accounts = new ArrayList<>();
    for (int i = 0; i < manifest.parts().size(); i++) {
      long written = manifest.parts().get(i).rows();
      accounts.add(new PartitionAccount(read[i], written, read[i] - written));
    }
    return accounts;
  }
}
