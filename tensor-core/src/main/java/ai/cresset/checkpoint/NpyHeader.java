package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What stands before the elements of an NPY file. Source: numpy.org/doc/stable/reference/
 * generated/numpy.lib.format.html, versions 1 to 3.
 *
 * @param dtype the element type
 * @param swapped whether bytes of an element come highest first
 * @param fortran whether the first dimension runs fastest
 * @param shape sizes
 */
record NpyHeader(DType dtype, boolean swapped, boolean fortran, Shape shape) {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** The longest header that is read; those of plain arrays are a hundred bytes. */
  static final int MAX_BYTES = 1 << 16;

  private static final int MAX_RANK = 64;
  private static final int ALIGNMENT = 64;

  /** The elements' bytes. */
  long bytes() {
    return Math.multiplyExact(shape.numel(), (long) dtype.bytes());
  }

  /** Reads the dictionary of a header. */
  static NpyHeader parse(String file, byte[] text) {
    return new Reader(file, new String(text, StandardCharsets.UTF_8)).header();
  }

  /** A whole header of version 1, from the magic to the line end. */
  static byte[] toBytes(DType dtype, Shape shape) {
    String sizes =
        Arrays.stream(shape.toArray()).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String tuple = "(" + sizes + (shape.rank() == 1 ? ",)" : ")");
    String text =
        "{'descr': '" + descr(dtype) + "', 'fortran_order': False, 'shape': " + tuple + ", }";
    int start = MAGIC.length + 4;
    int padding = ALIGNMENT - 1 - (start + text.length()) % ALIGNMENT;
    byte[] body = (text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(MAGIC, start + body.length);
    whole[6] = 1;
    whole[8] = (byte) body.length;
    whole[9] = (byte) (body.length >>> 8);
    System.arraycopy(body, 0, whole, start, body.length);
    return whole;
  }

  private static String descr(DType dtype) {
    return switch (dtype) {
      case BOOL -> "|b1";
      case UINT8 -> "|u1";
      case INT8 -> "|i1";
      case INT16 -> "<i2";
      case INT32 -> "<i4";
      case INT64 -> "<i8";
      case FLOAT16 -> "<f2";
      case FLOAT32 -> "<f4";
      case FLOAT64 -> "<f8";
      case BFLOAT16 ->
          throw DTypeException.unsupported("NPY", dtype, "float32 or float16, which NumPy has");
    };
  }

  /** Reads the one dictionary that a header is; nothing in it is evaluated. */
  private static final class Reader {
    private final String file;
    private final String text;
    private int at;

    Reader(String file, String text) {
      this.file = file;
      this.text = text;
    }

    NpyHeader header() {
      String descr = null;
      Boolean fortran = null;
      Shape shape = null;
      expect('{');
      while (next() != '}') {
        String key = string();
        expect(':');
        switch (key) {
          case "descr" -> descr = descr();
          case "fortran_order" -> fortran = flag();
          case "shape" -> shape = shape();
          default -> throw damaged("unknown key '" + key + "'");
        }
        if (next() == ',') {
          at++;
        }
      }
      if (descr == null || fortran == null || shape == null) {
        throw damaged("expected descr, fortran_order and shape");
      }
      NpyHeader header = new NpyHeader(dtype(descr), descr.charAt(0) == '>', fortran, shape);
      try {
        header.bytes();
      } catch (ArithmeticException e) {
        throw damaged("the shape " + shape + " has more bytes than 2^63");
      }
      return header;
    }

    private DType dtype(String descr) {
      String kind =
          descr.length() > 1 && "<>=|".indexOf(descr.charAt(0)) >= 0 ? descr.substring(1) : "";
      return switch (kind) {
        case "b1" -> DType.BOOL;
        case "u1" -> DType.UINT8;
        case "i1" -> DType.INT8;
        case "i2" -> DType.INT16;
        case "i4" -> DType.INT32;
        case "i8" -> DType.INT64;
        case "f2" -> DType.FLOAT16;
        case "f4" -> DType.FLOAT32;
        case "f8" -> DType.FLOAT64;
        default -> throw unsupported(descr);
      };
    }

    private CheckpointException unsupported(String descr) {
      if (descr.contains("O")) {
        return CheckpointException.because(
            file
                + ": dtype object ('"
                + descr
                + "') holds pickled Python objects, which are never loaded; save it with a numeric"
                + " dtype");
      }
      return CheckpointException.because(
          file
              + ": dtype '"
              + descr
              + "' has no tensor type; save it as bool, uint8, int8 to int64 or float16 to float64");
    }

    private String descr() {
      if (next() == '[') {
        throw CheckpointException.because(
            file + ": structured dtypes have no tensor type; save each field by itself");
      }
      return string();
    }

    private boolean flag() {
      next();
      boolean yes = text.startsWith("True", at);
      if (!yes && !text.startsWith("False", at)) {
        throw damaged("expected True or False");
      }
      at += yes ? 4 : 5;
      return yes;
    }

    private Shape shape() {
      long[] sizes = new long[MAX_RANK];
      int rank = 0;
      expect('(');
      while (next() != ')') {
        if (rank == MAX_RANK) {
          throw damaged("more than " + MAX_RANK + " dimensions");
        }
        sizes[rank++] = number();
        if (next() == ',') {
          at++;
        } else if (next() != ')') {
          throw damaged("expected ',' or ')'");
        }
      }
      at++;
      try {
        return Shape.of(Arrays.copyOf(sizes, rank));
      } catch (ArithmeticException e) {
        throw damaged("the shape has more than 2^63 elements");
      }
    }

    private long number() {
      next();
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      if (at == start || at - start > 18) {
        throw damaged("expected a size of at least 0");
      }
      return Long.parseLong(text.substring(start, at));
    }

    private String string() {
      char quote = next();
      int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
      if (end < 0) {
        throw damaged("expected a string");
      }
      String value = text.substring(at + 1, end);
      at = end + 1;
      return value;
    }

    private char next() {
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
        at++;
      }
      if (at == text.length()) {
        throw damaged("it ends too early");
      }
      return text.charAt(at);
    }

    private void expect(char wanted) {
      if (next() != wanted) {
        throw damaged("expected '" + wanted + "'");
      }
      at++;
    }

    private CheckpointException damaged(String problem) {
      return CheckpointException.corrupt(file, "header", problem + " at character " + at);
    }
  }
}
