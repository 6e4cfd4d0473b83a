package ai.cresset.backend.reference;

import ai.cresset.backend.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Sorting, whole or only the first elements. */
final class ReferenceOrder {
  private ReferenceOrder() {}

  static void sort(View input, int dim, boolean descending, View values, View indices) {
    Lines lines = Lines.along(input.shape(), dim);
    Lines sorted = Lines.along(values.shape(), dim);
    for (long line = 0; line < lines.count(); line++) {
      long of = line;
      Comparator<Long> order =
          (a, b) -> compare(input, lines.element(of, a), lines.element(of, b), descending);
      List<Long> places = new ArrayList<>();
      for (long k = 0; k < lines.length(); k++) {
        places.add(k);
      }
      places.sort(order);
      for (int k = 0; k < sorted.length(); k++) {
        long from = lines.element(line, places.get(k));
        long to = sorted.element(line, k);
        if (input.dtype().isFloating()) {
          Elements.putDouble(values, to, Elements.getDouble(input, from));
        } else {
          Elements.putLong(values, to, Elements.getLong(input, from));
        }
        Elements.putLong(indices, to, places.get(k));
      }
    }
  }

  private static int compare(View input, long a, long b, boolean descending) {
    int ascending =
        input.dtype().isFloating()
            ? Double.compare(Elements.getDouble(input, a) + 0.0, Elements.getDouble(input, b) + 0.0)
            : Long.compare(Elements.getLong(input, a), Elements.getLong(input, b));
    return descending ? -ascending : ascending;
  }
}
