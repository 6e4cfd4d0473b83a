package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.nn.StateDict;
import ai.cresset.type.DType;
import java.math.BigInteger;
import java.util.List;

/**
 * What a PyTorch file holds: tensors, containers, numbers, text. Each kind answers the question
 * that fits it; the other questions are errors that say what is there.
 */
public sealed interface PyTorchValue
    permits PyTorchDict, PyTorchSequence, PyTorchTensor, PyTorchValue.Key {
  /** What Python calls values of this kind, such as {@code dict}. */
  String kind();

  /** Whether this may be a key of a dict or in a set. */
  default boolean isKey() {
    return false;
  }

  /** Whether this is Python's {@code None}. */
  default boolean isNone() {
    return false;
  }

  /** The text of a {@code str}. */
  default String text() {
    throw wrong("a str");
  }

  /** The number of an {@code int} that fits 64 bits. */
  default long whole() {
    throw wrong("an int");
  }

  /** The number of an {@code int}, a {@code float}, a {@code bool}, or a tensor of one element. */
  default double number() {
    throw wrong("a number");
  }

  /** The value of a {@code bool}. */
  default boolean truth() {
    throw wrong("a bool");
  }

  /** The tensor. */
  default PyTorchTensor tensor() {
    throw wrong("a tensor");
  }

  /** The dict. */
  default PyTorchDict dict() {
    throw wrong("a dict");
  }

  /** The items of a list, tuple or set, in order. */
  default List<PyTorchValue> items() {
    throw wrong("a list or a tuple");
  }

  /** The value under a key of a dict. */
  default PyTorchValue get(String key) {
    throw wrong("a dict with the key '" + key + "'");
  }

  /**
   * The tensors of a dict by name, sharing the file's memory; the caller closes the result.
   *
   * @throws CheckpointException if this is no dict of tensors
   */
  default StateDict stateDict() {
    throw wrong("a state dict");
  }

  private CheckpointException wrong(String expected) {
    return CheckpointException.because("expected " + expected + ", got " + this);
  }

  /** What may be a key of a dict. */
  sealed interface Key extends PyTorchValue {
    @Override
    default boolean isKey() {
      return true;
    }
  }

  /** A {@code str}. */
  record Text(String value) implements Key {
    @Override
    public String kind() {
      return "str";
    }

    @Override
    public String text() {
      return value;
    }

    @Override
    public String toString() {
      return "the str '" + value + "'";
    }
  }

  /** An {@code int}, which Python does not bound. */
  record Whole(BigInteger value) implements Key {
    @Override
    public String kind() {
      return "int";
    }

    @Override
    public long whole() {
      if (value.bitLength() > 63) {
        throw CheckpointException.because("expected an int of at most 64 bits, got " + this);
      }
      return value.longValue();
    }

    @Override
    public double number() {
      return value.doubleValue();
    }

    @Override
    public String toString() {
      return value.bitLength() > 63
          ? "an int of " + (value.bitLength() + 1) + " bits"
          : "the int " + value;
    }
  }

  /** A {@code float}. */
  record Real(double value) implements Key {
    @Override
    public String kind() {
      return "float";
    }

    @Override
    public double number() {
      return value;
    }

    @Override
    public String toString() {
      return "the float " + value;
    }
  }

  /** A {@code bool}. */
  record Truth(boolean value) implements Key {
    @Override
    public String kind() {
      return "bool";
    }

    @Override
    public boolean truth() {
      return value;
    }

    @Override
    public double number() {
      return value ? 1 : 0;
    }

    @Override
    public String toString() {
      return "the bool " + (value ? "True" : "False");
    }
  }

  /**
   * A {@code bytes} or {@code bytearray}.
   *
   * @param latin1 one character for each byte
   */
  record Bytes(String latin1) implements Key {
    @Override
    public String kind() {
      return "bytes";
    }

    @Override
    public String toString() {
      return latin1.length() + " bytes";
    }
  }

  /** {@code None}. */
  record None() implements Key {
    @Override
    public String kind() {
      return "None";
    }

    @Override
    public boolean isNone() {
      return true;
    }

    @Override
    public String toString() {
      return "None";
    }
  }

  /** A {@code torch.dtype}. */
  record ElementType(DType dtype) implements Key {
    @Override
    public String kind() {
      return "torch.dtype";
    }

    @Override
    public String toString() {
      return "torch." + dtype;
    }
  }

  /** A {@code torch.device}, as text: {@code cuda:1}. */
  record Place(String name) implements Key {
    @Override
    public String kind() {
      return "torch.device";
    }

    @Override
    public String text() {
      return name;
    }

    @Override
    public String toString() {
      return "the device '" + name + "'";
    }
  }

  static PyTorchValue of(String text) {
    return new Text(text);
  }

  static PyTorchValue of(long whole) {
    return new Whole(BigInteger.valueOf(whole));
  }

  static PyTorchValue of(double number) {
    return new Real(number);
  }

  static PyTorchValue of(boolean truth) {
    return new Truth(truth);
  }
}
