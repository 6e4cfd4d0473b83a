package ai.cresset.nn.init;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Builds models that are larger than memory: parameters that {@link Init} fills get no elements at
 * first, and later, one after the other, those that this worker keeps, with the same bits.
 *
 * <pre>{@code
 * DeferredInit deferred = DeferredInit.begin();
 * try (deferred) {
 *   model = new Gpt(config);
 * }
 * deferred.cut(parameter, whole -> whole.narrow(0, 0, 10).detachedClone(), Shape.of(10, 4));
 * deferred.materialize(model);
 * }</pre>
 *
 * <p>Until then such a parameter holds a single NaN for all elements, and refuses to be changed.
 * Parameters that are filled in other ways have their elements at once. Confined to one thread.
 */
public final class DeferredInit implements AutoCloseable {
  private static final ThreadLocal<@Nullable DeferredInit> CURRENT = new ThreadLocal<>();

  private final Map<Parameter, Fill> fills = new IdentityHashMap<>();

  /**
   * What gives a parameter its elements.
   *
   * @param spec of the whole
   * @param how fills the whole
   * @param cuts make the part that stays, one after the other
   * @param text tells fills apart
   */
  private record Fill(
      Spec spec, Consumer<Tensor> how, List<UnaryOperator<Tensor>> cuts, String text) {}

  private DeferredInit() {}

  /** Defers on this thread, until the result is closed; it can be used further. */
  public static DeferredInit begin() {
    if (CURRENT.get() != null) {
      throw ConfigException.because("a model is being built without elements already");
    }
    DeferredInit made = new DeferredInit();
    CURRENT.set(made);
    return made;
  }

  /**
   * Remembers how to fill a parameter instead of doing so.
   *
   * @param text tells fills apart
   * @return whether it does; otherwise the caller fills it
   */
  static boolean takes(Tensor tensor, Consumer<Tensor> how, String text) {
    DeferredInit here = CURRENT.get();
    if (here == null || !(tensor instanceof Parameter parameter) || tensor.numel() < 2) {
      return false;
    }
    Spec spec = parameter.spec();
    hollow(parameter, spec.shape());
    here.fills.put(parameter, new Fill(spec, how, List.of(), text));
    return true;
  }

  /**
   * Remembers what is to follow the fill of a waiting parameter.
   *
   * @return whether it waits; otherwise the caller does it
   */
  static boolean follows(Tensor tensor, Consumer<Tensor> more) {
    DeferredInit here = CURRENT.get();
    if (here == null || !(tensor instanceof Parameter parameter)) {
      return false;
    }
    Fill fill = here.fills.get(parameter);
    if (fill == null) {
      return false;
    }
    here.fills.put(parameter, new Fill(fill.spec, fill.how.andThen(more), fill.cuts, fill.text));
    return true;
  }

  /** Gives a parameter its elements back, to be filled in a way that is not remembered. */
  static void solid(Tensor tensor) {
    DeferredInit here = CURRENT.get();
    if (here != null && tensor instanceof Parameter parameter) {
      Fill fill = here.fills.remove(parameter);
      if (fill != null) {
        try (Scope scope = Scope.open("solid")) {
          parameter.replace(Tensor.empty(fill.spec));
        }
      }
    }
  }

  private static void hollow(Parameter parameter, Shape shape) {
    try (Scope scope = Scope.open("hollow")) {
      Tensor one = Tensor.full(parameter.spec().withShape(Shape.of(1)), Double.NaN);
      parameter.replace(
          Tensor.view(one.storage(), 0, shape, Strides.of(new long[shape.rank()]), one.dtype()));
    }
  }

  /** Whether a parameter has no elements yet. */
  public boolean isWaiting(Parameter parameter) {
    return fills.containsKey(parameter);
  }

  /**
   * Says that a waiting parameter is to keep a part of what it would hold.
   *
   * @param part makes the part, in memory of its own; the whole is freed afterwards
   * @param shape of the part: that of the parameter from now on
   */
  public void cut(Parameter parameter, UnaryOperator<Tensor> part, Shape shape) {
    Fill fill = fills.get(parameter);
    if (fill == null) {
      throw ConfigException.because(
          "a parameter of shape " + parameter.shape() + " does not wait for its elements");
    }
    List<UnaryOperator<Tensor>> cuts = new ArrayList<>(fill.cuts);
    cuts.add(part);
    hollow(parameter, shape);
    fills.put(parameter, new Fill(fill.spec, fill.how, cuts, fill.text));
  }

  /** Gives the waiting parameters of a module and all below their elements, one by one. */
  public void materialize(Module module) {
    for (Parameter parameter : module.parameters()) {
      Fill fill = fills.remove(parameter);
      if (fill == null) {
        continue;
      }
      try (GradMode.Restore off = GradMode.disable();
          Scope scope = Scope.open("materialize")) {
        Tensor held = Tensor.empty(fill.spec);
        fill.how.accept(held);
        for (UnaryOperator<Tensor> cut : fill.cuts) {
          held = cut.apply(held);
        }
        parameter.replace(held);
      }
    }
  }

  /** What the waiting parameters of a module will hold, as a text: equal texts, equal bits. */
  public String fingerprint(Module module) {
    StringBuilder text = new StringBuilder();
    module
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              Fill fill = fills.get(parameter);
              if (fill != null) {
                text.append(name).append(' ').append(fill.text).append('\n');
              }
            });
    return text.toString();
  }

  /** Stops deferring. */
  @Override
  public void close() {
    if (CURRENT.get() == this) {
      CURRENT.remove();
    }
  }
}
