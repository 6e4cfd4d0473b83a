package ai.cresset.parallel.pipeline;

import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.Work;
import ai.cresset.parallel.mesh.HostMirror;
import ai.cresset.parallel.pipeline.schedule.Channel;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ways for activations and gradients between the ranks of a pipeline. Each way has connections
 * and an order of its own: a message waits for none of another way.
 */
final class StageChannels implements AutoCloseable {
  private static final int SENDER = 0;
  private static final int RECEIVER = 1;

  private final Map<Channel, ProcessGroup> groups = new HashMap<>();
  private final List<Sent> pending = new ArrayList<>();

  /** A message on its way out. */
  private record Sent(Work work, HostMirror mirror, Tensor elements) {
    void close() {
      mirror.close();
      elements.close();
    }
  }

  /** A message on its way in. */
  static final class Arriving implements AutoCloseable {
    private final Work work;
    private final HostMirror mirror;
    private final Tensor elements;

    private Arriving(Work work, HostMirror mirror, Tensor elements) {
      this.work = work;
      this.mirror = mirror;
      this.elements = elements;
    }

    /** Waits; the caller owns the result, and this is used up. */
    Tensor await() {
      try {
        work.await();
      } catch (RuntimeException e) {
        elements.close();
        throw e;
      } finally {
        mirror.putBack();
        mirror.close();
      }
      elements.storage().changed();
      return elements;
    }

    /** Gives up the message; the group keeps its memory until the end. */
    @Override
    public void close() {
      mirror.close();
      elements.close();
    }
  }

  /**
   * Connects neighbours; called by all ranks.
   *
   * @param isRing whether the last rank gives to the first, as with several stages on each
   */
  StageChannels(ProcessGroup group, boolean isRing) {
    int size = group.size();
    for (int from = 0; from < (isRing ? size : size - 1) && size > 1; from++) {
      int to = (from + 1) % size;
      connect(group, new Channel(from, to, true));
      connect(group, new Channel(to, from, false));
    }
  }

  private void connect(ProcessGroup group, Channel channel) {
    if (group.rank() == channel.from() || group.rank() == channel.to()) {
      groups.put(channel, group.subgroup(channel.from(), channel.to()));
    }
  }

  private ProcessGroup group(Channel channel) {
    ProcessGroup found = groups.get(channel);
    if (found == null) {
      throw new IllegalStateException("no way for " + channel);
    }
    return found;
  }

  /** Sends a copy or the memory itself, which stays until it has gone. */
  void send(Channel channel, Tensor tensor) {
    Tensor elements = Scope.detach(tensor.detach().contiguous().handle());
    HostMirror mirror = new HostMirror(elements);
    Work work = group(channel).sendAsync(mirror.fetch(), RECEIVER);
    pending.add(new Sent(work, mirror, elements));
    sweep();
  }

  /** Begins to receive a tensor. */
  Arriving receive(Channel channel, Spec spec, Device device) {
    Tensor elements = Scope.detach(Tensor.empty(new Spec(spec.shape(), spec.dtype(), device)));
    HostMirror mirror = new HostMirror(elements);
    return new Arriving(group(channel).receiveAsync(mirror.fetch(), SENDER), mirror, elements);
  }

  /** Frees what has gone. */
  private void sweep() {
    pending.removeIf(
        sent -> {
          if (!sent.work().isDone()) {
            return false;
          }
          sent.work().await();
          sent.close();
          return true;
        });
  }

  /** Waits for what is on its way out. */
  void flush() {
    try {
      Work.awaitAll(pending.stream().map(Sent::work).toList());
    } finally {
      pending.forEach(Sent::close);
      pending.clear();
    }
  }

  @Override
  public void close() {
    pending.forEach(Sent::close);
    pending.clear();
    groups.values().forEach(ProcessGroup::close);
    groups.clear();
  }
}
