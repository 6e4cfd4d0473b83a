package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A checkpoint that is being written: files under a name that begins with a dot. Begun and
 * committed by the worker that claimed the directory; others may add files to it from elsewhere.
 */
public final class CheckpointDraft {
  static final String WRITING = ".writing-";

  private final CheckpointStore store;
  private final String path;

  CheckpointDraft(CheckpointStore store, String path) {
    this.store = store;
    this.path = path;
  }

  /**
   * Somebody else's draft.
   *
   * @param path its {@link #path()}
   */
  public static CheckpointDraft join(CheckpointStore store, String path) {
    if (!path.startsWith(WRITING) || path.indexOf('/') >= 0) {
      throw CheckpointException.because("'" + path + "' is no draft of a checkpoint");
    }
    return new CheckpointDraft(store, path);
  }

  /** Its name in the directory. */
  public String path() {
    return path;
  }

  /** Writes tensors to a new safetensors file. */
  public TrainingState.StoredFile write(
      String file, Map<String, ? extends Tensor> tensors, Map<String, String> metadata) {
    return write(file, channel -> SafetensorsWriter.write(channel, tensors, metadata));
  }

  TrainingState.StoredFile write(String file, byte[] content) {
    return write(
        file,
        channel -> {
          ByteBuffer bytes = ByteBuffer.wrap(content);
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  private TrainingState.StoredFile write(String file, CheckpointStore.Content content) {
    TrainingState.StoredFile[] result = new TrainingState.StoredFile[1];
    String whole = path + "/" + file;
    try {
      store.write(
          whole,
          channel -> {
            DigestChannel digesting = new DigestChannel(channel);
            content.write(digesting);
            result[0] = digesting.result();
          });
    } catch (IOException e) {
      throw CheckpointException.failed("write", store.location() + "/" + whole, e);
    }
    return result[0];
  }
}
