package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Scope;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes what the calls of a pickle stand for: tensors over the file's storages and a few
 * containers. Owns the tensors until they are {@linkplain #release taken or released}.
 */
final class PyTorchObjects {
  static final String REMEDY =
      "nothing of the file was run. Load it in Python and save what it is made of, such as"
          + " torch.save(model.state_dict(), path)";

  private static final int MAX_RANK = 64;

  private final String file;
  private final PyTorchArchive archive;
  private final List<Tensor> tensors = new ArrayList<>();

  PyTorchObjects(String file, PyTorchArchive archive) {
    this.file = file;
    this.archive = archive;
  }

  /**
   * Elements of the file.
   *
   * @param dtype null for bytes of no type
   * @param numel elements, or bytes
   */
  private record Stored(Storage storage, @Nullable DType dtype, long numel) {}

  /** The tensors made so far; they belong to the caller from now on. */
  List<Tensor> tensors() {
    return tensors;
  }

  void release() {
    tensors.forEach(Tensor::close);
    tensors.clear();
  }

  /** What a name of Python stands for. */
  Object global(String module, String name) {
    PickleGlobal known = PickleGlobal.of(module, name);
    if (known != null) {
      return known.action() == PickleGlobal.Action.ELEMENT_TYPE
          ? new PyTorchValue.ElementType(Objects.requireNonNull(known.dtype()))
          : known;
    }
    if (module.equals("torch")
        && (name.endsWith("Storage") || name.matches("(complex|uint|float|q?u?int)[0-9a-z_]+"))) {
      throw CheckpointException.because(
          file
              + ": it has elements of the type torch."
              + name
              + "; the types here are "
              + PickleGlobal.types()
              + ". Cast in Python before saving: tensor.to(torch.float32)");
    }
    throw CheckpointException.because(
        file
            + ": it needs Python's '"
            + module
            + "."
            + name
            + "', which is no tensor, dict, list, number or string; "
            + REMEDY);
  }

  /** The storage of a persistent id. */
  Object stored(List<Object> id) {
    if (id.size() < 5
        || !(id.get(0) instanceof PyTorchValue tag)
        || !tag.equals(PyTorchValue.of("storage"))
        || !(id.get(1) instanceof PickleGlobal type)
        || type.action() != PickleGlobal.Action.STORAGE) {
      throw corrupt("a persistent id is " + id + ", expected that of a storage");
    }
    String key = value(id, 2).text();
    long numel = value(id, 4).whole();
    DType dtype = type.dtype();
    int width = dtype == null ? 1 : dtype.bytes();
    if (numel < 0 || numel > Long.MAX_VALUE / width) {
      throw corrupt("storage '" + key + "' has " + numel + " elements");
    }
    return new Stored(archive.storage(key, numel * width, width), dtype, numel);
  }

  /** Calls what {@link #global} gave. */
  Object call(Object what, List<Object> arguments) {
    if (!(what instanceof PickleGlobal global)) {
      throw corrupt("it calls " + what);
    }
    return switch (global.action()) {
      case ORDERED_DICT -> orderedDict(arguments);
      case SET -> set(PyTorchSequence.Kind.SET, arguments);
      case FROZENSET -> set(PyTorchSequence.Kind.FROZENSET, arguments);
      case BYTES -> encoded(arguments);
      case ENCODE -> new PyTorchValue.Bytes(latin1(value(arguments, 0).text()));
      case SIZE -> new PyTorchSequence(PyTorchSequence.Kind.SIZE, value(arguments, 0).items());
      case DEVICE -> device(arguments);
      case TENSOR -> tensor(arguments, null);
      case TENSOR_OF_TYPE -> tensor(arguments, type(arguments));
      case PARAMETER -> parameter(arguments);
      case STORAGE, ELEMENT_TYPE -> throw corrupt("it calls " + global);
    };
  }

  /** Sets the state of an object: only dicts have some, attributes that mean nothing here. */
  void build(List<Object> objectAndState, Consumer<Object> push) {
    Object object = objectAndState.get(0);
    if (!(object instanceof PyTorchDict)) {
      throw corrupt("it sets the state of " + object + ", expected an OrderedDict");
    }
    push.accept(object);
  }

  private PyTorchDict orderedDict(List<Object> arguments) {
    PyTorchDict dict = new PyTorchDict();
    if (!arguments.isEmpty()) {
      for (PyTorchValue pair : value(arguments, 0).items()) {
        List<PyTorchValue> entry = pair.items();
        if (entry.size() != 2) {
          throw corrupt("an entry of an OrderedDict is " + pair);
        }
        dict.put(entry.get(0), entry.get(1));
      }
    }
    return dict;
  }

  private PyTorchSequence set(PyTorchSequence.Kind kind, List<Object> arguments) {
    return new PyTorchSequence(kind, arguments.isEmpty() ? List.of() : value(arguments, 0).items());
  }

  private PyTorchValue encoded(List<Object> arguments) {
    if (arguments.isEmpty()) {
      return new PyTorchValue.Bytes("");
    }
    return arguments.size() == 2
        ? new PyTorchValue.Bytes(latin1(value(arguments, 0).text()))
        : value(arguments, 0);
  }

  private String latin1(String text) {
    if (!StandardCharsets.ISO_8859_1.newEncoder().canEncode(text)) {
      throw corrupt("bytes are given as characters beyond latin1");
    }
    return text;
  }

  private PyTorchValue device(List<Object> arguments) {
    String name = value(arguments, 0).text();
    return new PyTorchValue.Place(
        arguments.size() > 1 ? name + ":" + value(arguments, 1).whole() : name);
  }

  private DType type(List<Object> arguments) {
    if (value(arguments, 6) instanceof PyTorchValue.ElementType type) {
      return type.dtype();
    }
    throw corrupt("a tensor has " + arguments.get(6) + " as its type");
  }

  private PyTorchTensor parameter(List<Object> arguments) {
    PyTorchTensor data = value(arguments, 0).tensor();
    return new PyTorchTensor(data.value(), value(arguments, 1).truth(), true);
  }

  /** A view of a storage, every element of which lies inside of it. */
  private PyTorchTensor tensor(List<Object> arguments, @Nullable DType given) {
    if (arguments.size() < 4 || !(arguments.get(0) instanceof Stored stored)) {
      throw corrupt("a tensor is made of " + arguments);
    }
    DType dtype = given == null ? stored.dtype() : given;
    if (dtype == null || stored.dtype() != null && stored.dtype() != dtype) {
      throw corrupt("a tensor of " + dtype + " views a storage of " + stored.dtype());
    }
    long offset = value(arguments, 1).whole();
    long[] sizes = numbers(value(arguments, 2));
    long[] strides = numbers(value(arguments, 3));
    long numel = stored.dtype() == null ? stored.numel() / dtype.bytes() : stored.numel();
    checkBounds(numel, offset, sizes, strides);
    Tensor view =
        Tensor.view(stored.storage(), offset, Shape.of(sizes), Strides.of(strides), dtype);
    tensors.add(Scope.detach(view));
    boolean requiresGrad = arguments.size() > 4 && value(arguments, 4).truth();
    return new PyTorchTensor(view, requiresGrad, false);
  }

  private long[] numbers(PyTorchValue tuple) {
    List<PyTorchValue> items = tuple.items();
    if (items.size() > MAX_RANK) {
      throw corrupt("a tensor has " + items.size() + " dims, expected at most " + MAX_RANK);
    }
    return items.stream().mapToLong(PyTorchValue::whole).toArray();
  }

  private void checkBounds(long numel, long offset, long[] sizes, long[] strides) {
    boolean valid = offset >= 0 && offset <= numel && sizes.length == strides.length;
    boolean empty = false;
    try {
      long last = offset;
      long elements = 1;
      for (int dim = 0; dim < sizes.length && valid; dim++) {
        valid = sizes[dim] >= 0 && strides[dim] >= 0;
        empty |= sizes[dim] == 0;
        elements = Math.multiplyExact(elements, Math.max(1, sizes[dim]));
        last = Math.addExact(last, Math.multiplyExact(Math.max(0, sizes[dim] - 1), strides[dim]));
      }
      valid &= empty || last < numel;
      Math.multiplyExact(elements, (long) Double.BYTES);
    } catch (ArithmeticException e) {
      valid = false;
    }
    if (!valid) {
      throw corrupt(
          "a tensor of sizes "
              + Arrays.toString(sizes)
              + ", strides "
              + Arrays.toString(strides)
              + " and offset "
              + offset
              + " does not lie in its storage of "
              + numel
              + " elements");
    }
  }

  private PyTorchValue value(List<Object> arguments, int index) {
    if (index < arguments.size() && arguments.get(index) instanceof PyTorchValue value) {
      return value;
    }
    throw corrupt("argument " + index + " of a call is missing or no value: " + arguments);
  }

  private CheckpointException corrupt(String problem) {
    return CheckpointException.corrupt(file, "data.pkl", problem);
  }
}
