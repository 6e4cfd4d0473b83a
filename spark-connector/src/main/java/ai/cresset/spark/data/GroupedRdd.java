package ai.cresset.spark.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import scala.collection.immutable.Nil$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The partitions of another RDD, dealt out to exactly as many groups as there are workers. Spark
 * refuses {@code coalesce} before a barrier stage, and {@code repartition} would shuffle all rows.
 * Parents read files or have their shuffles done: lineage is not declared, so lost shuffle files
 * are not made again.
 *
 * <p>Files are dealt by their bytes, the largest first; other partitions in turn.
 */
public final class GroupedRdd<T> extends RDD<PartitionRows<T>> {
  private static final long serialVersionUID = 1L;

  private final RDD<T> parent;
  private final Group[] groups;

  /** Partitions of the parent that one worker reads. */
  record Group(int index, List<Integer> numbers, List<Partition> members) implements Partition {
    @Override
    public int hashCode() {
      return index;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Group group && group.index == index;
    }
  }

  public GroupedRdd(RDD<T> parent, int workers) {
    super(parent.sparkContext(), noDependencies(), tag());
    this.parent = parent;
    this.groups = deal(parent.partitions(), workers);
  }

  @SuppressWarnings("unchecked") // an empty list is a list of anything
  private static Seq<Dependency<?>> noDependencies() {
    return (Seq<Dependency<?>>) (Seq<?>) Nil$.MODULE$;
  }

  @SuppressWarnings("unchecked") // Java has no class of a generic type
  private static <T> ClassTag<PartitionRows<T>> tag() {
    return (ClassTag<PartitionRows<T>>) (ClassTag<?>) ClassTag$.MODULE$.apply(PartitionRows.class);
  }

  private static Group[] deal(Partition[] partitions, int workers) {
    List<List<Integer>> dealt = new ArrayList<>();
    long[] load = new long[workers];
    for (int i = 0; i < workers; i++) {
      dealt.add(new ArrayList<>());
    }
    List<Integer> bySize =
        IntStream.range(0, partitions.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> -bytes(partitions[i])))
            .toList();
    for (int partition : bySize) {
      int least = 0;
      for (int i = 1; i < workers; i++) {
        least = load[i] < load[least] ? i : least;
      }
      dealt.get(least).add(partition);
      load[least] += bytes(partitions[partition]);
    }
    Group[] groups = new Group[workers];
    for (int i = 0; i < workers; i++) {
      List<Integer> numbers = dealt.get(i).stream().sorted().toList();
      groups[i] =
          new Group(
              i,
              new ArrayList<>(numbers),
              new ArrayList<>(numbers.stream().map(number -> partitions[number]).toList()));
    }
    return groups;
  }

  private static long bytes(Partition partition) {
    if (partition instanceof FilePartition files) {
      long bytes = 1;
      for (PartitionedFile file : files.files()) {
        bytes += file.length();
      }
      return bytes;
    }
    return 1;
  }

  @Override
  public Partition[] getPartitions() {
    return groups.clone();
  }

  @Override
  public scala.collection.Iterator<PartitionRows<T>> compute(Partition split, TaskContext task) {
    Group group = (Group) split;
    Iterator<Integer> members = IntStream.range(0, group.numbers().size()).iterator();
    return CollectionConverters.asScala(
        new Iterator<PartitionRows<T>>() {
          @Override
          public boolean hasNext() {
            return members.hasNext();
          }

          @Override
          public PartitionRows<T> next() {
            int member = members.next();
            return new PartitionRows<>(
                group.numbers().get(member),
                CollectionConverters.asJava(parent.iterator(group.members().get(member), task)));
          }
        });
  }
}
