package ai.cresset.tensor;

import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A tensor as a list of numbers and a shape, where everything is a map from places to places: the
 * model that views, strides, broadcasting and indexing are compared with.
 */
record NaiveTensor(List<Long> sizes, List<Double> values) {
  static NaiveTensor of(Tensor tensor) {
    List<Long> sizes = new ArrayList<>();
    for (long size : tensor.shape().toArray()) {
      sizes.add(size);
    }
    List<Double> values = new ArrayList<>();
    for (double value : tensor.toDoubleArray()) {
      values.add(value);
    }
    return new NaiveTensor(sizes, values);
  }

  static NaiveTensor build(List<Long> sizes, Function<List<Long>, Double> element) {
    List<Double> values = new ArrayList<>();
    for (List<Long> place : places(sizes)) {
      values.add(element.apply(place));
    }
    return new NaiveTensor(List.copyOf(sizes), values);
  }

  /** All places of a shape in row-major order. */
  static List<List<Long>> places(List<Long> sizes) {
    List<List<Long>> all = new ArrayList<>();
    all.add(List.of());
    for (long size : sizes) {
      List<List<Long>> longer = new ArrayList<>();
      for (List<Long> place : all) {
        for (long i = 0; i < size; i++) {
          List<Long> next = new ArrayList<>(place);
          next.add(i);
          longer.add(next);
        }
      }
      all = longer;
    }
    return all;
  }

  int number(List<Long> place) {
    long at = 0;
    for (int dim = 0; dim < sizes.size(); dim++) {
      at = at * sizes.get(dim) + place.get(dim);
    }
    return (int) at;
  }

  double get(List<Long> place) {
    return values.get(number(place));
  }

  /** The element that broadcasting puts at a place of a wider shape. */
  double broadcast(List<Long> place) {
    List<Long> own = new ArrayList<>();
    int lead = place.size() - sizes.size();
    for (int dim = 0; dim < sizes.size(); dim++) {
      own.add(sizes.get(dim) == 1 ? 0 : place.get(dim + lead));
    }
    return get(own);
  }

  Shape shape() {
    return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
  }
}
