package ai.cresset.data.file;

import ai.cresset.data.Batch;
import ai.cresset.data.TensorDataset;
import ai.cresset.error.DataException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** IDX files of unsigned bytes, as the MNIST family has them. */
public final class IdxFiles {
  private IdxFiles() {}

  /**
   * Images and labels: {@code inputs} are uint8 {@code [channels, height, width]}, {@code targets}
   * int64.
   *
   * @param images with three dimensions, or four with the channels first
   * @param labels as many
   */
  public static TensorDataset read(Path images, Path labels) {
    try (Scope scope = Scope.open("IDX files")) {
      Tensor elements = tensor(images, "images", 3, 4);
      Tensor classes = tensor(labels, "labels", 1, 1);
      if (elements.size(0) != classes.size(0)) {
        throw DataException.because(
            images
                + " has "
                + elements.size(0)
                + " images, "
                + labels
                + " has "
                + classes.size(0)
                + " labels; use files that belong together");
      }
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put(Batch.INPUTS, elements.rank() == 3 ? elements.unsqueeze(1) : elements);
      tensors.put(Batch.TARGETS, classes.to(DType.INT64));
      return new TensorDataset(tensors);
    }
  }

  /** The elements of a file, uint8, of its own shape. */
  static Tensor tensor(Path file, String what, int least, int most) {
    try (InputStream in = DataFile.open(file)) {
      IdxHeader header = IdxHeader.read(file.toString(), what, least, most, in);
      int bytes = Math.toIntExact(Math.multiplyExact(header.items(), header.itemBytes()));
      byte[] elements = in.readNBytes(bytes);
      if (elements.length < bytes || in.read() >= 0) {
        throw DataException.because(
            file
                + ": "
                + (elements.length < bytes ? "truncated" : "too long")
                + ": its header promises "
                + header.items()
                + " items of "
                + header.itemBytes()
                + " bytes; use another copy of it");
      }
      return bytes(elements, header.sizes());
    } catch (IOException e) {
      throw DataFile.unreadable(file, e);
    }
  }

  static Tensor bytes(byte[] elements, List<Integer> sizes) {
    Tensor tensor =
        Tensor.empty(
            Tensor.spec(DType.UINT8, sizes.stream().mapToLong(Integer::longValue).toArray()));
    NativeMemory.write(elements, 0, tensor.storage().address(), elements.length);
    return tensor;
  }
}
