package ai.cresset.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Placement;
import ai.cresset.random.Generator;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Modules draw their parameters from the distributions that PyTorch's draw them from. */
@ExtendWith(LeakCheck.class)
class InitialValuesTest {
  /** Values of each parameter that are looked at; several modules are made for them. */
  private static final int VALUES = 500;

  @TestFactory
  List<DynamicTest> everyParameterHasPyTorchsDistribution() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode each : GoldenFile.json("initial.json")) {
      String name = each.get("module").asText() + " " + each.get("config");
      tests.add(DynamicTest.dynamicTest(name, () -> check(each)));
    }
    assertTrue(tests.size() > 50);
    return tests;
  }

  private static void check(JsonNode each) {
    Generator before = Generator.use(new Generator(31));
    try {
      Map<String, double[]> drawn = drawn(each);
      JsonNode expected = each.get("parameters");
      List<String> names = new ArrayList<>();
      expected.fieldNames().forEachRemaining(names::add);
      assertEquals(names.stream().sorted().toList(), List.copyOf(drawn.keySet()));
      drawn.forEach((name, values) -> compare(name, expected.get(name), values));
    } finally {
      Generator.use(before);
    }
  }

  /** Values of each parameter, of as many modules as it takes. */
  private static Map<String, double[]> drawn(JsonNode each) {
    Map<String, double[]> drawn = new TreeMap<>();
    do {
      try (Scope scope = Scope.open("initial values")) {
        GoldenConfig config = new GoldenConfig(each.get("config"), Placement.DEFAULT);
        GoldenModule made =
            Objects.requireNonNull(GoldenModuleTypes.ALL.get(each.get("module").asText()))
                .apply(config);
        try (Module module = made.module()) {
          if (!each.get("inputs").isNull()) {
            long[] sizes =
                StreamSupport.stream(each.get("inputs").spliterator(), false)
                    .mapToLong(JsonNode::asLong)
                    .toArray();
            assertEquals(1, made.call().apply(List.of(Tensor.zeros(sizes))).size());
          }
          module
              .namedParameters()
              .forEach(
                  (name, parameter) ->
                      drawn.merge(
                          name, parameter.toDoubleArray(), InitialValuesTest::concatenated));
        }
      }
    } while (drawn.values().stream().anyMatch(values -> values.length < VALUES));
    return drawn;
  }

  private static double[] concatenated(double[] a, double[] b) {
    return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  private static void compare(String name, JsonNode expected, double[] values) {
    double[] numbers =
        IntStream.range(0, expected.get("numbers").size())
            .mapToDouble(i -> expected.get("numbers").get(i).asDouble())
            .toArray();
    switch (expected.get("how").asText()) {
      case "constant" ->
          assertTrue(
              Arrays.stream(values).allMatch(value -> Math.abs(value - numbers[0]) < 1e-7), name);
      case "uniform" -> uniform(name, numbers[0], numbers[1], values);
      case "normal" -> normal(name, numbers[0], numbers[1], values);
      default -> throw new AssertionError(expected);
    }
  }

  private static void uniform(String name, double low, double high, double[] values) {
    double least = Arrays.stream(values).min().orElseThrow();
    double most = Arrays.stream(values).max().orElseThrow();
    double width = high - low;
    double rounding = 1e-6 * width;
    assertTrue(
        least >= low - rounding && most <= high + rounding, name + ": " + least + ".." + most);
    assertTrue(most - least > 0.96 * width, name + " fills " + (most - least) + " of " + width);
    spread(name, width / Math.sqrt(12), values);
  }

  private static void normal(String name, double mean, double deviation, double[] values) {
    double found = Arrays.stream(values).average().orElseThrow();
    assertEquals(mean, found, 5 * deviation / Math.sqrt(values.length), name);
    spread(name, deviation, values);
  }

  private static void spread(String name, double deviation, double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares =
        Arrays.stream(values).map(value -> (value - mean) * (value - mean)).average().orElseThrow();
    double tolerance = 5 * deviation / Math.sqrt(2.0 * values.length);
    assertEquals(deviation, Math.sqrt(squares), tolerance, name);
  }
}
