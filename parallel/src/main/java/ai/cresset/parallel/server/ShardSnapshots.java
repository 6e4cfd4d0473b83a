package ai.cresset.parallel.server;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.error.CheckpointException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The rows of a server in files, {@code server-00000-of-00002/step-000000000040.rows}, or {@code
 * own-000000000040.rows} if the server took it by itself: the newest of each kind are kept. A file
 * gets its name when it is complete, and ends with a checksum. Servers of another number read all
 * files of a step and keep the rows that are theirs.
 */
final class ShardSnapshots {
  private static final int MAGIC = 0x43525350;
  private static final int VERSION = 1;
  private static final int BUFFER = 1 << 20;
  private static final String SUFFIX = ".rows";
  private static final String ASKED = "step-";
  private static final String OWN = "own-";
  private static final String UNFINISHED = ".unfinished";

  private final CheckpointStore store;
  private final int server;
  private final int servers;
  private final int keep;

  ShardSnapshots(CheckpointStore store, int server, int servers, int keep) {
    this.store = store;
    this.server = server;
    this.servers = servers;
    this.keep = keep;
  }

  /**
   * What a file says beside the rows.
   *
   * @param clocks of the workers
   * @param sequences the last change of each worker that is in it
   */
  record Progress(long step, long[] clocks, long[] sequences) {}

  private static String directory(int server, int servers) {
    return String.format(Locale.ROOT, "server-%05d-of-%05d", server, servers);
  }

  private static String name(String kind, long step) {
    return String.format(Locale.ROOT, "%s%012d%s", kind, step, SUFFIX);
  }

  private static long step(String name) {
    return Long.parseLong(name.substring(name.indexOf('-') + 1, name.indexOf(SUFFIX)));
  }

  /** The complete files of this server, of a kind or of all. */
  private List<String> files(String kind) throws IOException {
    return store.list(directory(server, servers)).stream()
        .filter(each -> each.startsWith(kind) && each.endsWith(SUFFIX))
        .toList();
  }

  /** Where snapshots are, for messages. */
  String location() {
    return store.location();
  }

  /**
   * Stores rows, and removes the oldest snapshots of the kind.
   *
   * @param asked whether a worker asked for it
   */
  void write(Progress progress, List<RowTable.Frozen> tables, boolean asked) {
    String place = directory(server, servers);
    String kind = asked ? ASKED : OWN;
    String path = place + "/" + name(kind, progress.step());
    try {
      store.delete(path + UNFINISHED);
      store.write(
          path + UNFINISHED,
          channel -> {
            CRC32C sum = new CRC32C();
            DataOutputStream out =
                new DataOutputStream(
                    new BufferedOutputStream(
                        new CheckedOutputStream(Channels.newOutputStream(channel), sum), BUFFER));
            write(out, progress, tables);
            out.flush();
            out.writeLong(sum.getValue());
            out.flush();
          });
      store.delete(path);
      store.rename(path + UNFINISHED, path);
      List<String> names = files(kind);
      for (int i = 0; i < names.size() - keep; i++) {
        store.delete(place + "/" + names.get(i));
      }
    } catch (IOException e) {
      throw CheckpointException.failed("write", store.location() + "/" + path, e);
    }
  }

