package ai.cresset.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.golden.Close;
import ai.cresset.golden.GoldenFile;
import ai.cresset.golden.GoldenOptimizers;
import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.nn.Parameter;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten steps on given gradients, beside what PyTorch's optimizers did. */
@ExtendWith(NativeMemoryCheck.class)
class OptimizerTrajectoryTest {
  private static final GoldenFile FILE = GoldenFile.open("trajectories.safetensors");

  static Stream<JsonNode> cases() {
    Stream.Builder<JsonNode> cases = Stream.builder();
    for (JsonNode each : GoldenFile.json("trajectories.json").get("cases")) {
      if (each.has("optimizer")) {
        cases.add(each);
      }
    }
    return cases.build();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsPyTorchInFloat32(JsonNode each) {
    run(each, DType.FLOAT32, 1e-5, 1e-6);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsPyTorchInFloat64UpToItsFloat32(JsonNode each) {
    run(each, DType.FLOAT64, 1e-5, 1e-6);
  }

  private static void run(JsonNode each, DType type, double relative, double absolute) {
    String name = each.get("name").asText();
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < each.get("params").asInt(); i++) {
      try (Tensor initial = FILE.tensor(name + "/init" + i, type)) {
        parameters.add(new Parameter(initial));
      }
    }
    int checked = 0;
    try (Optimizer optimizer =
        Objects.requireNonNull(GoldenOptimizers.optimizer(each, parameters))) {
      for (int step = 0; step < each.get("steps").asInt(); step++) {
        for (int i = 0; i < parameters.size(); i++) {
          parameters.get(i).grad(FILE.tensor(name + "/grad" + i + ".step" + step, type));
        }
        optimizer.step();
        for (int i = 0; i < parameters.size(); i++) {
          String key = name + "/param" + i + ".step" + step;
          Close.assertClose(key, FILE.doubles(key), parameters.get(i), relative, absolute);
          checked++;
        }
      }
    }
    parameters.forEach(Tensor::close);
    assertEquals(20, checked);
  }
}
