package ai.cresset.golden;

import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the cases of {@code trajectories.json} of a folder: parameters after every step of an
 * optimizer on given gradients, learning rates of a schedule.
 */
final class GoldenTrajectories implements GoldenCases {
  private static final double RATE_TOLERANCE = 1e-12;

  private final JsonNode cases;
  private final SafetensorsFile file;

  GoldenTrajectories(Path folder) throws IOException {
    String json = Files.readString(folder.resolve("trajectories.json"));
    cases = new ObjectMapper().readTree(json).get("cases");
    file = SafetensorsFile.open(folder.resolve("trajectories.safetensors"));
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
      return each.has("scheduler") ? schedule(each) : "neither an optimizer nor a scheduler";
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  private @Nullable String optimizer(JsonNode each) {
    String name = each.get("name").asText();
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < each.get("params").asInt(); i++) {
      parameters.add(new Parameter(file.read(name + "/init" + i)));
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
      for (int i = 0; i < parameters.size(); i++) {
        parameters.get(i).grad(file.read(name + "/grad" + i + ".step" + step));
      }
      optimizer.step();
      for (int i = 0; i < parameters.size(); i++) {
        String key = "/param" + i + ".step" + step;
        String wrong = GoldenRunner.compare(key, file.read(name + key), parameters.get(i));
        if (wrong != null) {
          return wrong;
        }
      }
    }
    return null;
  }

  private @Nullable String schedule(JsonNode each) {
    Schedule schedule = GoldenOptimizers.schedule(each);
    if (schedule == null) {
      return "unknown scheduler " + each.get("scheduler").asText();
    }
    double[] expected = file.read(each.get("name").asText() + "/lr").toDoubleArray();
    for (int step = 0; step < expected.length; step++) {
      double got = schedule.at(step, each.get("base_lr").asDouble());
      if (!(Math.abs(got - expected[step]) <= RATE_TOLERANCE * Math.abs(expected[step]) + 1e-15)) {
        return "step " + step + ": expected " + expected[step] + ", got " + got;
      }
    }
    return null;
  }

  @Override
  public void close() {
    file.close();
  }
}
