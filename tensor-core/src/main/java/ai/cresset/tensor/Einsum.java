package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sums of products in Einstein's notation ({@code torch.einsum}). Each pair of operands becomes one
 * batched matrix product; of several operands, the pair with the smallest result goes first.
 */
final class Einsum {
  /** Labels of the dims behind an ellipsis count down from here, the last dim first. */
  private static final int ELLIPSIS = -1;

  private final String equation;
  private final List<Term> terms = new ArrayList<>();
  private final List<Integer> output;

  /** A tensor whose dims are labelled, each label once. */
  private record Term(Tensor tensor, List<Integer> labels) {
    long size(int label) {
      return tensor.size(labels.indexOf(label));
    }

    boolean has(int label) {
      return labels.contains(label);
    }
  }

  static Tensor of(String equation, List<Tensor> operands) {
    return new Einsum(equation, operands).result();
  }

  private Einsum(String equation, List<Tensor> operands) {
    this.equation = equation.replace(" ", "");
    int arrow = this.equation.indexOf("->");
    String left = arrow < 0 ? this.equation : this.equation.substring(0, arrow);
    String[] parts = left.split(",", -1);
    if (operands.isEmpty() || parts.length != operands.size()) {
      throw wrong("one part for each of " + operands.size() + " operands", parts.length);
    }
    Map<Integer, Integer> occurrences = new TreeMap<>();
    Map<Integer, Long> sizes = new LinkedHashMap<>();
    int widest = 0;
    for (int i = 0; i < parts.length; i++) {
      Tensor operand = operands.get(i);
      List<Integer> labels = labels(parts[i], operand.shape());
      for (int dim = 0; dim < labels.size(); dim++) {
        int label = labels.get(dim);
        occurrences.merge(label, 1, Integer::sum);
        widest = Math.max(widest, label < 0 ? -label : 0);
        checkSize(sizes, label, operand.size(dim));
      }
      terms.add(diagonals(operand, labels));
    }
    output =
        arrow < 0
            ? implicit(occurrences)
            : explicit(this.equation.substring(arrow + 2), occurrences, widest);
  }

  private ShapeException wrong(String expected, Object got) {
    return ShapeException.mismatch("einsum '" + equation + "'", expected, got);
  }

  private void checkSize(Map<Integer, Long> sizes, int label, long size) {
    Long known = sizes.get(label);
    if (known == null || known == 1) {
      sizes.put(label, size);
    } else if (size != known && size != 1) {
      String name = label < 0 ? "..." : String.valueOf((char) label);
      throw wrong("one size for '" + name + "' in all operands", known + " and " + size);
    }
  }

  /** The label of each dim; an ellipsis stands for all dims that have no letter. */
  private List<Integer> labels(String part, Shape shape) {
    List<Integer> labels = new ArrayList<>();
    int dots = part.indexOf("...");
    String letters = dots < 0 ? part : part.substring(0, dots) + part.substring(dots + 3);
    int hidden = shape.rank() - letters.length();
    if (hidden < 0 || dots < 0 && hidden > 0) {
      throw wrong("'" + part + "' to name each dim", shape);
    }
    for (int i = 0; i <= letters.length(); i++) {
      if (i == dots) {
        for (int k = hidden; k > 0; k--) {
          labels.add(ELLIPSIS - (k - 1));
        }
      }
      if (i < letters.length()) {
        labels.add(letter(letters.charAt(i)));
      }
    }
    return labels;
  }

  private int letter(char letter) {
    if (letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z') {
      return letter;
    }
    throw wrong("letters, ',', '...' and '->'", "'" + letter + "'");
  }

  private static List<Integer> implicit(Map<Integer, Integer> occurrences) {
    List<Integer> output = new ArrayList<>();
    occurrences.forEach(
        (label, count) -> {
          if (label < 0 || count == 1) {
            output.add(label);
          }
        });
    return output;
  }

  private List<Integer> explicit(String part, Map<Integer, Integer> occurrences, int widest) {
    List<Integer> labels = new ArrayList<>();
    int dots = part.indexOf("...");
    String letters = dots < 0 ? part : part.substring(0, dots) + part.substring(dots + 3);
    for (int i = 0; i <= letters.length(); i++) {
      if (i == dots) {
        for (int k = widest; k > 0; k--) {
          labels.add(-k);
        }
      }
      if (i < letters.length()) {
        int label = letter(letters.charAt(i));
        if (!occurrences.containsKey(label) || labels.contains(label)) {
          throw wrong("each letter of the output once, and in an operand", "'" + part + "'");
        }
        labels.add(label);
      }
    }
    return labels;
  }

  /** Dims of one label become their diagonal. */
  private Term diagonals(Tensor operand, List<Integer> labels) {
    Tensor tensor = operand;
    List<Integer> left = new ArrayList<>(labels);
    for (int dim = 0; dim < left.size(); dim++) {
      int again = left.subList(dim + 1, left.size()).indexOf(left.get(dim)) + dim + 1;
      while (again > dim) {
        if (tensor.size(dim) != tensor.size(again)) {
          throw wrong("one size for dims of one letter", operand.shape());
        }
        tensor = tensor.diagonal(0, dim, again).movedim(-1, dim);
        left.remove(again);
        again = left.subList(dim + 1, left.size()).indexOf(left.get(dim)) + dim + 1;
      }
    }
    return new Term(tensor, left);
  }

