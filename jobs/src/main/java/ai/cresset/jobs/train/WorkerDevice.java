package ai.cresset.jobs.train;

import ai.cresset.cuda.Cuda;
import ai.cresset.error.DeviceException;
import ai.cresset.jobs.recipe.TrainSettings.DeviceChoice;
import ai.cresset.type.Device;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code train.device} means for one worker. */
final class WorkerDevice {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerDevice.class);

  private WorkerDevice() {}

  /**
   * The device to train on, opened.
   *
   * @param assigned what Spark gave to the worker; the CPU if that is no GPU
   * @param assigns whether Spark assigns GPUs at all: {@code local[N]} does not, so workers take
   *     the machine's in turn there
   * @throws DeviceException if a GPU is demanded and there is none, with the remedy
   */
  static Device choose(DeviceChoice choice, Device assigned, int rank, boolean assigns) {
    if (choice == DeviceChoice.CPU) {
      return Device.CPU;
    }
    try {
      Device gpu = gpu(assigned, rank, assigns);
      LOG.info("rank {} trains on {}: {}", rank, gpu, Cuda.properties(gpu));
      return gpu;
    } catch (DeviceException e) {
      if (choice == DeviceChoice.CUDA) {
        throw e;
      }
      LOG.info("rank {} trains on the CPU, as train.device=auto allows: {}", rank, e.getMessage());
      return Device.CPU;
    }
  }

  private static Device gpu(Device assigned, int rank, boolean assigns) {
    if (!assigned.isHost()) {
      return assigned;
    }
    if (assigns) {
      throw DeviceException.absent(
          "cuda",
          "Spark gave no GPU to this worker",
          "set spark.executor.resource.gpu.amount and its discovery script (deploy/gpu/README.md),"
              + " or train.device=cpu");
    }
    Device first = Cuda.current();
    int count = Cuda.deviceCount();
    return count == 1 ? first : Device.cuda(rank % count);
  }
}
