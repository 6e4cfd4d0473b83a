package ai.cresset.jobs.split;

import ai.cresset.error.DataException;
import ai.cresset.jobs.split.ClassSplit.Part;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The files of a listing, decoded once, in the tasks that read them, and kept by Spark until this
 * is closed. The driver knows of each what it needs to divide them.
 */
public final class DecodedFiles<F extends DecodedFiles.Decoded> implements AutoCloseable {
  /** Problems that accounts tell. */
  private static final int MOST_PROBLEMS = 10;

  /** What became of a file. */
  public interface Decoded extends Serializable {
    /** Among all files of the listing, from 0. */
    int place();

    /** What is wrong with the file; empty if nothing is. */
    String problem();
  }

  private final JavaRDD<F> decoded;
  private final List<F> usable = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private DecodedFiles(JavaRDD<F> decoded) {
    this.decoded = decoded;
  }

  /** The places of a listing's files by their paths, for all tasks. */
  public static Broadcast<Map<String, Integer>> places(
      JavaSparkContext spark, List<LabelledFile> files) {
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < files.size(); place++) {
      places.put(files.get(place).path(), place);
    }
    return spark.broadcast(places);
  }

  /**
   * Decodes all files.
   *
   * @param withoutContent what the driver gets of a file
   * @param known problems of files that need no decoding to be seen
   * @param skips whether files that cannot be used are left out
   * @throws DataException that says what is wrong with a file, unless it may be left out
   */
  public static <F extends Decoded> DecodedFiles<F> keep(
      JavaRDD<F> decoded, Function<F, F> withoutContent, List<String> known, boolean skips) {
    DecodedFiles<F> files = new DecodedFiles<>(decoded);
    files.problems.addAll(known);
    decoded.persist(StorageLevel.MEMORY_AND_DISK());
    boolean done = false;
    try {
      List<F> found =
          decoded.map(withoutContent).collect().stream()
              .sorted(Comparator.comparingInt(Decoded::place))
              .toList();
      for (F each : found) {
        if (each.problem().isEmpty()) {
          files.usable.add(each);
        } else if (skips) {
          files.problems.add(each.problem());
        } else {
          throw DataException.because(
              each.problem() + " (or set data.invalid=skip, which leaves such files out)");
        }
      }
      done = true;
      return files;
    } finally {
      if (!done) {
        files.close();
      }
    }
  }

  /** Files that can be used, in order, without their content. */
  public List<F> usable() {
    return List.copyOf(usable);
  }

  /** Places of the same. */
  public List<Integer> usablePlaces() {
    return usable.stream().map(Decoded::place).toList();
  }

  /** How many files cannot be used. */
  public int numProblems() {
    return problems.size();
  }

  /** What is wrong with the first of them. */
  public List<String> problems() {
    return List.copyOf(problems.subList(0, Math.min(MOST_PROBLEMS, problems.size())));
  }

  /** The files of a part. */
  public JavaRDD<F> of(FileSplit split, Part part) {
    Broadcast<FileSplit> parts =
        JavaSparkContext.fromSparkContext(decoded.context()).broadcast(split);
    return decoded.filter(each -> parts.value().isOf(part, each.place()));
  }

  /** The same in order. */
  public JavaRDD<F> inOrder(FileSplit split, Part part) {
    return of(split, part).mapToPair(each -> new Tuple2<>(each.place(), each)).sortByKey().values();
  }

  /** Lets Spark forget the files. */
  @Override
  public void close() {
    decoded.unpersist();
  }
}
