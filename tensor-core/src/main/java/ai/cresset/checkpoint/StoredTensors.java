package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tensors by name that are stored in one or many safetensors files, whole or in parts. Any part of
 * a tensor can be read, and only the bytes that it needs are: that is how a checkpoint of one
 * layout becomes one of any other.
 *
 * <p>Confined to one thread.
 */
public final class StoredTensors implements AutoCloseable {
  private static final int MAX_OPEN_FILES = 64;

  /** Shorter runs of elements are not read one by one but with what is between them. */
  private static final long MIN_RUN_BYTES = 4096;

  private static final long MAX_SPAN_BYTES = 8 << 20;

  /** Opens a file of the directory. */
  @FunctionalInterface
  interface Opener {
    SafetensorsFile open(String file) throws IOException;
  }

  private final String name;
  private final SortedMap<String, StoredTensor> tensors;
  private final Opener opener;
  private final Map<String, SafetensorsFile> open = new LinkedHashMap<>(16, 0.75f, true);
  private long bytesRead;

  StoredTensors(String name, SortedMap<String, StoredTensor> tensors, Opener opener) {
    this.name = name;
    this.tensors = Collections.unmodifiableSortedMap(tensors);
    this.opener = opener;
  }

  /** The tensors of one file, which is closed with the result. */
  public static StoredTensors of(SafetensorsFile file) {
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    add(file, file.toString(), tensors);
    StoredTensors made = new StoredTensors(file.toString(), tensors, path -> file);
    made.open.put(file.toString(), file);
    return made;
  }

  /** Adds the tensors of a file, each whole. */
  static void add(SafetensorsFile file, String path, Map<String, StoredTensor> tensors) {
    for (SafetensorsEntry entry : file.entries()) {
      List<Long> offset = Collections.nCopies(entry.shape().rank(), 0L);
      List<StoredPart> parts =
          entry.shape().numel() == 0
              ? List.of()
              : List.of(new StoredPart(path, entry.name(), offset, entry.shape()));
      tensors.put(entry.name(), new StoredTensor(entry.dtype(), entry.shape(), parts));
    }
  }

  /** What there is, by name. */
  public SortedMap<String, StoredTensor> tensors() {
    return tensors;
  }

  /** Whether there is a tensor of this name. */
  public boolean contains(String tensor) {
    return tensors.containsKey(tensor);
  }

  /** Bytes of elements that were read so far, with those that were read on the way to others. */
  public long bytesRead() {
    return bytesRead;
  }

  private StoredTensor find(String tensor) {
    StoredTensor found = tensors.get(tensor);
    if (found == null) {
      throw CheckpointException.because(
          name + ": there is no tensor '" + tensor + "'; it has " + tensors.keySet());
    }
    return found;
  }

  /** Reads a tensor into new memory on the CPU. */
  public Tensor read(String tensor) {
    Tensor result = Tensor.empty(find(tensor).spec());
    boolean done = false;
    try {
      readInto(tensor, result);
      done = true;
      return result;
    } finally {
      if (!done) {
        result.close();
      }
    }
  }

  /**
   * Reads a tensor into an existing one.
   *
   * @throws CheckpointException unless shape and type are equal
   */
  public void readInto(String tensor, Tensor target) {
    StoredTensor stored = find(tensor);
    if (!stored.shape().equals(target.shape()) || stored.dtype() != target.dtype()) {
      throw CheckpointException.because(
          name + ": tensor '" + tensor + "' is " + stored.spec() + ", expected " + target.spec());
    }
    readPart(tensor, Collections.nCopies(target.rank(), 0L), target);
  }

  /**
   * Reads a part of a tensor.
   *
   * @param offset where the part begins in the whole
   * @param target of the part's shape and the tensor's type
   * @throws CheckpointException if it reaches out of the whole, or the type differs
   */
  public void readPart(String tensor, List<Long> offset, Tensor target) {
    StoredTensor stored = find(tensor);
    checkPart(tensor, stored, offset, target);
    if (target.numel() == 0) {
      return;
    }
    if (target.device().isHost() && target.isContiguous()) {
      fill(tensor, stored, offset, target);
      target.storage().changed();
      return;
    }
    try (GradMode.Restore off = GradMode.disable();
        Tensor read = Tensor.empty(new Spec(target.shape(), target.dtype(), Device.CPU))) {
      fill(tensor, stored, offset, read);
      if (target.device().isHost()) {
        target.copy_(read);
        return;
      }
      try (Tensor moved = Tensor.empty(target.spec())) {
        long bytes = read.numel() * read.dtype().bytes();
        moved.backend().upload(read.storage().address(), moved.storage(), 0, bytes);
        target.copy_(moved);
      }
    }
  }

