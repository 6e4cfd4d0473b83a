package ai.cresset.checkpoint;

import ai.cresset.nn.StateDict;
import ai.cresset.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code torch.save} wrote to a {@code .pth} or {@code .pt} file: a state dict, or a
 * checkpoint with several of them beside numbers and text.
 *
 * <pre>{@code
 * try (PyTorchFile file = PyTorchFile.read(path);
 *     StateDict state = file.stateDict("model_state_dict")) {
 *   model.loadStateDict(state);
 *   PyTorchOptimizers.load(optimizer, file.get("optimizer_state_dict"));
 *   long epoch = file.get("epoch").whole();
 * }
 * }</pre>
 *
 * <p>Reading runs no code of the file: names of Python that are neither tensors nor plain data are
 * refused, as is everything that contradicts itself. Tensors are on the CPU, wherever they were,
 * and keep their strides; those that shared memory in Python share it here. Closing frees them.
 */
public final class PyTorchFile implements AutoCloseable {
  private final PyTorchValue root;
  private final List<Tensor> tensors;

  private PyTorchFile(PyTorchValue root, List<Tensor> tensors) {
    this.root = root;
    this.tensors = tensors;
  }

  /**
   * Reads a local file.
   *
   * @throws ai.cresset.error.CheckpointException if it is damaged, of PyTorch's old format, or
   *     holds more than tensors and plain data; the message says what to do
   */
  public static PyTorchFile read(Path path) {
    try (PyTorchArchive archive = PyTorchArchive.open(path)) {
      PyTorchObjects objects = new PyTorchObjects(path.toString(), archive);
      boolean done = false;
      try {
        PyTorchValue root = new PickleReader(path.toString(), archive.pickle(), objects).read();
        done = true;
        return new PyTorchFile(root, objects.tensors());
      } finally {
        if (!done) {
          objects.release();
        }
      }
    }
  }

  /** All that the file holds. */
  public PyTorchValue root() {
    return root;
  }

  /** The value under these keys of dicts in dicts. */
  public PyTorchValue get(String... keys) {
    PyTorchValue value = root;
    for (String key : keys) {
      value = value.get(key);
    }
    return value;
  }

  /**
   * The state dict under these keys; without keys the file is one. Shares the file's memory, and
   * lives on when the file is closed. The caller closes it.
   */
  public StateDict stateDict(String... keys) {
    return get(keys).stateDict();
  }

  @Override
  public void close() {
    tensors.forEach(Tensor::close);
  }
}
