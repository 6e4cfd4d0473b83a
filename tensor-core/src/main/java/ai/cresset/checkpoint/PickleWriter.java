package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Strides;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Writes values as a pickle of protocol 2, with the calls that PyTorch's own reader takes for
 * weights alone ({@code weights_only=True}).
 */
final class PickleWriter {
  private static final int MAX_DEPTH = 200;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ToIntFunction<Tensor> storageOf;
  private final Set<PyTorchValue> open = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * A writer.
   *
   * @param storageOf the number of the storage that has this tensor's elements, row-major
   */
  private PickleWriter(ToIntFunction<Tensor> storageOf) {
    this.storageOf = storageOf;
  }

  static byte[] write(PyTorchValue root, ToIntFunction<Tensor> storageOf) {
    PickleWriter writer = new PickleWriter(storageOf);
    writer.opcode(0x80).opcode(2);
    writer.value(root);
    writer.opcode('.');
    return writer.out.toByteArray();
  }

  private void value(PyTorchValue value) {
    if (value instanceof PyTorchDict dict) {
      nested(dict, () -> dict(dict.entries()));
    } else if (value instanceof PyTorchSequence sequence) {
      nested(sequence, () -> sequence(sequence));
    } else if (value instanceof PyTorchTensor tensor) {
      tensor(tensor);
    } else if (value instanceof PyTorchValue.Text text) {
      text(text.value());
    } else if (value instanceof PyTorchValue.Whole whole) {
      integer(whole.value());
    } else if (value instanceof PyTorchValue.Real real) {
      opcode('G').bytes(ByteBuffer.allocate(8).putDouble(real.value()));
    } else if (value instanceof PyTorchValue.Truth truth) {
      opcode(truth.value() ? 0x88 : 0x89);
    } else if (value instanceof PyTorchValue.Bytes bytes) {
      global("_codecs", "encode").opcode('(');
      text(bytes.latin1());
      text("latin1");
      opcode('t').opcode('R');
    } else if (value instanceof PyTorchValue.ElementType type) {
      global("torch", type.dtype().toString());
    } else if (value instanceof PyTorchValue.Place place) {
      global("torch", "device");
      text(place.name());
      opcode(0x85).opcode('R');
    } else {
      opcode('N');
    }
  }

  private void nested(PyTorchValue container, Runnable content) {
    if (!open.add(container)) {
      throw CheckpointException.because("cannot write " + container + ", which holds itself");
    }
    if (open.size() > MAX_DEPTH) {
      throw CheckpointException.because(
          "cannot write containers nested more than " + MAX_DEPTH + " deep");
    }
    content.run();
    open.remove(container);
  }

  private void dict(Map<PyTorchValue, PyTorchValue> entries) {
    opcode('}').opcode('(');
    entries.forEach(
        (key, value) -> {
          value(key);
          value(value);
        });
    opcode('u');
  }

  private void sequence(PyTorchSequence sequence) {
    switch (sequence.type()) {
      case LIST -> list(sequence.items());
      case TUPLE -> tuple(sequence.items());
      case SIZE -> {
        global("torch", "Size");
        tuple(sequence.items());
        opcode(0x85).opcode('R');
      }
      case SET, FROZENSET -> {
        global("__builtin__", sequence.type().toString());
        list(sequence.items());
        opcode(0x85).opcode('R');
      }
    }
  }

  private void list(List<PyTorchValue> items) {
    opcode(']').opcode('(');
    items.forEach(this::value);
    opcode('e');
  }

  private void tuple(List<PyTorchValue> items) {
    opcode('(');
    items.forEach(this::value);
    opcode('t');
  }

  private void tensor(PyTorchTensor tensor) {
    if (tensor.isParameter()) {
      global("torch._utils", "_rebuild_parameter").opcode('(');
      elements(tensor.value(), false);
      opcode(tensor.requiresGrad() ? 0x88 : 0x89);
      emptyOrderedDict();
      opcode('t').opcode('R');
    } else {
      elements(tensor.value(), tensor.requiresGrad());
    }
  }

  private void elements(Tensor tensor, boolean requiresGrad) {
    DType type = tensor.dtype();
    global("torch._utils", "_rebuild_tensor_v2").opcode('(').opcode('(');
    text("storage");
    global("torch", PickleGlobal.storageClass(type));
    text(Integer.toString(storageOf.applyAsInt(tensor)));
    text("cpu");
    integer(BigInteger.valueOf(tensor.numel()));
    opcode('t').opcode('Q');
    integer(BigInteger.ZERO);
    numbers(tensor.shape().toArray());
    numbers(Strides.contiguous(tensor.shape()).toArray());
    opcode(requiresGrad ? 0x88 : 0x89);
    emptyOrderedDict();
    opcode('t').opcode('R');
  }

  private void emptyOrderedDict() {
    global("collections", "OrderedDict").opcode(')').opcode('R');
  }

  private void numbers(long[] numbers) {
    opcode('(');
    for (long number : numbers) {
      integer(BigInteger.valueOf(number));
    }
    opcode('t');
  }

  private void integer(BigInteger value) {
    if (value.bitLength() <= 31) {
      opcode('J').bytes(little(4).putInt(value.intValue()));
      return;
    }
    byte[] digits = value.toByteArray();
    if (digits.length > 255) {
      throw CheckpointException.because("cannot write " + new PyTorchValue.Whole(value));
    }
    opcode(0x8a).opcode(digits.length);
    for (int i = digits.length - 1; i >= 0; i--) {
      opcode(digits[i]);
    }
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    opcode('X').bytes(little(4).putInt(utf8.length));
    out.writeBytes(utf8);
  }

  private PickleWriter global(String module, String name) {
    opcode('c');
    out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  private PickleWriter opcode(int code) {
    out.write(code);
    return this;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void bytes(ByteBuffer filled) {
    out.write(filled.array(), filled.arrayOffset(), filled.limit());
  }
}
