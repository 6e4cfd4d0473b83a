package ai.cresset.golden;

import ai.cresset.nn.Parameter;
import ai.cresset.optim.Adadelta;
import ai.cresset.optim.Adagrad;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Adamax;
import ai.cresset.optim.Asgd;
import ai.cresset.optim.Lbfgs;
import ai.cresset.optim.NAdam;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.RAdam;
import ai.cresset.optim.RmsProp;
import ai.cresset.optim.Rprop;
import ai.cresset.optim.Sgd;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PyTorch's names of optimizers, with their settings, as ours. */
public final class GoldenOptimizers {
  private GoldenOptimizers() {}

  /** The optimizer of a case; null if there is no counterpart. */
  public static @Nullable Optimizer optimizer(JsonNode each, List<Parameter> parameters) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    parameters.forEach(parameter -> named.put("p" + named.size(), parameter));
    List<ParameterGroup> groups = ParameterGroup.single(named);
    GoldenSettings config = new GoldenSettings(each.get("config"));
    Optimizer optimizer =
        switch (each.get("optimizer").asText()) {
          case "ASGD" -> new Asgd(groups, asgd(config));
          case "Adadelta" -> new Adadelta(groups, adadelta(config));
          case "Adagrad" -> new Adagrad(groups, adagrad(config));
          case "Adam" -> new Adam(groups, adam(config, 0));
          case "AdamW" -> new AdamW(groups, adam(config, 0.01));
          case "Adamax" -> new Adamax(groups, adamax(config));
          case "LBFGS" -> new Lbfgs(groups, lbfgs(config));
          case "NAdam" -> new NAdam(groups, nadam(config));
          case "RAdam" -> new RAdam(groups, radam(config));
          case "RMSprop" -> new RmsProp(groups, rmsProp(config));
          case "Rprop" -> new Rprop(groups, rprop(config));
          case "SGD" -> new Sgd(groups, sgd(config));
          default -> null;
        };
    if (optimizer != null) {
      config.checkRead();
    }
    return optimizer;
  }

  private static Asgd.Config asgd(GoldenSettings config) {
    return new Asgd.Config(
        config.number("lr", 1e-2),
        config.number("lambd", 1e-4),
        config.number("alpha", 0.75),
        config.number("t0", 1e6),
        config.number("weight_decay", 0),
        config.flag("maximize", false));
  }

  private static Adadelta.Config adadelta(GoldenSettings config) {
    return new Adadelta.Config(
        config.number("lr", 1),
        config.number("rho", 0.9),
        config.number("eps", 1e-6),
        config.number("weight_decay", 0),
        config.flag("maximize", false));
  }

  private static Adagrad.Config adagrad(GoldenSettings config) {
    return new Adagrad.Config(
        config.number("lr", 1e-2),
        config.number("lr_decay", 0),
        config.number("weight_decay", 0),
        config.number("initial_accumulator_value", 0),
        config.number("eps", 1e-10),
        config.flag("maximize", false));
  }

  private static Adam.Config adam(GoldenSettings config, double decay) {
    double[] betas = config.numbers("betas", 0.9, 0.999);
    return new Adam.Config(
        config.number("lr", 1e-3),
        betas[0],
        betas[1],
        config.number("eps", 1e-8),
        config.number("weight_decay", decay),
        config.flag("amsgrad", false),
        config.flag("maximize", false));
  }

  private static Adamax.Config adamax(GoldenSettings config) {
    double[] betas = config.numbers("betas", 0.9, 0.999);
    return new Adamax.Config(
        config.number("lr", 2e-3),
        betas[0],
        betas[1],
        config.number("eps", 1e-8),
        config.number("weight_decay", 0),
        config.flag("maximize", false));
  }

  private static Lbfgs.Config lbfgs(GoldenSettings config) {
    long iterations = config.integer("max_iter", 20);
    return new Lbfgs.Config(
        config.number("lr", 1),
        (int) iterations,
        (int) config.integer("max_eval", iterations * 5 / 4),
        config.number("tolerance_grad", 1e-7),
        config.number("tolerance_change", 1e-9),
        (int) config.integer("history_size", 100),
        config.text("line_search_fn", "").equals("strong_wolfe")
            ? Lbfgs.LineSearch.STRONG_WOLFE
            : Lbfgs.LineSearch.NONE);
  }

  private static NAdam.Config nadam(GoldenSettings config) {
    double[] betas = config.numbers("betas", 0.9, 0.999);
    return new NAdam.Config(
        config.number("lr", 2e-3),
        betas[0],
        betas[1],
        config.number("eps", 1e-8),
        config.number("weight_decay", 0),
        config.number("momentum_decay", 4e-3),
        config.flag("decoupled_weight_decay", false),
        config.flag("maximize", false));
  }

  private static RAdam.Config radam(GoldenSettings config) {
    double[] betas = config.numbers("betas", 0.9, 0.999);
    return new RAdam.Config(
        config.number("lr", 1e-3),
        betas[0],
        betas[1],
        config.number("eps", 1e-8),
        config.number("weight_decay", 0),
        config.flag("decoupled_weight_decay", false),
        config.flag("maximize", false));
  }

  private static RmsProp.Config rmsProp(GoldenSettings config) {
    return new RmsProp.Config(
        config.number("lr", 1e-2),
        config.number("alpha", 0.99),
        config.number("eps", 1e-8),
        config.number("weight_decay", 0),
        config.number("momentum", 0),
        config.flag("centered", false),
        config.flag("maximize", false));
  }

  private static Rprop.Config rprop(GoldenSettings config) {
    double[] factors = config.numbers("etas", 0.5, 1.2);
    double[] sizes = config.numbers("step_sizes", 1e-6, 50);
    return new Rprop.Config(
        config.number("lr", 1e-2),
        factors[0],
        factors[1],
        sizes[0],
        sizes[1],
        config.flag("maximize", false));
  }

  private static Sgd.Config sgd(GoldenSettings config) {
    return new Sgd.Config(
        config.number("lr", 1e-3),
        config.number("momentum", 0),
        config.number("dampening", 0),
        config.number("weight_decay", 0),
        config.flag("nesterov", false),
        config.flag("maximize", false));
  }
}
