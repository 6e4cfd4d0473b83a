package ai.cresset.parallel.launch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Serialized objects, each behind its length, between a launcher and its worker processes. */
final class WorkerFrames {
  private WorkerFrames() {}

  /** A worker's last frame when it failed. */
  record Failed(String type, String message, byte @Nullable [] exception) implements Serializable {}

  /** A worker's last frame when it ended well. */
  record Done(byte[] result) implements Serializable {}

  static byte[] serialize(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  /** Only for bytes from a process that this one started, or that started this one. */
  static Object deserialize(byte[] bytes) throws IOException, ClassNotFoundException {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes)) {
          @Override
          protected Class<?> resolveClass(ObjectStreamClass description)
              throws IOException, ClassNotFoundException {
            try {
              return Class.forName(description.getName(), false, loader);
            } catch (ClassNotFoundException e) {
              return super.resolveClass(description);
            }
          }
        }) {
      return in.readObject();
    }
  }

  static void write(DataOutputStream out, Serializable value) throws IOException {
    byte[] bytes = serialize(value);
    synchronized (out) {
      out.writeInt(bytes.length);
      out.write(bytes);
      out.flush();
    }
  }

  /**
   * @throws java.io.EOFException at the end
   */
  static Object read(DataInputStream in) throws IOException, ClassNotFoundException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return deserialize(bytes);
  }
}
