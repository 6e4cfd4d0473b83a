package ai.cresset.data.file;

import ai.cresset.data.Batch;
import ai.cresset.data.TensorDataset;
import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The binary files of CIFAR-10 and CIFAR-100 (Krizhevsky, 2009): {@code inputs} are uint8 {@code
 * [3, 32, 32]}, {@code targets} int64.
 */
public final class CifarFiles {
  private static final int ELEMENTS = 3 * 32 * 32;

  private CifarFiles() {}

  /** Which labels stand before each image. */
  public enum Labels {
    /** CIFAR-10's: one byte. */
    TEN(1, 0, 10),
    /** The 20 coarse ones of CIFAR-100's two. */
    COARSE(2, 0, 20),
    /** The 100 fine ones of CIFAR-100's two. */
    FINE(2, 1, 100);

    private final int bytes;
    private final int place;
    private final int classes;

    Labels(int bytes, int place, int classes) {
      this.bytes = bytes;
      this.place = place;
      this.classes = classes;
    }
  }

  /** All images of files, in their order. */
  public static TensorDataset read(Labels labels, List<Path> files) {
    byte[] images = {};
    long[] targets = {};
    int record = labels.bytes + ELEMENTS;
    for (Path file : files) {
      byte[] content = content(file, record);
      int count = content.length / record;
      int before = targets.length;
      images = Arrays.copyOf(images, Math.addExact(images.length, count * ELEMENTS));
      targets = Arrays.copyOf(targets, before + count);
      for (int i = 0; i < count; i++) {
        int label = content[i * record + labels.place] & 0xff;
        if (label >= labels.classes) {
          throw DataException.because(
              file
                  + ": image "
                  + i
                  + " has the label "
                  + label
                  + ", expected 0 to "
                  + (labels.classes - 1)
                  + "; are CIFAR-10 and CIFAR-100 confused?");
        }
        targets[before + i] = label;
        int from = i * record + labels.bytes;
        System.arraycopy(content, from, images, (before + i) * ELEMENTS, ELEMENTS);
      }
    }
    try (Scope scope = Scope.open("CIFAR files")) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put(Batch.INPUTS, IdxFiles.bytes(images, List.of(targets.length, 3, 32, 32)));
      tensors.put(Batch.TARGETS, Tensor.of(targets, targets.length));
      return new TensorDataset(tensors);
    }
  }

  private static byte[] content(Path file, int record) {
    try (InputStream in = DataFile.open(file)) {
      byte[] content = in.readAllBytes();
      if (content.length == 0 || content.length % record != 0) {
        throw DataException.because(
            file
                + ": expected images of "
                + record
                + " bytes each, got "
                + content.length
                + " bytes in all; use another copy of it");
      }
      return content;
    } catch (IOException e) {
      throw DataFile.unreadable(file, e);
    }
  }
}
