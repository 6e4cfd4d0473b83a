package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a module is made from: values under names, in any order, each name once. Numbers are
 * kept exactly.
 *
 * @see Module#describe
 */
public interface ModuleDescription {
  ModuleDescription integer(String name, long value);

  /** A number; NaN and infinities too. */
  ModuleDescription number(String name, double value);

  ModuleDescription optionalNumber(String name, @Nullable Double value);

  ModuleDescription flag(String name, boolean value);

  ModuleDescription choice(String name, Enum<?> value);

  /** A record of numbers, flags, enums, lists of such and records. */
  ModuleDescription options(String name, Record value);

  ModuleDescription integers(String name, long... values);

  ModuleDescription numbers(String name, double... values);

  /** That there is a tensor of this shape, or none; its elements are part of the state. */
  ModuleDescription shape(String name, @Nullable Tensor tensor);

  /** The shapes of several tensors. */
  ModuleDescription shapes(String name, List<? extends Tensor> tensors);

  /** The shapes of several tensors by name. */
  ModuleDescription shapes(String name, Map<String, ? extends Tensor> tensors);

  /** A module that this one was given, or none. */
  ModuleDescription module(String name, @Nullable Module module);

  /** Modules that this one was given. */
  ModuleDescription modules(String name, List<? extends Module> modules);

  /** Modules that this one was given, by name. */
  ModuleDescription modules(String name, Map<String, ? extends Module> modules);

  /**
   * A parameter that may be that of another module, described before; says nothing if it is not.
   */
  ModuleDescription tie(String name, Parameter parameter);
}
