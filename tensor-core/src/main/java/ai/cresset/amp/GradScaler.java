package ai.cresset.amp;

import ai.cresset.backend.Backends;
import ai.cresset.backend.FusedAdam;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.optim.Optimizer;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Multiplies losses so that gradients do not vanish in float16, and divides the gradients again
 * before the optimizer sees them ({@code torch.amp.GradScaler}). A step whose gradients are not
 * finite is left out and the scale falls; after many good steps it grows.
 *
 * <pre>{@code
 * optimizer.zeroGrad();
 * scaler.scale(loss).backward();
 * scaler.unscale(optimizer);               // only where gradients are clipped
 * GradientClipping.byNorm(parameters, 1);
 * scaler.step(optimizer);
 * scaler.update();
 * }</pre>
 */
public final class GradScaler {
  private final Config config;
  private final Map<Optimizer, Stage> stages = new IdentityHashMap<>();
  private double scale;
  private long growthTracker;
  private Agreement agreement = here -> here;

  public GradScaler(Config config) {
    this.config = config;
    scale = config.initialScale();
  }

  /** How ranks that hold different gradients find out whether all of them are finite. */
  @FunctionalInterface
  public interface Agreement {
    /** Whether any rank says yes; called by all of them. */
    boolean any(boolean here);
  }

  /**
   * Leaves out a step on every rank when one of them meets gradients that are not finite. Returns
   * this.
   */
  public GradScaler agreeing(Agreement between) {
    agreement = between;
    return this;
  }

  /** With PyTorch's defaults. */
  public GradScaler() {
    this(Config.DEFAULT);
  }

  /** What happened to an optimizer's gradients since the last update. */
  private static final class Stage {
    boolean foundInfinity;
    boolean stepped;
  }

  /**
   * Settings.
   *
   * @param initialScale above 0
   * @param growthFactor of the scale after enough good steps, above 1
   * @param backoffFactor of the scale after a bad step, in (0, 1)
   * @param growthInterval good steps in a row until the scale grows
   * @param enabled false makes this do nothing but step
   */
  public record Config(
      double initialScale,
      double growthFactor,
      double backoffFactor,
      int growthInterval,
      boolean enabled) {
    /** 65536, doubled after 2000 good steps, halved after a bad one. */
    public static final Config DEFAULT = new Config(65536, 2, 0.5, 2000, true);

    public Config {
      if (!(initialScale > 0 && initialScale < Double.POSITIVE_INFINITY)) {
        throw ConfigException.value("initialScale", initialScale, "a number above 0");
      }
      if (!(growthFactor > 1)) {
        throw ConfigException.value("growthFactor", growthFactor, "a number above 1");
      }
      if (!(backoffFactor > 0 && backoffFactor < 1)) {
        throw ConfigException.value("backoffFactor", backoffFactor, "a number in (0, 1)");
      }
      if (growthInterval < 1) {
        throw ConfigException.value("growthInterval", growthInterval, "a number of at least 1");
      }
    }

    public Config withInitialScale(double value) {
      return new Config(value, growthFactor, backoffFactor, growthInterval, enabled);
    }

    public Config withGrowth(double factor, int interval) {
      return new Config(initialScale, factor, backoffFactor, interval, enabled);
    }

    public Config withBackoff(double factor) {
      return new Config(initialScale, growthFactor, factor, growthInterval, enabled);
    }

    public Config withEnabled(boolean wanted) {
      return new Config(initialScale, growthFactor, backoffFactor, growthInterval, wanted);
    }
  }

  public Config config() {
    return config;
  }

  /** The present scale; 1 when disabled. */
  public double scale() {
    return config.enabled() ? scale : 1;
  }

  /** Good steps since the scale changed. */
  public long growthTracker() {
    return growthTracker;
  }

  /** A loss times the scale, to run backward on. */
  public Tensor scale(Tensor loss) {
    return config.enabled() ? loss.mul(scale) : loss;
  }