  private Tensor result() {
    while (terms.size() > 1) {
      int[] pair = cheapest();
      Term right = terms.remove(pair[1]);
      Term left = terms.remove(pair[0]);
      terms.add(pair[0], product(left, right));
    }
    Term last = summed(terms.remove(0), new TreeSet<>(output));
    List<Integer> order = new ArrayList<>();
    Tensor tensor = last.tensor();
    for (int label : output) {
      order.add(last.labels().indexOf(label));
    }
    return tensor.permute(order.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The pair whose product has the fewest elements; of equals the first. */
  private int[] cheapest() {
    int[] best = {0, 1};
    double fewest = Double.POSITIVE_INFINITY;
    for (int i = 0; terms.size() > 2 && i < terms.size(); i++) {
      for (int j = i + 1; j < terms.size(); j++) {
        Set<Integer> kept = needed(i, j);
        double elements = 1;
        for (int label : union(terms.get(i), terms.get(j))) {
          elements *= kept.contains(label) ? size(terms.get(i), terms.get(j), label) : 1;
        }
        if (elements < fewest) {
          fewest = elements;
          best = new int[] {i, j};
        }
      }
    }
    return best;
  }

  private static Set<Integer> union(Term left, Term right) {
    Set<Integer> labels = new TreeSet<>(left.labels());
    labels.addAll(right.labels());
    return labels;
  }

  private static long size(Term left, Term right, int label) {
    long a = left.has(label) ? left.size(label) : 1;
    long b = right.has(label) ? right.size(label) : 1;
    return a == 1 ? b : a;
  }

  /** Labels of the output and of the terms other than these two. */
  private Set<Integer> needed(int first, int second) {
    Set<Integer> labels = new TreeSet<>(output);
    for (int i = 0; i < terms.size(); i++) {
      if (i != first && i != second) {
        labels.addAll(terms.get(i).labels());
      }
    }
    return labels;
  }

  private Term product(Term first, Term second) {
    Set<Integer> kept = needed(-1, -1);
    Term narrow = narrowed(first, second);
    Term right = narrowed(second, narrow);
    Term left = summed(narrow, with(kept, right));
    right = summed(right, with(kept, left));
    List<Integer> batch = new ArrayList<>();
    List<Integer> inner = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    List<Integer> columns = new ArrayList<>();
    for (int label : left.labels()) {
      (right.has(label) ? kept.contains(label) ? batch : inner : rows).add(label);
    }
    for (int label : right.labels()) {
      if (!left.has(label)) {
        columns.add(label);
      }
    }
    Tensor a = folded(left, batch, rows, inner);
    Tensor b = folded(right, batch, inner, columns);
    List<Integer> labels = new ArrayList<>(batch);
    labels.addAll(rows);
    labels.addAll(columns);
    long[] sizes = new long[labels.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = (left.has(labels.get(i)) ? left : right).size(labels.get(i));
    }
    return new Term(a.matmul(b).reshape(Shape.of(sizes)), labels);
  }

  private static Set<Integer> with(Set<Integer> kept, Term other) {
    Set<Integer> wanted = new TreeSet<>(kept);
    wanted.addAll(other.labels());
    return wanted;
  }

  /** Without dims of size 1 where the other term has more, which is how they broadcast. */
  private static Term narrowed(Term term, Term other) {
    Tensor tensor = term.tensor();
    List<Integer> labels = new ArrayList<>(term.labels());
    for (int dim = labels.size() - 1; dim >= 0; dim--) {
      int label = labels.get(dim);
      if (tensor.size(dim) == 1 && other.has(label) && other.size(label) != 1) {
        tensor = tensor.squeeze(dim);
        labels.remove(dim);
      }
    }
    return new Term(tensor, labels);
  }

  private static Term summed(Term term, Set<Integer> wanted) {
    List<Integer> dims = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int dim = 0; dim < term.labels().size(); dim++) {
      if (wanted.contains(term.labels().get(dim))) {
        labels.add(term.labels().get(dim));
      } else {
        dims.add(dim);
      }
    }
    if (dims.isEmpty()) {
      return term;
    }
    int[] gone = dims.stream().mapToInt(Integer::intValue).toArray();
    return new Term(term.tensor().sum(gone, false).to(term.tensor().dtype()), labels);
  }

  /** The dims in groups, each one dim of a batch of matrices. */
  private static Tensor folded(
      Term term, List<Integer> batch, List<Integer> rows, List<Integer> columns) {
    List<Integer> order = new ArrayList<>();
    long[] sizes = {1, 1, 1};
    int group = 0;
    for (List<Integer> labels : List.of(batch, rows, columns)) {
      for (int label : labels) {
        order.add(term.labels().indexOf(label));
        sizes[group] *= term.size(label);
      }
      group++;
    }
    int[] dims = order.stream().mapToInt(Integer::intValue).toArray();
    return term.tensor().permute(dims).reshape(Shape.of(sizes));
  }
}
