package ai.cresset.spark.launch;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which task is which rank. Ranks are ordered by the address of their executor, so that neighbours
 * in a ring share a machine where they can, whatever order Spark placed the tasks in.
 *
 * @param tasks the partition of each rank
 */
record RankPlacement(List<Integer> tasks) implements Serializable {
  RankPlacement {
    tasks = List.copyOf(tasks);
  }

  /** Ranks equal partitions: where data is bound to partitions. */
  static RankPlacement identity(int worldSize) {
    return new RankPlacement(IntStream.range(0, worldSize).boxed().toList());
  }

  /**
   * Ranks by address.
   *
   * @param addresses {@code host:port} of each task's executor, by partition
   */
  static RankPlacement byAddress(String[] addresses) {
    Comparator<Integer> byHost = Comparator.comparing(task -> host(addresses[task]));
    return new RankPlacement(
        IntStream.range(0, addresses.length)
            .boxed()
            .sorted(
                byHost
                    .thenComparing(task -> port(addresses[task]))
                    .thenComparing(Comparator.naturalOrder()))
            .toList());
  }

  private static String host(String address) {
    int colon = address.lastIndexOf(':');
    return colon < 0 ? address : address.substring(0, colon);
  }

  private static Integer port(String address) {
    String port = address.substring(address.lastIndexOf(':') + 1);
    return port.matches("\\d{1,9}") ? Integer.valueOf(port) : Integer.valueOf(0);
  }

  /** The rank of the task of this partition. */
  int rankOf(int partition) {
    return tasks.indexOf(partition);
  }

  /** What the tasks gave, by partition, put in order of rank. */
  List<String> inRankOrder(String[] byPartition) {
    return tasks.stream().map(Arrays.asList(byPartition)::get).toList();
  }
}
