package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.StateDict;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes files that {@code torch.load(path, weights_only=True)} opens.
 *
 * <p>Tensors are written row-major. Tensors that are the same view of the same memory, as tied
 * weights are, share it in the file too; tensors that only overlap get elements of their own.
 */
public final class PyTorchWriter {
  private PyTorchWriter() {}

  /** Writes a state dict. */
  public static void save(Path path, StateDict state) {
    save(path, PyTorchDict.of(state));
  }

  /**
   * Writes a dict, a list or whatever else is to be loaded: beside the file first, then in its
   * place by one rename.
   */
  public static void save(Path path, PyTorchValue root) {
    try {
      LocalFiles.replace(path, channel -> write(channel, root));
    } catch (IOException e) {
      throw CheckpointException.failed("write", path, e);
    }
  }

  /** What makes two tensors the same in a file. */
  private record Identity(long address, long offset, Shape shape, Strides strides, DType dtype) {}

  private static void write(WritableByteChannel channel, PyTorchValue root) throws IOException {
    Map<Identity, Integer> numbers = new LinkedHashMap<>();
    List<Tensor> storages = new ArrayList<>();
    byte[] pickle =
        PickleWriter.write(
            root,
            tensor ->
                numbers.computeIfAbsent(
                    identity(tensor),
                    key -> {
                      storages.add(tensor);
                      return storages.size() - 1;
                    }));
    StoredZipWriter zip = new StoredZipWriter(channel);
    zip.entry("archive/data.pkl", ByteBuffer.wrap(pickle));
    text(zip, ".format_version", "1");
    text(zip, ".storage_alignment", Integer.toString(StoredZipWriter.ALIGNMENT));
    text(zip, "byteorder", "little");
    for (int i = 0; i < storages.size(); i++) {
      storage(zip, "archive/data/" + i, storages.get(i));
    }
    text(zip, "version", "3\n");
    zip.finish();
  }

  private static Identity identity(Tensor tensor) {
    return new Identity(
        tensor.storage().address(),
        tensor.storageOffset(),
        tensor.shape(),
        tensor.strides(),
        tensor.dtype());
  }

  private static void text(StoredZipWriter zip, String name, String content) throws IOException {
    zip.entry("archive/" + name, ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
  }

  private static void storage(StoredZipWriter zip, String name, Tensor tensor) throws IOException {
    long bytes = tensor.numel() * tensor.dtype().bytes();
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("write a tensor")) {
      Tensor host = tensor.detach().to(Device.CPU);
      Tensor rows = host.isContiguous() ? host : host.detachedClone();
      long offset = rows.storageOffset() * tensor.dtype().bytes();
      zip.entry(name, bytes == 0 ? 0 : rows.storage().address() + offset, bytes);
    }
  }
}
