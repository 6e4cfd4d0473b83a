package ai.cresset.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A primitive of oneDNN with its arguments, confined to one thread. What it needs as working memory
 * is the thread's, not its own: only one runs at a time.
 */
final class DnnlPrimitive implements AutoCloseable {
  private static final ThreadLocal<BytePointer> WORK = ThreadLocal.withInitial(BytePointer::new);

  private final engine cpu;
  private final primitive primitive;
  private final String implementation;
  private final IntMemoryMap arguments = new IntMemoryMap();
  private final List<Pointer> memories = new ArrayList<>();
  private final DnnlAddress address = new DnnlAddress();
  private final long workBytes;
  private final @Nullable memory work;

  /**
   * Takes over a primitive.
   *
   * @param description what it was made from, with {@link #attributes}
   */
  DnnlPrimitive(engine cpu, primitive primitive, primitive_desc description) {
    this.cpu = cpu;
    this.primitive = primitive;
    this.implementation = implementation(description);
    try (memory.desc desc = description.scratchpad_desc()) {
      this.workBytes = desc.get_size();
      this.work = workBytes == 0 ? null : argument(dnnl.DNNL_ARG_SCRATCHPAD, desc);
    }
  }

  /** Attributes of a primitive whose working memory is the thread's. */
  static primitive_attr attributes() {
    primitive_attr attributes = new primitive_attr();
    attributes.set_scratchpad_mode(scratchpad_mode.user);
    return attributes;
  }

  static String implementation(primitive_desc description) {
    try (BytePointer name = description.impl_info_str()) {
      return name.getString();
    }
  }

  /** The name of the implementation that oneDNN chose. */
  String implementation() {
    return implementation;
  }

  /** An argument whose address is told before each {@link #execute}. */
  memory argument(int number, memory.desc desc) {
    return argument(number, desc, new DnnlAddress());
  }

  /** An argument that stays where it is. */
  memory argument(int number, memory.desc desc, Pointer where) {
    memory made = new memory(desc, cpu, where);
    memories.add(made);
    arguments.put(number, made);
    return made;
  }

  void place(memory argument, long where) {
    argument.set_data_handle(address.at(where));
  }

  void execute(stream stream) {
    if (work != null) {
      place(work, workAddress(workBytes));
    }
    primitive.execute(stream, arguments);
  }

  private static long workAddress(long bytes) {
    BytePointer have = WORK.get();
    if (have.capacity() < bytes) {
      have.close();
      have = new BytePointer(bytes);
      WORK.set(have);
    }
    return have.address();
  }

  @Override
  public void close() {
    arguments.close();
    memories.forEach(Pointer::close);
    primitive.close();
  }
}
