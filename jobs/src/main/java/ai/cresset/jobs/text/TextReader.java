package ai.cresset.jobs.text;

import ai.cresset.error.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads files and archives in Spark tasks. Plain files are streamed, so their size does not matter;
 * archives come through Spark's binary file source and are unpacked in a task.
 */
final class TextReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<SourceFile> files;
  private final ArchiveEntries.Bounds bounds;
  private final SerializableConfiguration configuration;
  private final int pieceCharacters;

  TextReader(
      List<SourceFile> files,
      ArchiveEntries.Bounds bounds,
      SerializableConfiguration configuration,
      int pieceCharacters) {
    this.files = new ArrayList<>(files);
    this.bounds = bounds;
    this.configuration = configuration;
    this.pieceCharacters = pieceCharacters;
  }

  /** All records of all files, in no particular order. */
  JavaRDD<TextRecord> read(SparkSession spark, int partitions) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<Integer> plain = new ArrayList<>();
    Map<String, Integer> archives = new HashMap<>();
    for (int i = 0; i < files.size(); i++) {
      SourceFile file = files.get(i);
      if (!file.isArchive()) {
        plain.add(i);
      } else if (file.length() > Integer.MAX_VALUE - 8) {
        throw DataException.because(
            file.location() + ": archives of 2 GiB and more cannot be read; unpack it");
      } else {
        archives.put(file.location(), i);
      }
    }
    JavaRDD<TextRecord> records = context.emptyRDD();
    if (!plain.isEmpty()) {
      records =
          records.union(
              context
                  .parallelize(plain, Math.min(plain.size(), partitions))
                  .flatMap(this::plainFile));
    }
    if (!archives.isEmpty()) {
      String[] locations =
          archives.keySet().stream().sorted().map(TextReader::literal).toArray(String[]::new);
      records =
          records.union(
              spark
                  .read()
                  .format("binaryFile")
                  .load(locations)
                  .select("path", "content")
                  .javaRDD()
                  .flatMap(row -> archive(archives, row)));
    }
    return records;
  }

  private Iterator<TextRecord> plainFile(int index) {
    SourceFile file = files.get(index);
    Path path = new Path(file.location());
    try {
      InputStream stream = path.getFileSystem(configuration.value()).open(path);
      TaskContext.get()
          .addTaskCompletionListener(
              task -> {
                try {
                  stream.close();
                } catch (IOException e) {
                  // Only read from: there is nothing to lose.
                }
              });
      return new Utf8Pieces(file.location(), index, "", stream, pieceCharacters);
    } catch (IOException e) {
      throw DataException.because(file.location() + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private Iterator<TextRecord> archive(Map<String, Integer> archives, Row row) {
    Integer index = archives.get(row.getString(0));
    if (index == null) {
      throw DataException.because(row.getString(0) + ": was not there when the files were listed");
    }
    return new ArchiveEntries(
        files.get(index), index, row.<byte[]>getAs(1), bounds, pieceCharacters);
  }

  /** Spark takes paths as globs. */
  private static String literal(String path) {
    return path.replaceAll("([{}\\[\\]*?\\\\])", "\\\\$1");
  }
}
