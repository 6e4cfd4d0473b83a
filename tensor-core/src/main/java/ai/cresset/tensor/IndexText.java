package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads index expressions as they stand between Python's brackets: numbers, slices, {@code ...},
 * {@code None}, lists (also nested, also of {@code True} and {@code False}), and names of tensors.
 */
final class IndexText {
  private static final int MAX_DEPTH = 16;

  private final String text;
  private final Tensor[] tensors;
  private int nextTensor;
  private int at;

  private IndexText(String text, Tensor[] tensors) {
    this.text = text;
    this.tensors = tensors;
  }

  /**
   * The indices of a text.
   *
   * @param tensors what its names stand for, in order
   * @throws ShapeException that shows where the text is wrong
   */
  static Index[] parse(String text, Tensor... tensors) {
    IndexText reader = new IndexText(unwrapped(text), tensors);
    return reader.items();
  }

  /** A list of lists that stands alone names an index for each dim, as in PyTorch. */
  private static String unwrapped(String text) {
    String bare = text.strip();
    if (!bare.startsWith("[") || !bare.endsWith("]")) {
      return text;
    }
    int depth = 0;
    boolean nested = false;
    for (int i = 0; i < bare.length(); i++) {
      depth += bare.charAt(i) == '[' ? 1 : bare.charAt(i) == ']' ? -1 : 0;
      nested |= depth == 2;
      if (depth == 0 && i < bare.length() - 1) {
        return text;
      }
    }
    return nested && depth == 0 ? bare.substring(1, bare.length() - 1) : text;
  }

  private Index[] items() {
    List<Index> indices = new ArrayList<>();
    skipSpace();
    while (at < text.length()) {
      indices.add(item());
      skipSpace();
      if (at < text.length()) {
        expect(',');
        skipSpace();
      }
    }
    if (nextTensor < tensors.length) {
      throw ShapeException.mismatch(
          "index '" + text + "'", "a name for each of " + tensors.length + " tensors", nextTensor);
    }
    return indices.toArray(new Index[0]);
  }

  private Index item() {
    if (text.startsWith("...", at)) {
      at += 3;
      return Index.ellipsis();
    }
    char next = peek();
    if (next == '[') {
      return list();
    }
    if (Character.isJavaIdentifierStart(next)) {
      return named(word());
    }
    return range();
  }

  private Index named(String word) {
    switch (word) {
      case "None" -> {
        return Index.newAxis();
      }
      case "Ellipsis" -> {
        return Index.ellipsis();
      }
      case "True", "False" -> {
        return Index.mask(Creation.tensor(word.equals("True")));
      }
      default -> {
        if (nextTensor == tensors.length) {
          throw wrong("a tensor for the name '" + word + "'; " + tensors.length + " were given");
        }
        return Index.of(tensors[nextTensor++]);
      }
    }
  }

  private Index range() {
    @Nullable Long[] parts = new @Nullable Long[3];
    int count = 0;
    while (true) {
      skipSpace();
      char next = peek();
      if (next == '-' || next == '+' || Character.isDigit(next)) {
        parts[count] = number();
        skipSpace();
      } else if (Character.isJavaIdentifierStart(next)) {
        if (!word().equals("None")) {
          throw wrong("a number or None in a slice");
        }
        skipSpace();
      } else if (count == 0 && next != ':') {
        throw wrong("a number, a slice, '...', None, a list or a name");
      }
      if (peek() != ':') {
        break;
      }
      at++;
      if (++count == 3) {
        throw wrong("at most two colons");
      }
    }
    if (count == 0) {
      return Index.at(present(parts[0]));
    }
    return new Index.Range(parts[0], parts[1], parts[2] == null ? 1 : parts[2]);
  }

  private long present(@Nullable Long number) {
    if (number == null) {
      throw wrong("a number");
    }
    return number;
  }

  private Index list() {
    List<Long> values = new ArrayList<>();
    List<Long> shape = new ArrayList<>();
    boolean[] kinds = new boolean[2];
    list(values, shape, kinds, 0);
    if (kinds[0] && kinds[1]) {
      throw wrong("numbers or booleans in a list, not both");
    }
    long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
    Tensor positions = Tensor.of(values.stream().mapToLong(Long::longValue).toArray(), sizes);
    return kinds[1] ? Index.mask(positions.ne(0)) : Index.index(positions);
  }

  /** Appends the numbers of a list; {@code shape[depth]} is its length, or becomes it. */
  private void list(List<Long> values, List<Long> shape, boolean[] kinds, int depth) {
    if (depth == MAX_DEPTH) {
      throw wrong("at most " + MAX_DEPTH + " lists in each other");
    }
    boolean first = shape.size() == depth;
    if (first) {
      shape.add(-1L);
    }
    expect('[');
    skipSpace();
    long length = 0;
    boolean nested = false;
    while (peek() != ']') {
      boolean inner = peek() == '[';
      if (length > 0 && inner != nested || inner && !first && shape.size() == depth + 1) {
        throw wrong("lists of one length in a list");
      }
      nested = inner;
      if (inner) {
        list(values, shape, kinds, depth + 1);
      } else if (shape.size() > depth + 1) {
        throw wrong("lists of one depth in a list");
      } else if (Character.isJavaIdentifierStart(peek())) {
        String word = word();
        if (!word.equals("True") && !word.equals("False")) {
          throw wrong("numbers, True or False in a list");
        }
        kinds[1] = true;
        values.add(word.equals("True") ? 1L : 0L);
      } else {
        kinds[0] = true;
        values.add(number());
      }
      length++;
      skipSpace();
      if (peek() != ']') {
        expect(',');
        skipSpace();
      }
    }
    expect(']');
    if (!first && shape.get(depth) != length) {
      throw wrong("lists of one length in a list");
    }
    shape.set(depth, length);
  }

  private long number() {
    int start = at;
    if (peek() == '-' || peek() == '+') {
      at++;
    }
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    try {
      return Long.parseLong(text.substring(start, at));
    } catch (NumberFormatException e) {
      at = start;
      throw wrong("a 64-bit integer");
    }
  }

  private String word() {
    int start = at;
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : ' ';
  }

  private void skipSpace() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw wrong("'" + wanted + "'");
    }
    at++;
  }

  private ShapeException wrong(String expected) {
    String rest = at < text.length() ? "'" + text.substring(at) + "'" : "the end";
    return ShapeException.mismatch("index '" + text + "'", expected, rest);
  }
}
