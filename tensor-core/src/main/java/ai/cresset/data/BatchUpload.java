package ai.cresset.data;

import ai.cresset.backend.Backends;
import ai.cresset.backend.BackgroundUpload;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way to a device. The copies travel beside the kernels where the device can do
 * that; {@link #take} makes the kernels that follow come after them.
 */
public final class BatchUpload implements AutoCloseable {
  private final Batch batch;
  private final List<BackgroundUpload.Transfer> transfers;

  private BatchUpload(Batch batch, List<BackgroundUpload.Transfer> transfers) {
    this.batch = batch;
    this.transfers = transfers;
  }

  /**
   * Starts to copy. The result belongs to the thread's scope, as every tensor does.
   *
   * @param host a batch in host memory, which can be closed at once; it becomes the result itself
   *     if there is nothing to copy
   * @param device where to; null for host memory
   */
  public static BatchUpload begin(Batch host, @Nullable Device device) {
    if (device == null
        || host.tensors().values().stream().allMatch(each -> each.device().equals(device))) {
      return new BatchUpload(host, List.of());
    }
    Optional<BackgroundUpload> background = Backends.of(device).capability(BackgroundUpload.class);
    List<BackgroundUpload.Transfer> transfers = new ArrayList<>();
    Map<String, Tensor> moved = new LinkedHashMap<>();
    boolean complete = false;
    try (host) {
      for (Map.Entry<String, Tensor> each : host.tensors().entrySet()) {
        Tensor tensor =
            background.isPresent() && each.getValue().device().isHost()
                ? send(each.getValue(), background.get(), transfers)
                : each.getValue().to(device);
        moved.put(each.getKey(), tensor);
      }
      BatchUpload upload = new BatchUpload(Batch.of(moved), transfers);
      complete = true;
      return upload;
    } finally {
      if (!complete) {
        moved.values().forEach(Tensor::close);
      }
    }
  }

  private static Tensor send(
      Tensor tensor, BackgroundUpload background, List<BackgroundUpload.Transfer> transfers) {
    try (Tensor dense = tensor.isContiguous() ? tensor.detach() : tensor.detachedClone()) {
      int width = dense.dtype().bytes();
      BackgroundUpload.Transfer transfer =
          background.begin(
              Allocator.current(),
              dense.storage().address() + dense.storageOffset() * width,
              dense.numel() * width);
      transfers.add(transfer);
      Storage target = transfer.target();
      try {
        return Tensor.view(
            target, 0, dense.shape(), Strides.contiguous(dense.shape()), dense.dtype());
      } finally {
        target.release();
      }
    }
  }

  /** The batch, which is the caller's; what is computed with it from now on sees the copies. */
  public Batch take() {
    transfers.forEach(BackgroundUpload.Transfer::join);
    return batch;
  }

  /** Its tensors, which may not be computed with before {@link #take}. */
  public Collection<Tensor> tensors() {
    return batch.tensors().values();
  }

  /** The batch, before it may be computed with. */
  Batch batch() {
    return batch;
  }

  /** Frees a batch that was not taken. */
  @Override
  public void close() {
    batch.close();
  }
}