  private static void write(DataOutputStream out, Progress progress, List<RowTable.Frozen> tables)
      throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeLong(progress.step());
    out.writeInt(progress.clocks().length);
    for (int i = 0; i < progress.clocks().length; i++) {
      out.writeLong(progress.clocks()[i]);
      out.writeLong(progress.sequences()[i]);
    }
    out.writeInt(tables.size());
    for (RowTable.Frozen table : tables) {
      byte[] name = table.spec().name().getBytes(StandardCharsets.UTF_8);
      out.writeInt(name.length);
      out.write(name);
      int stride = table.spec().stride();
      out.writeInt(stride);
      out.writeInt(table.rows());
      table.visit(
          (id, usedAt, from, at) -> {
            out.writeLong(id);
            out.writeInt(usedAt);
            for (int i = 0; i < stride; i++) {
              out.writeInt(Float.floatToRawIntBits(from[at + i]));
            }
          });
    }
  }

  /** The newest step of which this server has a snapshot. */
  OptionalLong newest() {
    try {
      return files("").stream().mapToLong(ShardSnapshots::step).max();
    } catch (IOException e) {
      throw CheckpointException.failed("list", store.location(), e);
    }
  }

  /** Removes this server's snapshots of later steps: those of a past that does not count. */
  void forgetAfter(long step) {
    try {
      for (String name : files("")) {
        if (step(name) > step) {
          store.delete(directory(server, servers) + "/" + name);
        }
      }
    } catch (IOException e) {
      throw CheckpointException.failed("remove", store.location(), e);
    }
  }

  /**
   * Reads the rows of a step that belong to this server into empty tables.
   *
   * @throws CheckpointException if there are none of this step, or they are damaged or of other
   *     tables
   */
  Progress read(long step, List<RowTable> tables) {
    try {
      List<String> names = files("");
      for (String kind : List.of(ASKED, OWN)) {
        if (names.contains(name(kind, step))) {
          return read(directory(server, servers) + "/" + name(kind, step), tables);
        }
      }
      Progress found = null;
      for (String path : othersOf(step)) {
        found = read(path, tables);
      }
      if (found == null) {
        throw CheckpointException.because(
            store.location()
                + " has no complete snapshot of step "
                + step
                + "; name a step that all servers have stored");
      }
      return found;
    } catch (IOException e) {
      throw CheckpointException.failed("read", store.location(), e);
    }
  }

  /** The files of another number of servers, all of them or none. */
  private List<String> othersOf(long step) throws IOException {
    for (String place : store.list("")) {
      if (place.matches("server-00000-of-[0-9]{5}")) {
        int count = Integer.parseInt(place.substring(place.length() - 5));
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          if (store.list(directory(i, count)).contains(name(ASKED, step))) {
            paths.add(directory(i, count) + "/" + name(ASKED, step));
          }
        }
        if (paths.size() == count) {
          return paths;
        }
      }
    }
    return List.of();
  }

  private Progress read(String path, List<RowTable> tables) throws IOException {
    String file = store.location() + "/" + path;
    CRC32C sum = new CRC32C();
    try (DataInputStream in =
        new DataInputStream(
            new CheckedInputStream(
                new BufferedInputStream(Channels.newInputStream(store.read(path)), BUFFER), sum))) {
      if (in.readInt() != MAGIC || in.readInt() != VERSION) {
        throw CheckpointException.corrupt(file, "header", "not a snapshot of this version");
      }
      long step = in.readLong();
      int workers = in.readInt();
      long[] clocks = new long[workers];
      long[] sequences = new long[workers];
      for (int i = 0; i < workers; i++) {
        clocks[i] = in.readLong();
        sequences[i] = in.readLong();
      }
      int count = in.readInt();
      if (count != tables.size()) {
        throw CheckpointException.because(
            file + " has " + count + " tables, this job " + tables.size() + "; use its own tables");
      }
      for (RowTable table : tables) {
        read(file, in, table);
      }
      long computed = sum.getValue();
      if (in.readLong() != computed) {
        throw CheckpointException.corrupt(file, "end", "the checksum does not fit");
      }
      return new Progress(step, clocks, sequences);
    }
  }

  private void read(String file, DataInputStream in, RowTable table) throws IOException {
    byte[] name = new byte[in.readInt()];
    in.readFully(name);
    String stored = new String(name, StandardCharsets.UTF_8);
    int stride = in.readInt();
    TableSpec spec = table.spec();
    if (!stored.equals(spec.name()) || stride != spec.stride()) {
      throw CheckpointException.because(
          file
              + " has table '"
              + stored
              + "' with "
              + stride
              + " numbers a row, expected '"
              + spec.name()
              + "' with "
              + spec.stride()
              + " (values and optimizer state); use the width and the optimizer it was stored with");
    }
    int rows = in.readInt();
    byte[] bytes = new byte[stride * Float.BYTES];
    float[] values = new float[stride];
    for (int row = 0; row < rows; row++) {
      long id = in.readLong();
      int usedAt = in.readInt();
      in.readFully(bytes);
      ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
      if (spec.range().server(id, spec.ids(), servers) == server) {
        table.restore(id, usedAt, values);
      }
    }
  }
}
