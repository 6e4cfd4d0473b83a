package ai.cresset.golden;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.AveragedWeights;
import ai.cresset.optim.GradientClipping;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.schedule.MetricSchedule;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs the cases of {@code trajectories.json} of a folder: parameters after every step of an
 * optimizer on given gradients, learning rates (and momentums) of a schedule, clipped gradients,
 * averaged weights.
 */
final class GoldenTrajectories implements GoldenCases {
  private static final double RATE_TOLERANCE = 1e-12;

  private final JsonNode cases;
  private final GoldenTensors file;

  GoldenTrajectories(Path folder) throws IOException {
    this(folder, Device.CPU);
  }

  GoldenTrajectories(Path folder, Device device) throws IOException {
    String json = Files.readString(folder.resolve("trajectories.json"));
    cases = new ObjectMapper().readTree(json).get("cases");
    file = GoldenTensors.open(folder.resolve("trajectories.safetensors"), device);
  }

  @Override
  public List<JsonNode> cases() {
    List<JsonNode> all = new ArrayList<>();
    cases.forEach(all::add);
    return all;
  }

  @Override
  public @Nullable String failure(JsonNode each) {
    try (Scope scope = Scope.open(each.get("name").asText())) {
      if (each.has("optimizer")) {
        return optimizer(each);
      }
      if (each.has("clip")) {
        return clipping(each);
      }
      if (each.has("average")) {
        return average(each);
      }
      return each.has("scheduler") ? schedule(each) : "neither an optimizer nor a scheduler";
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  private @Nullable String optimizer(JsonNode each) {
    String name = each.get("name").asText();
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < each.get("params").asInt(); i++) {
      parameters.add(new Parameter(file.input(name + "/init" + i)));
    }
    try (Optimizer optimizer = GoldenOptimizers.optimizer(each, parameters)) {
      return optimizer == null
          ? "unknown optimizer " + each.get("optimizer").asText()
          : steps(each, parameters, optimizer);
    } finally {
      parameters.forEach(Tensor::close);
    }
  }

  private @Nullable String steps(JsonNode each, List<Parameter> parameters, Optimizer optimizer) {
    String name = each.get("name").asText();
    for (int step = 0; step < each.get("steps").asInt(); step++) {
      if (each.has("function")) {
        optimizer.step(() -> rosenbrock(parameters));
      } else {
        for (int i = 0; i < parameters.size(); i++) {
          parameters.get(i).grad(file.input(name + "/grad" + i + ".step" + step));
        }
        optimizer.step();
      }
      for (int i = 0; i < parameters.size(); i++) {
        String key = "/param" + i + ".step" + step;
        String wrong = GoldenRunner.compare(key, file.expected(name + key), parameters.get(i));
        if (wrong != null) {
          return wrong;
        }
      }
    }
    return null;
  }

  /** Rosenbrock's function of all elements, and its gradients. */
  static double rosenbrock(List<Parameter> parameters) {
    parameters.forEach(Tensor::zeroGrad);
    Tensor values = Functional.cat(parameters.stream().map(Tensor::flatten).toList(), 0);
    Tensor head = values.narrow(0, 0, values.numel() - 1);
    Tensor tail = values.narrow(0, 1, values.numel() - 1);
    Tensor valley = tail.sub(head.square()).square().mul(10);
    Tensor loss = valley.add(head.sub(1).square()).sum();
    loss.backward();
    return loss.item();
  }

  private @Nullable String schedule(JsonNode each) {
    Schedule schedule = GoldenSchedules.schedule(each);
    if (schedule == null) {
      return "unknown scheduler " + each.get("scheduler").asText();
    }
    String name = each.get("name").asText();
    double initial = each.get("base_lr").asDouble();
    double[] rates = file.expected(name + "/lr").toDoubleArray();
    for (int step = 0; step < rates.length; step++) {
      if (schedule instanceof MetricSchedule metrics) {
        metrics.observe(each.get("metrics").get(step).asDouble());
      }
      String wrong = compare("rate of step " + step, rates[step], schedule.at(step, initial));
      if (wrong != null) {
        return wrong;
      }
    }
    return file.file().contains(name + "/momentum") ? momentum(name, schedule) : null;
  }

  private @Nullable String momentum(String name, Schedule schedule) {
    Schedule momentum = schedule.momentum();
    if (momentum == null) {
      return "the momentum does not move";
    }
    double[] expected = file.expected(name + "/momentum").toDoubleArray();
    for (int step = 0; step < expected.length; step++) {
      String what = "momentum of step " + step;
      String wrong = compare(what, expected[step], momentum.at(step, 0.9));
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static @Nullable String compare(String what, double expected, double got) {
    return Math.abs(got - expected) <= RATE_TOLERANCE * Math.abs(expected) + 1e-15
        ? null
        : what + ": expected " + expected + ", got " + got;
  }

  private @Nullable String average(JsonNode each) {
    String name = each.get("name").asText();
    Map<String, Parameter> weights = new LinkedHashMap<>();
    for (int i = 0; i < each.get("params").asInt(); i++) {
      weights.put("" + i, new Parameter(file.input(name + "/param" + i + ".step0")));
    }
    try (AveragedWeights average =
        each.get("average").asText().equals("ema")
            ? AveragedWeights.exponential(weights, each.get("config").get("decay").asDouble())
            : AveragedWeights.equal(weights)) {
      for (int step = 0; step < each.get("steps").asInt(); step++) {
        for (Map.Entry<String, Parameter> weight : weights.entrySet()) {
          Tensor next = file.input(name + "/param" + weight.getKey() + ".step" + step);
          weight.getValue().detach().copy_(next);
        }
        average.update();
        for (Map.Entry<String, Tensor> got : average.tensors().entrySet()) {
          String key = "/average" + got.getKey() + ".step" + step;
          String wrong = GoldenRunner.compare(key, file.expected(name + key), got.getValue());
          if (wrong != null) {
            return wrong;
          }
        }
      }
      return null;
    } finally {
      weights.values().forEach(Tensor::close);
    }
  }

  /** Gradients before and after clipping, and for norms the total before. */
  private @Nullable String clipping(JsonNode each) {
    String name = each.get("name").asText();
    JsonNode config = each.get("config");
    List<Parameter> parameters = new ArrayList<>();
    try {
      for (int i = 0; i < each.get("params").asInt(); i++) {
        Parameter parameter = new Parameter(file.input(name + "/grad" + i));
        parameters.add(parameter);
        parameter.grad(file.input(name + "/grad" + i));
      }
      if (each.get("clip").asText().equals("value")) {
        GradientClipping.byValue(parameters, config.get("clip_value").asDouble());
      } else {
        double order = config.path("norm_type").asDouble(2);
        double maximum = config.get("max_norm").asDouble();
        double norm =
            GradientClipping.byNorm(
                parameters,
                maximum,
                config.path("norm_type").asText().equals("inf") ? Double.POSITIVE_INFINITY : order);
        double expected = file.expected(name + "/total_norm").item();
        if (!(Math.abs(norm - expected) <= 1e-5 * expected)) {
          return "norm: expected " + expected + ", got " + norm;
        }
      }
      for (int i = 0; i < parameters.size(); i++) {
        String key = "/clipped" + i;
        Tensor gradient = Objects.requireNonNull(parameters.get(i).grad());
        String wrong = GoldenRunner.compare(key, file.expected(name + key), gradient);
        if (wrong != null) {
          return wrong;
        }
      }
      return null;
    } finally {
      parameters.forEach(Tensor::close);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
