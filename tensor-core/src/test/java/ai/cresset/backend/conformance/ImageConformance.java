package ai.cresset.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.Backend;
import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.backend.Window;
import ai.cresset.backend.conformance.Samples.Sample;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Convolution and pooling with their gradients. */
public interface ImageConformance {
  Backend backend();

  /** The sizes of a convolution: input channels, output channels, and (input, kernel) sizes. */
  record Case(Convolution window, long batch, long in, long out, long[] image, long[] kernel) {
    Shape input() {
      return shape(batch, in, image);
    }

    Shape weight() {
      return shape(out, in / window.groups(), kernel);
    }

    Shape output() {
      long[] sizes = new long[image.length];
      for (int dim = 0; dim < sizes.length; dim++) {
        sizes[dim] = window.outputSize(dim, image[dim], kernel[dim]);
      }
      return shape(batch, out, sizes);
    }

    private static Shape shape(long first, long second, long... rest) {
      long[] sizes = new long[rest.length + 2];
      sizes[0] = first;
      sizes[1] = second;
      System.arraycopy(rest, 0, sizes, 2, rest.length);
      return Shape.of(sizes);
    }
  }

  private static long[] sizes(long... sizes) {
    return sizes;
  }

  private static Convolution window(int rank, int stride, int padding, int dilation, int groups) {
    return new Convolution(
        Collections.nCopies(rank, stride),
        Collections.nCopies(rank, padding),
        Collections.nCopies(rank, padding),
        Collections.nCopies(rank, dilation),
        groups);
  }

  private static List<Case> cases() {
    return List.of(
        new Case(window(1, 1, 0, 1, 1), 2, 3, 4, sizes(7), sizes(3)),
        new Case(window(1, 2, 1, 2, 2), 2, 4, 6, sizes(9), sizes(3)),
        new Case(window(2, 1, 1, 1, 1), 2, 3, 5, sizes(5, 6), sizes(3, 3)),
        new Case(window(2, 1, 0, 1, 1), 1, 4, 3, sizes(3, 4), sizes(1, 1)),
        new Case(window(2, 2, 1, 1, 1), 1, 17, 16, sizes(6, 7), sizes(3, 2)),
        new Case(window(2, 1, 2, 2, 1), 1, 2, 3, sizes(5, 5), sizes(3, 3)),
        new Case(window(2, 1, 1, 1, 4), 2, 4, 8, sizes(4, 4), sizes(3, 3)),
        new Case(window(2, 3, 0, 1, 2), 1, 4, 4, sizes(8, 7), sizes(2, 3)),
        new Case(window(3, 1, 1, 1, 1), 1, 2, 3, sizes(3, 4, 3), sizes(2, 3, 2)),
        new Case(window(3, 2, 0, 1, 1), 1, 3, 2, sizes(3, 4, 5), sizes(1, 2, 3)),
        new Case(window(2, 1, 1, 1, 1), 0, 3, 5, sizes(5, 6), sizes(3, 3)),
        new Case(window(2, 1, 1, 1, 1), 1, 8, 24, sizes(9, 9), sizes(3, 3)),
        new Case(window(2, 2, 1, 1, 2), 2, 16, 16, sizes(5, 4), sizes(3, 3)),
        new Case(window(2, 2, 1, 2, 40), 1, 40, 40, sizes(7, 6), sizes(2, 3)),
        new Case(
            new Convolution(List.of(1, 1), List.of(0, 1), List.of(1, 1), List.of(1, 1), 1),
            2,
            3,
            2,
            sizes(4, 4),
            sizes(2, 3)));
  }

