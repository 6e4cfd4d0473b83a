package ai.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.BatchNorm1d;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One layer on several devices beside the same layer on one. */
@ExtendWith(LeakCheck.class)
class DataParallelTest {
  private static Sequential model() {
    Sequential made = new Sequential(new Linear(3, 5), new Relu(), new Linear(5, 2));
    made.to(DType.FLOAT64);
    return made;
  }

  @Test
  void outputsAndGradientsAreThoseOfOneDevice() {
    List<List<Device>> choices =
        List.of(
            List.of(Device.CPU),
            List.of(Device.CPU, Device.CPU, Device.CPU),
            List.of(Device.CPU, Device.REFERENCE));
    Tensor input = Tensor.randn(7, 3).to(DType.FLOAT64);
    for (List<Device> devices : choices) {
      try (Sequential single = model();
          DataParallel parallel = new DataParallel(model(), DataParallelTest::model, devices);
          StateDict state = single.stateDict()) {
        parallel.module().loadStateDict(state);
        Tensor expected = single.call(input);
        Tensor got = parallel.call(input);
        assertArrayEquals(expected.toDoubleArray(), got.toDoubleArray(), 1e-12);
        expected.square().sum().backward();
        got.square().sum().backward();
        single
            .namedParameters()
            .forEach(
                (name, parameter) ->
                    assertArrayEquals(
                        Objects.requireNonNull(parameter.grad()).toDoubleArray(),
                        Objects.requireNonNull(
                                parallel.namedParameters().get("module." + name).grad())
                            .toDoubleArray(),
                        1e-11,
                        name + " on " + devices));
        assertEquals(
            List.of("module.0.weight", "module.0.bias", "module.2.weight", "module.2.bias"),
            List.copyOf(parallel.namedParameters().keySet()));
      }
    }
  }

  @Test
  void evaluationUsesTheBuffersOfTheModuleItself() {
    List<Device> devices = List.of(Device.CPU, Device.CPU);
    try (DataParallel parallel =
        new DataParallel(new BatchNorm1d(2), () -> new BatchNorm1d(2), devices)) {
      parallel.call(Tensor.randn(6, 2));
      parallel.eval();
      Tensor row = Tensor.randn(1, 2);
      Tensor both = parallel.call(row.expand(2, 2).contiguous());
      assertArrayEquals(both.select(0, 0).toDoubleArray(), both.select(0, 1).toDoubleArray());
    }
  }

  @Test
  void aReplicaOfAnotherStructureIsRefused() {
    try (Linear layer = new Linear(2, 2)) {
      assertEquals(
          "DataParallel: a replica has other parameters or buffers than the module: [weight] and"
              + " [weight, bias]",
          Refused.message(
              ConfigException.class,
              () ->
                  new DataParallel(
                          layer, () -> new Linear(2, 2, false), List.of(Device.CPU, Device.CPU))
                      .close()));
    }
  }
}
