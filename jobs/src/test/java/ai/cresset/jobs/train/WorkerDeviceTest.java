package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.cresset.cuda.Cuda;
import ai.cresset.error.DeviceException;
import ai.cresset.jobs.recipe.TrainSettings.DeviceChoice;
import ai.cresset.type.Device;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a machine without a GPU, where most of the ways to go wrong are. */
@NullUnmarked
class WorkerDeviceTest {
  @BeforeEach
  void withoutGpu() {
    assumeTrue(!Cuda.isAvailable(), "left out: this machine has a GPU");
  }

  @Test
  void automaticChoiceFallsBackToTheCpu() {
    assertEquals(Device.CPU, WorkerDevice.choose(DeviceChoice.AUTO, Device.CPU, 0, true));
    assertEquals(Device.CPU, WorkerDevice.choose(DeviceChoice.AUTO, Device.CPU, 0, false));
    assertEquals(Device.CPU, WorkerDevice.choose(DeviceChoice.AUTO, Device.cuda(1), 0, true));
    assertEquals(Device.CPU, WorkerDevice.choose(DeviceChoice.CPU, Device.cuda(1), 0, true));
  }

  @Test
  void demandedGpusThatAreAbsentAreErrorsWithTheRemedy() {
    DeviceException none =
        assertThrows(
            DeviceException.class,
            () -> WorkerDevice.choose(DeviceChoice.CUDA, Device.CPU, 0, true));
    assertEquals(
        "device cuda is not available: Spark gave no GPU to this worker; set"
            + " spark.executor.resource.gpu.amount and its discovery script"
            + " (deploy/gpu/README.md), or train.device=cpu",
        none.getMessage());
    DeviceException absent =
        assertThrows(
            DeviceException.class,
            () -> WorkerDevice.choose(DeviceChoice.CUDA, Device.cuda(0), 0, true));
    assertTrue(absent.getMessage().contains("the NVIDIA driver"), absent.getMessage());
    assertThrows(
        DeviceException.class, () -> WorkerDevice.choose(DeviceChoice.CUDA, Device.CPU, 0, false));
  }
}
