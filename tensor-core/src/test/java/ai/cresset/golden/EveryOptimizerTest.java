package ai.cresset.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.OptimizerState;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for every optimizer there is. */
@ExtendWith(NativeMemoryCheck.class)
class EveryOptimizerTest {
  private static final String FOLDER = "/golden/trajectories-more/";

  @Test
  void hasAGoldenCase() throws IOException, URISyntaxException {
    Set<String> covered = new TreeSet<>();
    for (JsonNode each : GoldenFile.json("trajectories-more/trajectories.json").get("cases")) {
      if (each.has("optimizer")) {
        covered.add(name(each));
      }
    }
    assertEquals(PackageScan.subclasses(Optimizer.class), covered);
  }

  /** The simple name of the optimizer of a case. */
  static String name(JsonNode each) {
    try (Scope scope = Scope.open("case");
        Parameters parameters = new Parameters(List.of(Tensor.ones(2)));
        Optimizer optimizer = make(each, parameters)) {
      return optimizer.getClass().getSimpleName();
    }
  }

  @Test
  void goesOnFromItsStateBitForBit() throws IOException, URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(
                    EveryOptimizerTest.class.getResource(FOLDER + "trajectories.safetensors"))
                .toURI());
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      for (JsonNode each : GoldenFile.json("trajectories-more/trajectories.json").get("cases")) {
        if (each.has("optimizer")) {
          try (Scope scope = Scope.open("case")) {
            resumes(each, tensors);
          }
        }
      }
    }
  }

  private static void resumes(JsonNode each, SafetensorsFile tensors) {
    String name = each.get("name").asText();
    int steps = each.get("steps").asInt();
    List<Tensor> initial = new ArrayList<>();
    for (int i = 0; i < each.get("params").asInt(); i++) {
      initial.add(tensors.read(name + "/init" + i));
    }
    try (Parameters straight = new Parameters(initial);
        Optimizer first = make(each, straight)) {
      run(each, tensors, first, straight, 0, steps / 2);
      try (Parameters resumed = new Parameters(straight.list());
          Optimizer second = make(each, resumed)) {
        try (OptimizerState state = first.stateDict()) {
          second.loadStateDict(state);
        }
        run(each, tensors, first, straight, steps / 2, steps);
        run(each, tensors, second, resumed, steps / 2, steps);
        for (int i = 0; i < initial.size(); i++) {
          assertArrayEquals(
              straight.list().get(i).toDoubleArray(), resumed.list().get(i).toDoubleArray(), name);
        }
      }
    }
  }

  private static void run(
      JsonNode each,
      SafetensorsFile tensors,
      Optimizer optimizer,
      Parameters parameters,
      int from,
      int to) {
    for (int step = from; step < to; step++) {
      if (each.has("function")) {
        optimizer.step(() -> GoldenTrajectories.rosenbrock(parameters.list()));
      } else {
        for (int i = 0; i < parameters.list().size(); i++) {
          String key = each.get("name").asText() + "/grad" + i + ".step" + step;
          parameters.list().get(i).grad(tensors.read(key));
        }
        optimizer.step();
      }
    }
  }

  private static Optimizer make(JsonNode each, Parameters parameters) {
    return Objects.requireNonNull(GoldenOptimizers.optimizer(each, parameters.list()));
  }

  /** Parameters with copies of these values. */
  private static final class Parameters implements AutoCloseable {
    private final List<Parameter> list;

    Parameters(List<? extends Tensor> values) {
      list =
          values.stream()
              .map(
                  each -> {
                    try (Tensor copy = each.detachedClone()) {
                      return new Parameter(copy);
                    }
                  })
              .toList();
    }

    List<Parameter> list() {
      return list;
    }

    @Override
    public void close() {
      list.forEach(Tensor::close);
    }
  }
}
