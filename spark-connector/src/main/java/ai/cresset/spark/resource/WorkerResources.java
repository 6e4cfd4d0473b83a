package ai.cresset.spark.resource;

import ai.cresset.error.DeviceException;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/**
 * What Spark gave to one training task.
 *
 * @param cores CPU cores that belong to the task
 * @param gpus the GPUs that belong to it, in the order Spark names them
 */
public record WorkerResources(int cores, List<Device> gpus) {
  /** The name of Spark's resource. */
  public static final String GPU = "gpu";

  private static final Pattern INDEX = Pattern.compile("[0-9]{1,4}");

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
    return new WorkerResources(
        cores, gpus(task.resourcesJMap(), System.getenv("CUDA_VISIBLE_DEVICES")));
  }

  private static List<Device> gpus(
      Map<String, ResourceInformation> resources, @Nullable String visible) {
    List<Device> devices = new ArrayList<>();
    ResourceInformation assigned = resources.get(GPU);
    if (assigned != null) {
      for (String address : assigned.addresses()) {
        devices.add(Device.cuda(index(address, visible)));
      }
    }
    return devices;
  }

  /**
   * The index of a GPU among those that this process sees.
   *
   * @param address as discovery scripts print it: the machine's index, or what {@code
   *     CUDA_VISIBLE_DEVICES} calls the GPU
   * @param visible {@code CUDA_VISIBLE_DEVICES} of this process; null if it is not set
   */
  static int index(String address, @Nullable String visible) {
    String name = address.strip();
    if (visible != null) {
      int place = List.of(visible.replace(" ", "").split(",")).indexOf(name);
      if (place < 0) {
        throw DeviceException.absent(
            "cuda:" + name,
            "Spark gave GPU "
                + name
                + " to this task, and CUDA_VISIBLE_DEVICES is '"
                + visible
                + "'",
            "unset the variable for executors, or let the discovery script print what it names");
      }
      return place;
    }
    if (INDEX.matcher(name).matches()) {
      return Integer.parseInt(name);
    }
    throw DeviceException.absent(
        "cuda:" + name,
        "Spark's resource address '" + name + "' is not the index of a GPU",
        "let spark.worker.resource.gpu.discoveryScript print indices such as 0 and 1"
            + " (deploy/gpu/discover.sh does)");
  }

  /** The device to train on: the first GPU, or the CPU. */
  public Device device() {
    return gpus.isEmpty() ? Device.CPU : gpus.get(0);
  }
}
