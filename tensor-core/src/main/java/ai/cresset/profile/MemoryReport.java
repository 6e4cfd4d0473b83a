package ai.cresset.profile;

import ai.cresset.memory.AllocationSite;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.MemoryStatistics;
import java.util.List;
import java.util.Locale;

/** What an allocator holds, as text ({@code torch.cuda.memory_summary}). */
public final class MemoryReport {
  private MemoryReport() {}

  /** The statistics of this thread's allocator. */
  public static String summary() {
    return summary(Allocator.current().statistics());
  }

  /** Statistics, one a line. */
  public static String summary(MemoryStatistics statistics) {
    StringBuilder text = new StringBuilder();
    line(text, "allocated", ProfileTable.bytes(statistics.liveBytes()));
    line(text, "peak", ProfileTable.bytes(statistics.peakBytes()));
    line(text, "reserved", ProfileTable.bytes(statistics.reservedBytes()));
    line(text, "cached", ProfileTable.bytes(statistics.cachedBytes()));
    line(text, "live storages", count(statistics.liveStorages()));
    line(text, "allocations", count(statistics.allocations()));
    line(text, "allocated in all", ProfileTable.bytes(statistics.allocatedBytes()));
    line(text, "system allocations", count(statistics.systemAllocations()));
    return text.toString();
  }

  /**
   * The places whose storages hold most of this thread's allocator, with their call stacks.
   *
   * @param most places to list
   * @throws ai.cresset.error.LifetimeException without {@code -Dcresset.leaks=on}
   */
  public static String liveSites(int most) {
    List<AllocationSite> sites = Allocator.current().liveSites();
    StringBuilder text = new StringBuilder();
    for (AllocationSite site : sites.subList(0, Math.min(most, sites.size()))) {
      text.append(ProfileTable.bytes(site.bytes()))
          .append(" in ")
          .append(site.storages())
          .append(" storages\n    ")
          .append(site.frames())
          .append('\n');
    }
    if (sites.size() > most) {
      text.append("and ").append(sites.size() - most).append(" more places\n");
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-20s %12s%n", name, value));
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
