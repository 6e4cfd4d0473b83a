package ai.cresset.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.AllocationSite;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.MemoryStatistics;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class MemoryReportTest {
  @Test
  void thePeakCountsFromTheLastReset() {
    Allocator allocator = Allocator.current();
    try (Scope scope = Scope.open("large")) {
      Tensor.zeros(1 << 16);
    }
    MemoryStatistics before = allocator.statistics();
    assertTrue(before.peakBytes() >= 4 << 16, before.toString());
    assertEquals(1, before.allocations());
    assertEquals(4 << 16, before.allocatedBytes());
    assertTrue(before.reservedBytes() >= 4 << 16, before.toString());
    allocator.resetPeak();
    assertEquals(0, allocator.statistics().peakBytes());
    Tensor.zeros(16);
    MemoryStatistics after = allocator.statistics();
    assertTrue(after.peakBytes() >= 64 && after.peakBytes() < 4 << 16, after.toString());
    allocator.emptyCache();
    assertEquals(after.liveBytes(), allocator.statistics().reservedBytes());
  }

  @Test
  void liveTensorsAreListedByTheirPlace() {
    Tensor[] many = new Tensor[3];
    for (int i = 0; i < many.length; i++) {
      many[i] = Tensor.zeros(1000);
    }
    Tensor.zeros(10);
    List<AllocationSite> sites = Allocator.current().liveSites();
    assertEquals(2, sites.size());
    assertEquals(3, sites.get(0).storages());
    assertEquals(12_000, sites.get(0).bytes());
    assertTrue(sites.get(0).frames().contains("MemoryReportTest"), sites.get(0).frames());
    String text = MemoryReport.liveSites(1);
    assertTrue(text.startsWith("11.7 KiB in 3 storages\n    at "), text);
    assertTrue(text.endsWith("and 1 more places\n"), text);
  }

  @Test
  void theSummaryHasALineForEachNumber() {
    Tensor.zeros(1 << 18);
    String text = MemoryReport.summary();
    assertTrue(text.lines().anyMatch(line -> line.matches("allocated +1.0 MiB")), text);
    assertEquals(8, text.lines().count());
  }
}