  private static double tolerance(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> 1e-12;
      case FLOAT32 -> 5e-5;
      case FLOAT16 -> 1e-2;
      default -> 6e-2;
    };
  }

  /** Images as convolutions leave them, and in the layouts of other kernels. */
  private static List<Sample> images(Samples samples, DType dtype, Shape shape, boolean readOnly) {
    List<Sample> images = new ArrayList<>();
    for (Layout layout : readOnly ? Layout.values() : Layout.WRITABLE) {
      images.add(samples.random(dtype, layout, shape.toArray()));
    }
    int rank = shape.rank();
    long[] last = new long[rank];
    int[] places = new int[rank];
    for (int dim = 0; dim < rank; dim++) {
      places[dim] = dim == 0 ? 0 : dim == 1 ? rank - 1 : dim - 1;
      last[places[dim]] = shape.size(dim);
    }
    Sample dense = samples.random(dtype, Layout.CONTIGUOUS, last);
    images.add(new Sample(moved(dense.expected(), places), moved(dense.actual(), places)));
    return images;
  }

  private static View moved(View view, int... places) {
    long[] sizes = new long[places.length];
    long[] strides = new long[places.length];
    for (int dim = 0; dim < places.length; dim++) {
      sizes[dim] = view.shape().size(places[dim]);
      strides[dim] = view.strides().stride(places[dim]);
    }
    return new View(
        view.storage(), view.offset(), Shape.of(sizes), Strides.of(strides), view.dtype());
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  default void convolutionsOfEveryLayout(DType dtype) {
    double close = tolerance(dtype);
    for (Case each : cases()) {
      try (Samples samples = new Samples(backend())) {
        Convolution window = each.window();
        Layout[] layouts = Layout.values();
        int number = 0;
        List<Sample> outputs = images(samples, dtype, each.output(), false);
        for (Sample x : images(samples, dtype, each.input(), true)) {
          Sample w =
              samples.random(dtype, layouts[number % layouts.length], each.weight().toArray());
          Sample b = number % 2 == 0 ? samples.random(dtype, Layout.SLICED, each.out()) : null;
          Sample y = outputs.get(number++ % outputs.size());
          samples
              .reference()
              .convolution(
                  window,
                  x.expected(),
                  w.expected(),
                  b == null ? null : b.expected(),
                  y.expected());
          backend()
              .convolution(
                  window, x.actual(), w.actual(), b == null ? null : b.actual(), y.actual());
          samples.assertClose("convolution " + each + x.expected(), y, close);
        }
        number = 0;
        List<Sample> inputs = images(samples, dtype, each.input(), false);
        for (Sample g : images(samples, dtype, each.output(), true)) {
          Sample w =
              samples.random(dtype, layouts[number % layouts.length], each.weight().toArray());
          Sample x = inputs.get(number % inputs.size());
          samples.reference().convolutionInput(window, g.expected(), w.expected(), x.expected());
          backend().convolutionInput(window, g.actual(), w.actual(), x.actual());
          samples.assertClose("convolutionInput " + each + g.expected(), x, close);
          Sample from = samples.random(dtype, layouts[number % 4], each.input().toArray());
          Sample to = samples.random(dtype, Layout.WRITABLE[number++ % 3], each.weight().toArray());
          samples
              .reference()
              .convolutionWeight(window, from.expected(), g.expected(), to.expected());
          backend().convolutionWeight(window, from.actual(), g.actual(), to.actual());
          samples.assertClose("convolutionWeight " + each + g.expected(), to, 4 * close);
        }
      }
    }
  }

  private static List<List<Window>> windows() {
    return List.of(
        List.of(new Window.Sliding(2, 2, 0, 1)),
        List.of(new Window.Sliding(3, 2, 1, 1), new Window.Sliding(2, 1, 1, 1)),
        List.of(new Window.Sliding(2, 1, 0, 2), new Window.Sliding(3, 3, 1, 1)),
        List.of(new Window.Adaptive(), new Window.Adaptive()),
        List.of(
            new Window.Sliding(2, 2, 1, 1),
            new Window.Sliding(1, 1, 0, 1),
            new Window.Sliding(3, 2, 1, 1)));
  }

  private static Shape pooled(List<Window> windows, Shape input) {
    Shape output = input;
    for (int dim = 0; dim < windows.size(); dim++) {
      long size =
          windows.get(dim) instanceof Window.Sliding sliding
              ? sliding.outputSize(input.size(2 + dim), dim == 0)
              : 3;
      output = output.with(2 + dim, size);
    }
    return output;
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  default void maxPoolsOfEveryLayout(DType dtype) {
    for (List<Window> windows : windows()) {
      try (Samples samples = new Samples(backend())) {
        Shape shape = Shape.of(Arrays.copyOf(sizes(2, 5, 5, 7, 4), windows.size() + 2));
        Shape small = pooled(windows, shape);
        int number = 0;
        for (Sample x : images(samples, dtype, shape, true)) {
          Layout out = Layout.WRITABLE[number++ % 3];
          Sample y = samples.output(dtype, out, small);
          Sample places = samples.output(DType.INT64, out, small);
          samples.reference().maxPool(windows, x.expected(), y.expected(), places.expected());
          backend().maxPool(windows, x.actual(), y.actual(), places.actual());
          samples.assertIdentical("maxPool " + windows, y);
          samples.assertIdentical("maxPool indices " + windows, places);
          for (Sample to : images(samples, dtype, shape, false)) {
            Sample g = samples.random(dtype, out, small.toArray());
            samples.reference().maxPoolBackward(g.expected(), places.expected(), to.expected());
            backend().maxPoolBackward(g.actual(), places.actual(), to.actual());
            samples.assertSame("maxPoolBackward " + windows, to);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  default void averagePoolsOfEveryLayout(DType dtype) {
    for (List<Window> windows : windows()) {
      if (windows.stream().anyMatch(each -> each.dilation() != 1)) {
        continue;
      }
      for (int kind = 0; kind < 3; kind++) {
        Averaging averaging = new Averaging(windows, kind == 0, kind == 2 ? 5 : 0);
        try (Samples samples = new Samples(backend())) {
          Shape shape = Shape.of(Arrays.copyOf(sizes(2, 5, 5, 7, 4), windows.size() + 2));
          Shape small = pooled(windows, shape);
          for (Sample x : images(samples, dtype, shape, true)) {
            Sample y = samples.output(dtype, Layout.SLICED, small);
            samples.reference().averagePool(averaging, x.expected(), y.expected());
            backend().averagePool(averaging, x.actual(), y.actual());
            samples.assertSame("averagePool " + averaging, y);
          }
          for (Sample to : images(samples, dtype, shape, false)) {
            Sample g = samples.random(dtype, Layout.TRANSPOSED, small.toArray());
            samples.reference().averagePoolBackward(averaging, g.expected(), to.expected());
            backend().averagePoolBackward(averaging, g.actual(), to.actual());
            samples.assertSame("averagePoolBackward " + averaging, to);
          }
        }
      }
    }
  }

  @Test
  default void notANumberWinsAndIsFound() {
    try (Samples samples = new Samples(backend())) {
      double nan = Double.NaN;
      double low = Double.NEGATIVE_INFINITY;
      List<Window> windows = List.of(new Window.Sliding(2, 2, 0, 1));
      for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
        Sample x = samples.of(dtype, Shape.of(1, 1, 8), 1, nan, nan, 2, nan, nan, low, low);
        Sample y = samples.output(dtype, Layout.CONTIGUOUS, Shape.of(1, 1, 4));
        Sample places = samples.output(DType.INT64, Layout.CONTIGUOUS, Shape.of(1, 1, 4));
        samples.reference().maxPool(windows, x.expected(), y.expected(), places.expected());
        backend().maxPool(windows, x.actual(), y.actual(), places.actual());
        samples.assertIdentical("maxPool", y);
        samples.assertIdentical("maxPool indices", places);
        assertArrayEquals(new double[] {1, 2, 5, 6}, samples.actualValues(places));
      }
    }
  }
}
