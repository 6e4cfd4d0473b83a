package ai.cresset.nn;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Runs a layer on several devices of this process ({@code torch.nn.DataParallel}): the batch is cut
 * along its first dimension, each device gets a part and a replica, and results come together on
 * the first one. Gradients of all replicas are summed in the layer's own parameters. Child: {@code
 * module}.
 *
 * <p>Input and output as those of the layer. Replicas read the layer's parameters, moved to their
 * device at each call; buffers are copied to them, and what they change in theirs is lost, as in
 * PyTorch. They run one after the other on the calling thread: kernels of CUDA devices are queued,
 * so those devices work at the same time. For several processes see the data parallelism of {@code
 * ai.cresset.parallel}.
 */
public final class DataParallel extends Layer {
  private final Layer module;
  private final List<Layer> replicas = new ArrayList<>();
  private final List<Device> devices;

  /**
   * A layer on several devices.
   *
   * @param module the layer, which is moved to the first device
   * @param replica makes another layer of the same structure
   * @param devices one for each part of a batch; a device may be named several times
   */
  public DataParallel(Layer module, Supplier<? extends Layer> replica, List<Device> devices) {
    if (devices.isEmpty()) {
      throw ConfigException.value("DataParallel devices", devices, "at least one device");
    }
    this.module = child("module", module);
    this.devices = List.copyOf(devices);
    module.to(devices.get(0));
    for (Device device : this.devices.subList(1, this.devices.size())) {
      Layer made = replica.get();
      made.to(device);
      replicas.add(made);
      checkSame(made);
    }
  }

  private void checkSame(Layer replica) {
    boolean same =
        replica.namedParameters().keySet().equals(module.namedParameters().keySet())
            && replica.namedBuffers().keySet().equals(module.namedBuffers().keySet());
    if (!same) {
      String other = replica.namedParameters().keySet().toString();
      replicas.forEach(Module::close);
      throw ConfigException.because(
          "DataParallel: a replica has other parameters or buffers than the module: "
              + other
              + " and "
              + module.namedParameters().keySet());
    }
  }

  /** The layer itself. */
  public Layer module() {
    return module;
  }

  @Override
  protected Tensor forward(Tensor input) {
    if (input.rank() == 0 || devices.size() == 1 || input.size(0) <= 1) {
      return module.call(input.to(devices.get(0)));
    }
    List<Tensor> parts = input.chunk(devices.size(), 0);
    List<Tensor> outputs = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Tensor part = parts.get(i).to(devices.get(i));
      Tensor output = i == 0 ? module.call(part) : replicated(replicas.get(i - 1), i, part);
      outputs.add(output.to(devices.get(0)));
    }
    return Functional.cat(outputs, 0);
  }

  private Tensor replicated(Layer replica, int index, Tensor part) {
    Device device = devices.get(index);
    replica.train(isTraining());
    Map<String, Parameter> own = replica.namedParameters();
    Map<Parameter, Tensor> values = new IdentityHashMap<>();
    module
        .namedParameters()
        .forEach((name, parameter) -> values.put(own.get(name), parameter.to(device)));
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("replicate")) {
      Map<String, Tensor> buffers = replica.namedBuffers();
      module
          .namedBuffers()
          .forEach(
              (name, buffer) ->
                  Objects.requireNonNull(buffers.get(name))
                      .data(buffer.to(device).detachedClone()));
    }
    replica.standIns(values);
    try {
      return replica.call(part);
    } finally {
      replica.standIns(Map.of());
    }
  }

  @Override
  public void close() {
    super.close();
    replicas.forEach(Module::close);
  }

  @Override
  protected String settings() {
    return devices.toString();
  }
}
