package ai.cresset.spark.resource;

import ai.cresset.error.DeviceException;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * What Spark gave to one training task.
 *
 * @param cores CPU cores that belong to the task
 * @param gpus the GPUs that belong to it, in the order Spark names them
 */
public record WorkerResources(int cores, List<Device> gpus) {
  /** The name of Spark's resource. */
  public static final String GPU = "gpu";

  public WorkerResources {
    if (cores < 1) {
      throw new IllegalArgumentException("a task with " + cores + " cores");
    }
    gpus = List.copyOf(gpus);
  }

  /**
   * Reads the resources of a running task.
   *
   * @param sharedCores cores of the process that tasks share where Spark does not assign them
   *     ({@code local[N]}: N divided by the number of workers); 0 where it does
   */
  public static WorkerResources of(TaskContext task, int sharedCores) {
    int cores = sharedCores > 0 ? sharedCores : task.cpus();
    return new WorkerResources(cores, gpus(task.resourcesJMap()));
  }

  private static List<Device> gpus(Map<String, ResourceInformation> resources) {
    List<Device> devices = new ArrayList<>();
    ResourceInformation assigned = resources.get(GPU);
    if (assigned != null) {
      for (String address : assigned.addresses()) {
        devices.add(Device.cuda(index(address)));
      }
    }
    return devices;
  }

  /** The index of a GPU, as discovery scripts print it. */
  static int index(String address) {
    try {
      int index = Integer.parseInt(address.strip());
      if (index >= 0) {
        return index;
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw DeviceException.absent(
        "cuda:" + address,
        "Spark's resource address '" + address + "' is not the index of a GPU",
        "let spark.worker.resource.gpu.discoveryScript print indices such as 0 and 1");
  }

  /** The device to train on: the first GPU, or the CPU. */
  public Device device() {
    return gpus.isEmpty() ? Device.CPU : gpus.get(0);
  }
}
