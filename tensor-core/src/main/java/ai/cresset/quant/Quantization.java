package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.layer.Linear;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Puts linear layers in int8 in the place of those of a trained model.
 *
 * <pre>{@code
 * model.eval();
 * QuantizationReport report = Quantization.dynamic(model, name -> !name.endsWith("lm_head"));
 * ModelFile.save(path, model);
 * }</pre>
 *
 * <p>Layers are replaced in place: their parameters are closed, so an optimizer that has them is of
 * no use afterwards. Layers whose parameters another module has too, or that are parametrized or
 * masked, stay as they are; the report says so.
 */
public final class Quantization {
  private Quantization() {}

  /**
   * Replaces {@link Linear} layers by {@link DynamicQuantizedLinear} ({@code
   * torch.ao.quantization.quantize_dynamic}).
   *
   * @param names which layers, by their names in the model
   * @throws ConfigException if no layer could be replaced
   */
  public static QuantizationReport dynamic(Module model, Predicate<String> names) {
    return Replacement.of(model, names)
        .replace((name, layer) -> new DynamicQuantizedLinear(layer));
  }

  /**
   * Watches the inputs of {@link Linear} layers until the result is closed, to replace the layers by
   * {@link StaticQuantizedLinear} afterwards.
   *
   * @param names which layers, by their names in the model
   * @param observers makes one for each layer, of {@link QuantizedRange#UINT8_REDUCED} and for whole
   *     tensors
   * @throws ConfigException if no layer can be replaced
   */
  public static Calibration calibrate(
      Module model, Predicate<String> names, Supplier<? extends Observer> observers) {
    return new Calibration(Replacement.of(model, names), observers);
  }

  /**
   * How many products of quantized layers this process composed of float32 ones, because the device
   * has no fast product of 8-bit integers.
   */
  public static long composedProducts() {
    return Int8Products.composed();
  }
}
