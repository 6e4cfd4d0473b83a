package ai.cresset.tests.device;

import ai.cresset.backend.cuda.CudaEmulator;
import ai.cresset.cuda.Cuda;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Mlp;
import ai.cresset.nn.Placement;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.data.DataParallel;
import ai.cresset.parallel.data.DataParallelOptions;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.Arrays;
import java.util.List;

/** Two ranks that train on one device, beside two on the CPU; a process of its own. */
public final class SharedDevice {
  private static final int STEPS = 4;

  private SharedDevice() {}

  public static void main(String[] arguments) {
    String absent = CudaEmulator.absent().orElse("");
    if (!absent.isEmpty()) {
      System.out.println("left out: " + absent);
      return;
    }
    List<float[]> expected = train(Device.CPU);
    train(Device.cuda(0)); // libraries take their workspaces
    long before = Cuda.memoryStatistics(Device.cuda(0)).allocatedBytes();
    List<float[]> got = train(Device.cuda(0));
    float worst = 0;
    for (int i = 0; i < expected.get(0).length; i++) {
      worst = Math.max(worst, Math.abs(expected.get(0)[i] - got.get(0)[i]));
    }
    System.out.println("ranks agree: " + Arrays.equals(got.get(0), got.get(1)));
    System.out.println("as on the CPU: " + (worst < 1e-5));
    System.out.println("kernels: " + (Cuda.launches(Device.cuda(0)) > STEPS));
    long after = Cuda.memoryStatistics(Device.cuda(0)).allocatedBytes();
    System.out.println("left: " + (after - before));
    System.exit(0);
  }

  /** The weights of each rank after some steps. */
  private static List<float[]> train(Device device) {
    return new ThreadLauncher(LaunchOptions.of(2)).launch(context -> worker(context, device));
  }

  private static float[] worker(WorkerContext context, Device device) {
    Generator before = Generator.use(new Generator(11));
    String name = "rank " + context.rank();
    try (Allocator allocator = Allocator.create(name, 1 << 30);
        Allocator.Binding bound = allocator.bind();
        Mlp model = new Mlp(new Placement(DType.FLOAT32, device), 6, 8, 2);
        Sgd optimizer =
            new Sgd(ParameterGroup.single(model.namedParameters()), Sgd.Config.of(0.1));
        ProcessGroup group = context.connect(CommOptions.defaults());
        DataParallel parallel =
            new DataParallel(
                model.parameters(), List.of(), group, new DataParallelOptions(64, 256))) {
      Spec spec = new Spec(Shape.of(5, 6), DType.FLOAT32, device);
      Generator samples = new Generator(100 + context.rank());
      for (int step = 0; step < STEPS; step++) {
        try (Scope scope = Scope.open("step")) {
          parallel.beginStep();
          Tensor loss = model.call(Creation.normal(spec, 0, 1, samples)).square().sum();
          loss.backward();
          parallel.finishStep(loss.item(), 5);
          optimizer.step();
        }
      }
      return model.parameters().get(0).toFloatArray();
    } finally {
      Generator.use(before);
    }
  }
}