  private void checkPart(String tensor, StoredTensor stored, List<Long> offset, Tensor target) {
    boolean fits =
        stored.dtype() == target.dtype()
            && stored.shape().rank() == target.rank()
            && offset.size() == target.rank();
    for (int dim = 0; fits && dim < offset.size(); dim++) {
      long start = offset.get(dim);
      fits = start >= 0 && start <= stored.shape().size(dim) - target.size(dim);
    }
    if (!fits) {
      throw CheckpointException.because(
          name
              + ": tensor '"
              + tensor
              + "' is "
              + stored.spec()
              + ", which has no part "
              + target.spec()
              + " from "
              + offset
              + "; load it with the model and the element types that it was saved with");
    }
  }

  private void fill(String tensor, StoredTensor stored, List<Long> offset, Tensor target) {
    for (StoredPart part : stored.parts()) {
      Overlap overlap = Overlap.of(part, offset, target.shape());
      if (overlap == null) {
        continue;
      }
      try {
        copy(file(tensor, stored, part), part, overlap, target);
      } catch (IOException e) {
        throw CheckpointException.failed("read tensor '" + tensor + "' of", name, e);
      }
    }
  }

  private SafetensorsFile file(String tensor, StoredTensor stored, StoredPart part)
      throws IOException {
    SafetensorsFile file = open.get(part.file());
    if (file == null) {
      if (open.size() == MAX_OPEN_FILES) {
        String oldest = open.keySet().iterator().next();
        SafetensorsFile closing = open.remove(oldest);
        if (closing != null) {
          closing.close();
        }
      }
      file = opener.open(part.file());
      open.put(part.file(), file);
    }
    SafetensorsEntry entry = file.entry(part.key());
    if (!entry.shape().equals(part.shape()) || entry.dtype() != stored.dtype()) {
      throw CheckpointException.corrupt(
          file,
          "tensor '" + tensor + "'",
          "it is "
              + entry.dtype()
              + entry.shape()
              + ", but the index expects "
              + stored.dtype()
              + part.shape());
    }
    return file;
  }

  private void copy(SafetensorsFile file, StoredPart part, Overlap overlap, Tensor target) {
    DType dtype = target.dtype();
    long bytes = dtype.bytes();
    long base = target.storage().address() + target.storageOffset() * bytes;
    if (overlap.runBytes(bytes) >= MIN_RUN_BYTES || overlap.numRuns() == 1) {
      overlap.forEachRun(
          (from, to) -> {
            file.readBytes(part.key(), from * bytes, base + to * bytes, overlap.runBytes(bytes));
            bytesRead += overlap.runBytes(bytes);
          });
      return;
    }
    List<long[]> runs = new ArrayList<>();
    overlap.forEachRun(
        (from, to) -> {
          if (!runs.isEmpty()
              && (from - runs.get(0)[0]) * bytes + overlap.runBytes(bytes) > MAX_SPAN_BYTES) {
            copySpan(file, part, runs, overlap.runBytes(bytes), bytes, base);
            runs.clear();
          }
          runs.add(new long[] {from, to});
        });
    copySpan(file, part, runs, overlap.runBytes(bytes), bytes, base);
  }

  /** Reads from the first run to the last at once, and picks the runs out of it. */
  private void copySpan(
      SafetensorsFile file,
      StoredPart part,
      List<long[]> runs,
      long runBytes,
      long bytes,
      long base) {
    long first = runs.get(0)[0] * bytes;
    long span = runs.get(runs.size() - 1)[0] * bytes + runBytes - first;
    Storage buffer = Allocator.current().allocate(span);
    try {
      file.readBytes(part.key(), first, buffer.address(), span);
      bytesRead += span;
      for (long[] run : runs) {
        NativeMemory.copy(
            buffer.address() + run[0] * bytes - first, base + run[1] * bytes, runBytes);
      }
    } finally {
      buffer.release();
    }
  }

  @Override
  public void close() {
    open.values().forEach(SafetensorsFile::close);
    open.clear();
  }

  @Override
  public String toString() {
    return name;
  }
}
