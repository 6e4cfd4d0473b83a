package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the instructions of a pickle that {@code torch.save} makes (protocols 2 to 5) on a stack of
 * plain values. Names of Python are looked up in {@link PickleGlobal} and calls are handed to
 * {@link PyTorchObjects}; there is no way from a pickle to any other code. Every length is compared
 * with what is left of the pickle before memory is taken.
 */
final class PickleReader {
  private static final int MAX_INTEGER_BYTES = 255;
  private static final Object MARK = new Object();

  private final String file;
  private final ByteBuffer in;
  private final PyTorchObjects objects;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  PickleReader(String file, byte[] pickle, PyTorchObjects objects) {
    this.file = file;
    this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    this.objects = objects;
  }

  /** Runs until the end and gives what is left on the stack. */
  PyTorchValue read() {
    while (true) {
      int opcode = take(1).get() & 0xff;
      if (opcode == '.') {
        return value(pop());
      }
      if (!constant(opcode) && !text(opcode) && !container(opcode) && !remembered(opcode)) {
        object(opcode);
      }
    }
  }

  // ---- instructions ----

  private boolean constant(int opcode) {
    switch (opcode) {
      case 0x80 -> {
        int protocol = take(1).get() & 0xff;
        if (protocol < 2 || protocol > 5) {
          throw corrupt("it has pickle protocol " + protocol + ", expected 2 to 5");
        }
      }
      case 0x95 -> take(8);
      case 'N' -> push(new PyTorchValue.None());
      case 0x88 -> push(PyTorchValue.of(true));
      case 0x89 -> push(PyTorchValue.of(false));
      case 'J' -> push(PyTorchValue.of(take(4).getInt()));
      case 'K' -> push(PyTorchValue.of(take(1).get() & 0xffL));
      case 'M' -> push(PyTorchValue.of(take(2).getShort() & 0xffffL));
      case 'G' -> push(PyTorchValue.of(take(8).order(ByteOrder.BIG_ENDIAN).getDouble()));
      case 0x8a -> push(integer(take(1).get() & 0xff));
      case 0x8b -> push(integer(length(4)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private PyTorchValue integer(int bytes) {
    if (bytes > MAX_INTEGER_BYTES) {
      throw corrupt("it has an int of " + bytes + " bytes, expected at most " + MAX_INTEGER_BYTES);
    }
    byte[] digits = bytes(bytes);
    for (int i = 0; i < bytes / 2; i++) {
      byte low = digits[i];
      digits[i] = digits[bytes - 1 - i];
      digits[bytes - 1 - i] = low;
    }
    return new PyTorchValue.Whole(bytes == 0 ? BigInteger.ZERO : new BigInteger(digits));
  }

  private boolean text(int opcode) {
    switch (opcode) {
      case 0x8c -> push(PyTorchValue.of(utf8(length(1))));
      case 'X' -> push(PyTorchValue.of(utf8(length(4))));
      case 0x8d -> push(PyTorchValue.of(utf8(length(8))));
      case 'U' -> push(PyTorchValue.of(latin1(length(1))));
      case 'T' -> push(PyTorchValue.of(latin1(length(4))));
      case 'C' -> push(new PyTorchValue.Bytes(latin1(length(1))));
      case 'B' -> push(new PyTorchValue.Bytes(latin1(length(4))));
      case 0x8e, 0x96 -> push(new PyTorchValue.Bytes(latin1(length(8))));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int opcode) {
    switch (opcode) {
      case '(' -> push(MARK);
      case ')' -> push(tuple(List.of()));
      case 't' -> push(tuple(popToMark()));
      case 0x85 -> push(tuple(pop(1)));
      case 0x86 -> push(tuple(pop(2)));
      case 0x87 -> push(tuple(pop(3)));
      case ']' -> push(new PyTorchSequence(PyTorchSequence.Kind.LIST, List.of()));
      case 'l' -> push(new PyTorchSequence(PyTorchSequence.Kind.LIST, values(popToMark())));
      case 'a' -> append(pop(1), PyTorchSequence.Kind.LIST);
      case 'e' -> append(popToMark(), PyTorchSequence.Kind.LIST);
      case '}' -> push(new PyTorchDict());
      case 'd' -> {
        List<Object> entries = popToMark();
        push(new PyTorchDict());
        setItems(entries);
      }
      case 's' -> setItems(pop(2));
      case 'u' -> setItems(popToMark());
      case 0x8f -> push(new PyTorchSequence(PyTorchSequence.Kind.SET, List.of()));
      case 0x90 -> append(popToMark(), PyTorchSequence.Kind.SET);
      case 0x91 -> push(new PyTorchSequence(PyTorchSequence.Kind.FROZENSET, values(popToMark())));
      default -> {
        return false;
      }
    }
    return true;
  }

  private Object tuple(List<Object> items) {
    return items.stream().allMatch(PyTorchValue.class::isInstance)
        ? new PyTorchSequence(PyTorchSequence.Kind.TUPLE, values(items))
        : new Arguments(items);
  }

  private void append(List<Object> items, PyTorchSequence.Kind kind) {
    if (!(top() instanceof PyTorchSequence sequence) || sequence.type() != kind) {
      throw corrupt("an instruction adds to " + top() + ", expected a " + kind);
    }
    values(items).forEach(sequence::add);
  }

  private void setItems(List<Object> entries) {
    if (!(top() instanceof PyTorchDict dict) || entries.size() % 2 != 0) {
      throw corrupt("an instruction sets " + entries.size() / 2.0 + " entries of " + top());
    }
    for (int i = 0; i < entries.size(); i += 2) {
      PyTorchValue key = value(entries.get(i));
      if (!key.isKey()) {
        throw CheckpointException.because(
            file
                + ": a dict has the key "
                + key
                + "; keys that are str, int, float, bool, bytes or None can be read, so store the"
                + " others as text");
      }
      dict.put(key, value(entries.get(i + 1)));
    }
  }

  private boolean remembered(int opcode) {
    switch (opcode) {
      case 'q' -> memo.put(take(1).get() & 0xff, top());
      case 'r' -> memo.put(take(4).getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> push(recall(take(1).get() & 0xff));
      case 'j' -> push(recall(take(4).getInt()));
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(top());
      default -> {
        return false;
      }
    }
    return true;
  }

  private Object recall(int place) {
    Object found = memo.get(place);
    if (found == null) {
      throw corrupt("it asks for object " + place + ", which was not stored before");
    }
    return found;
  }

  private void object(int opcode) {
    switch (opcode) {
      case 'c' -> push(objects.global(line(), line()));
      case 0x93 -> {
        List<Object> names = pop(2);
        push(objects.global(value(names.get(0)).text(), value(names.get(1)).text()));
      }
      case 'R' -> {
        List<Object> call = pop(2);
        push(objects.call(call.get(0), arguments(call.get(1))));
      }
      case 'b' -> objects.build(pop(2), this::push);
      case 'Q' -> push(objects.stored(arguments(pop())));
      default ->
          throw CheckpointException.because(
              file
                  + ": data.pkl: instruction 0x"
                  + Integer.toHexString(opcode)
                  + " at byte "
                  + (in.position() - 1)
                  + " is none that torch.save uses for tensors, dicts, lists, numbers and strings; "
                  + PyTorchObjects.REMEDY);
    }
  }

  private List<Object> arguments(Object tuple) {
    if (tuple instanceof Arguments arguments) {
      return arguments.items();
    }
    if (tuple instanceof PyTorchSequence sequence) {
      return new ArrayList<>(sequence.items());
    }
    throw corrupt("a call has " + tuple + " as arguments, expected a tuple");
  }

  // ---- the stack ----

  /** A tuple with what is no value, such as a storage: only calls take it. */
  private record Arguments(List<Object> items) {}

  private void push(Object item) {
    stack.add(item);
  }

  private Object top() {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
      throw corrupt("an instruction needs a value where there is none");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    top();
    return stack.remove(stack.size() - 1);
  }

  private List<Object> pop(int count) {
    Object[] items = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      items[i] = pop();
    }
    return Arrays.asList(items);
  }

  private List<Object> popToMark() {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw corrupt("an instruction needs a mark where there is none");
    }
    List<Object> items = new ArrayList<>(stack.subList(mark + 1, stack.size()));
    stack.subList(mark, stack.size()).clear();
    return items;
  }

  private PyTorchValue value(Object item) {
    if (item instanceof PyTorchValue value) {
      return value;
    }
    throw corrupt("it has " + item + " where a value is expected");
  }

  private List<PyTorchValue> values(List<Object> items) {
    return items.stream().map(this::value).toList();
  }

  // ---- bytes ----

  private ByteBuffer take(int count) {
    if (count > in.remaining()) {
      throw corrupt("it ends within an instruction");
    }
    ByteBuffer part = in.slice(in.position(), count).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + count);
    return part;
  }

  private byte[] bytes(int count) {
    ByteBuffer part = take(count);
    byte[] bytes = new byte[count];
    part.get(bytes);
    return bytes;
  }

  /** A length of so many bytes; no longer than what is left. */
  private int length(int width) {
    ByteBuffer part = take(width);
    long length =
        switch (width) {
          case 1 -> part.get() & 0xffL;
          case 4 -> part.getInt() & 0xffffffffL;
          default -> part.getLong();
        };
    if (length < 0 || length > in.remaining()) {
      throw corrupt(
          "a length of "
              + Long.toUnsignedString(length)
              + " bytes, but "
              + in.remaining()
              + " are left");
    }
    return (int) length;
  }

  private String utf8(int length) {
    ByteBuffer part = take(length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
    } catch (CharacterCodingException e) {
      throw corrupt("a str is no UTF-8 text");
    }
  }

  private String latin1(int length) {
    return new String(bytes(length), StandardCharsets.ISO_8859_1);
  }

  private String line() {
    int start = in.position();
    while (take(1).get() != '\n') {
      // Looks for the end of the line.
    }
    return new String(in.array(), start, in.position() - 1 - start, StandardCharsets.UTF_8);
  }

  private CheckpointException corrupt(String problem) {
    return CheckpointException.corrupt(file, "data.pkl (byte " + in.position() + ")", problem);
  }
}