  /**
   * Divides an optimizer's gradients by the scale, and looks whether they are finite. {@link #step}
   * does so by itself unless it was done before.
   *
   * @throws ConfigException if it was done since the last {@link #update}, or gradients are float16
   */
  public void unscale(Optimizer optimizer) {
    if (!config.enabled()) {
      return;
    }
    if (stages.containsKey(optimizer)) {
      throw ConfigException.because(
          "GradScaler: unscale was called for this optimizer since the last update(), or its step()"
              + " was; call update() once after each step");
    }
    Stage stage = new Stage();
    stages.put(optimizer, stage);
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("unscale")) {
      List<Tensor> gradients = new ArrayList<>();
      for (Tensor parameter : optimizer.parameters().values()) {
        Tensor gradient = parameter.grad();
        if (gradient != null) {
          if (gradient.dtype() == DType.FLOAT16) {
            throw ConfigException.because(
                "GradScaler: a gradient is float16, in which dividing loses digits; keep parameters"
                    + " in float32 and let Autocast cast them");
          }
          gradients.add(gradient);
        }
      }
      List<Tensor> found = notFinite(gradients);
      gradients.forEach(gradient -> gradient.mul_(1 / scale));
      stage.foundInfinity = found.stream().anyMatch(each -> each.item() != 0);
    }
    stage.foundInfinity = agreement.any(stage.foundInfinity);
  }

  /**
   * An element for each device, 0 if all gradients there are finite. Whoever reads it waits for the
   * device, so nothing is read before all is on its way.
   */
  private static List<Tensor> notFinite(List<Tensor> gradients) {
    Map<Device, List<Tensor>> devices = new LinkedHashMap<>();
    for (Tensor gradient : gradients) {
      devices.computeIfAbsent(gradient.device(), missing -> new ArrayList<>()).add(gradient);
    }
    List<Tensor> found = new ArrayList<>();
    devices.forEach(
        (device, there) ->
            found.add(
                Backends.of(device)
                    .capability(FusedAdam.class)
                    .map(fused -> notFinite(fused, device, there))
                    .orElseGet(() -> composed(there))));
    return found;
  }

  private static Tensor notFinite(FusedAdam fused, Device device, List<Tensor> gradients) {
    Tensor found = Tensor.zeros(new Spec(Shape.of(1), DType.FLOAT32, device));
    List<Tensor> dense = gradients.stream().map(Tensor::contiguous).toList();
    fused.findNotFinite(dense.stream().map(Tensor::materialize).toList(), found.materialize());
    return found;
  }

  private static Tensor composed(List<Tensor> gradients) {
    List<Tensor> each = gradients.stream().map(gradient -> gradient.isFinite().all()).toList();
    return Functional.stack(each, 0).all().logicalNot();
  }

  /**
   * A step of the optimizer, unless its gradients are not finite.
   *
   * @return whether it was made
   * @throws ConfigException if a step was made since the last {@link #update}
   */
  public boolean step(Optimizer optimizer) {
    if (!config.enabled()) {
      optimizer.step();
      return true;
    }
    if (!stages.containsKey(optimizer)) {
      unscale(optimizer);
    }
    Stage stage = stages.get(optimizer);
    if (stage == null || stage.stepped) {
      throw ConfigException.because(
          "GradScaler: step was called for this optimizer since the last update(); call update()"
              + " once after each step");
    }
    stage.stepped = true;
    if (!stage.foundInfinity) {
      optimizer.step();
    }
    return !stage.foundInfinity;
  }

  /**
   * Changes the scale by what the steps since the last update met.
   *
   * @throws ConfigException if no gradients were looked at since
   */
  public void update() {
    if (!config.enabled()) {
      return;
    }
    if (stages.isEmpty()) {
      throw ConfigException.because(
          "GradScaler: update() without a step since the last one; call step(optimizer) before");
    }
    if (stages.values().stream().anyMatch(stage -> stage.foundInfinity)) {
      scale *= config.backoffFactor();
      growthTracker = 0;
    } else {
      growthTracker++;
      if (growthTracker == config.growthInterval()) {
        // float32 has no room for more.
        double larger = scale * config.growthFactor();
        scale = larger <= Float.MAX_VALUE ? larger : scale;
        growthTracker = 0;
      }
    }
    stages.clear();
  }

  /** What is needed to go on, by PyTorch's names; empty when disabled. */
  public Map<String, Double> stateDict() {
    if (!config.enabled()) {
      return Map.of();
    }
    Map<String, Double> state = new LinkedHashMap<>();
    state.put("scale", scale);
    state.put("growth_factor", config.growthFactor());
    state.put("backoff_factor", config.backoffFactor());
    state.put("growth_interval", (double) config.growthInterval());
    state.put("_growth_tracker", (double) growthTracker);
    return Collections.unmodifiableMap(state);
  }

  /**
   * Takes over the scale and how far its growth is; factors stay as configured.
   *
   * @throws CheckpointException if one of them is missing
   */
  public void loadStateDict(Map<String, Double> state) {
    if (!config.enabled()) {
      return;
    }
    Double saved = state.get("scale");
    Double tracker = state.get("_growth_tracker");
    if (saved == null || tracker == null || !(saved > 0)) {
      throw CheckpointException.because(
          "a GradScaler's state needs a scale above 0 and a _growth_tracker, got " + state);
    }
    scale = saved;
    growthTracker = tracker.longValue();
    stages.clear();
  }
}
