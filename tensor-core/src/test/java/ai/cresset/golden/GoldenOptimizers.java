package ai.cresset.golden;

import ai.cresset.nn.Parameter;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.optim.schedule.ConstantFactor;
import ai.cresset.optim.schedule.CosineAnnealing;
import ai.cresset.optim.schedule.LinearFactor;
import ai.cresset.optim.schedule.Polynomial;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.optim.schedule.StepDecay;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** PyTorch's names of optimizers and schedules, with their settings, as ours. */
public final class GoldenOptimizers {
  private GoldenOptimizers() {}

  /** The optimizer of a case; null if there is no counterpart. */
  public static @Nullable Optimizer optimizer(JsonNode each, List<Parameter> parameters) {
    JsonNode config = each.get("config");
    Map<String, Tensor> named = new LinkedHashMap<>();
    parameters.forEach(parameter -> named.put("p" + named.size(), parameter));
    List<ParameterGroup> groups = ParameterGroup.single(named);
    return switch (each.get("optimizer").asText()) {
      case "SGD" -> new Sgd(groups, sgd(config));
      case "Adam" -> new Adam(groups, adam(config, 0));
      case "AdamW" -> new AdamW(groups, adam(config, 0.01));
      default -> null;
    };
  }

  private static Sgd.Config sgd(JsonNode config) {
    known(config, "lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize");
    return new Sgd.Config(
        config.get("lr").asDouble(),
        config.path("momentum").asDouble(0),
        config.path("dampening").asDouble(0),
        config.path("weight_decay").asDouble(0),
        config.path("nesterov").asBoolean(false),
        config.path("maximize").asBoolean(false));
  }

  private static Adam.Config adam(JsonNode config, double decay) {
    known(config, "lr", "betas", "eps", "weight_decay", "amsgrad", "maximize");
    Adam.Config adam =
        Adam.Config.of(config.get("lr").asDouble())
            .withWeightDecay(config.path("weight_decay").asDouble(decay))
            .withEpsilon(config.path("eps").asDouble(1e-8))
            .withAmsgrad(config.path("amsgrad").asBoolean(false))
            .withMaximize(config.path("maximize").asBoolean(false));
    JsonNode betas = config.path("betas");
    return betas.isEmpty()
        ? adam
        : adam.withBetas(betas.get(0).asDouble(), betas.get(1).asDouble());
  }

  /** The schedule of a case; null if there is no counterpart. */
  public static @Nullable Schedule schedule(JsonNode each) {
    JsonNode config = each.get("config");
    return switch (each.get("scheduler").asText()) {
      case "CosineAnnealingLR" -> {
        known(config, "T_max", "eta_min");
        yield new CosineAnnealing(config.get("T_max").asLong(), config.path("eta_min").asDouble(0));
      }
      case "ConstantLR" -> {
        known(config, "factor", "total_iters");
        yield new ConstantFactor(
            config.path("factor").asDouble(1.0 / 3), config.path("total_iters").asLong(5));
      }
      case "LinearLR" -> {
        known(config, "start_factor", "end_factor", "total_iters");
        yield new LinearFactor(
            config.path("start_factor").asDouble(1.0 / 3),
            config.path("end_factor").asDouble(1),
            config.path("total_iters").asLong(5));
      }
      case "PolynomialLR" -> {
        known(config, "total_iters", "power");
        yield new Polynomial(
            config.path("total_iters").asLong(5), config.path("power").asDouble(1));
      }
      case "StepLR" -> {
        known(config, "step_size", "gamma");
        yield new StepDecay(config.get("step_size").asLong(), config.path("gamma").asDouble(0.1));
      }
      default -> null;
    };
  }

  /** A setting that nobody looks at would be a case that passes by chance. */
  private static void known(JsonNode config, String... names) {
    Set<String> unknown = new TreeSet<>();
    config.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(List.of(names));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("does not know " + unknown);
    }
  }
}
