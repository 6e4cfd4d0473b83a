package ai.cresset.optim;

import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What an optimizer remembers of one parameter: tensors of its shape and type (slots), and numbers.
 */
public final class ParameterState implements AutoCloseable {
  private final Tensor parameter;
  private final Map<String, Tensor> slots = new LinkedHashMap<>();
  private final Map<String, Double> numbers = new LinkedHashMap<>();
  private Function<Spec, Tensor> maker = Tensor::empty;
  private long step;

  ParameterState(Tensor parameter) {
    this.parameter = parameter;
  }

  /** Updates so far, the one under way included. */
  public long step() {
    return step;
  }

  /** A slot of this name; zeros when it is first asked for. */
  public Tensor slot(String name) {
    return slot(name, 0);
  }

  /** A slot of this name; filled with {@code initial} when it is first asked for. */
  public Tensor slot(String name, double initial) {
    return slots.computeIfAbsent(
        name, key -> Scope.detach(maker.apply(parameter.spec())).fill_(initial));
  }

  /** A number of this name. */
  public double number(String name, double initial) {
    return numbers.getOrDefault(name, initial);
  }

  /** Remembers a number. */
  public void remember(String name, double value) {
    numbers.put(name, value);
  }

  void maker(Function<Spec, Tensor> chosen) {
    maker = chosen;
  }

  void beginStep() {
    step++;
  }

  void step(long value) {
    step = value;
  }

  Map<String, Tensor> slots() {
    return slots;
  }

  Map<String, Double> numbers() {
    return numbers;
  }

  void clear() {
    close();
    slots.clear();
    numbers.clear();
    step = 0;
  }

  @Override
  public void close() {
    slots.values().forEach(Tensor::close);
  }
}
