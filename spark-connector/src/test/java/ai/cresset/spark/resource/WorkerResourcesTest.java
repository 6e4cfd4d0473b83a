package ai.cresset.spark.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.DeviceException;
import org.junit.jupiter.api.Test;

class WorkerResourcesTest {
  @Test
  void addressesAreIndexesOfTheMachineUnlessTheProcessSeesOnlySome() {
    assertEquals(3, WorkerResources.index(" 3\n", null));
    assertEquals(1, WorkerResources.index("3", "2,3"));
    assertEquals(0, WorkerResources.index("GPU-8f2a", "GPU-8f2a"));
    assertEquals(1, WorkerResources.index("MIG-1", "MIG-0, MIG-1"));
  }

  @Test
  void addressesThatMeanNoGpuHereAreRefused() {
    DeviceException hidden =
        assertThrows(DeviceException.class, () -> WorkerResources.index("0", "2,3"));
    assertEquals(
        "device cuda:0 is not available: Spark gave GPU 0 to this task, and CUDA_VISIBLE_DEVICES is"
            + " '2,3'; unset the variable for executors, or let the discovery script print what it"
            + " names",
        hidden.getMessage());
    DeviceException named =
        assertThrows(DeviceException.class, () -> WorkerResources.index("GPU-8f2a", null));
    assertEquals(
        "device cuda:GPU-8f2a is not available: Spark's resource address 'GPU-8f2a' is not the"
            + " index of a GPU; let spark.worker.resource.gpu.discoveryScript print indices such as"
            + " 0 and 1 (deploy/gpu/discover.sh does)",
        named.getMessage());
  }
}
