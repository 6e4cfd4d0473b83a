package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Layers that are watched while a model runs on typical batches.
 *
 * <pre>{@code
 * try (Calibration calibration = Quantization.calibrate(model, name -> true, observers)) {
 *   batches.forEach(model::call);
 *   calibration.convert();
 * }
 * }</pre>
 */
public final class Calibration implements AutoCloseable {
  private final Replacement replacement;
  private final Map<String, Observer> observers = new LinkedHashMap<>();
  private final List<HookHandle> hooks = new ArrayList<>();
  private boolean converted;

  Calibration(Replacement replacement, Supplier<? extends Observer> make) {
    this.replacement = replacement;
    replacement
        .layers()
        .forEach(
            (name, layer) -> {
              Observer observer = make.get();
              observers.put(name, observer);
              hooks.add(
                  layer.registerForwardPreHook(
                      (module, inputs) -> {
                        try (Tensor seen = inputs.get(0).detach().to(DType.FLOAT32)) {
                          observer.observe(seen);
                        }
                        return null;
                      }));
            });
  }

  /** What watches the input of each layer. */
  public Map<String, Observer> observers() {
    return Collections.unmodifiableMap(observers);
  }

  /**
   * Replaces the layers; the hooks end.
   *
   * @throws ConfigException if a layer has not been called; then nothing was replaced
   */
  public QuantizationReport convert() {
    if (converted) {
      throw ConfigException.because("this calibration was converted already");
    }
    Map<String, QuantizationParameters> found = new LinkedHashMap<>();
    observers.forEach((name, observer) -> found.put(name, parameters(name, observer)));
    close();
    converted = true;
    return replacement.replace(
        (name, layer) -> new StaticQuantizedLinear(layer, Objects.requireNonNull(found.get(name))));
  }

  private static QuantizationParameters parameters(String name, Observer observer) {
    QuantizationParameters found;
    try {
      found = observer.parameters();
    } catch (ConfigException e) {
      throw ConfigException.because("calibration of '" + name + "': " + e.getMessage());
    }
    if (!found.isPerTensor() || !found.range().equals(Int8Linear.ACTIVATIONS)) {
      throw ConfigException.value(
          "calibration of '" + name + "'",
          found,
          "an observer of whole tensors, of " + Int8Linear.ACTIVATIONS);
    }
    return found;
  }

  /** Ends watching. Closing twice is harmless. */
  @Override
  public void close() {
    hooks.forEach(HookHandle::close);
    hooks.clear();
  }
}
