package ai.cresset.parallel.comm.collective;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several flows of the same peer and direction, one after the other. */
final class FlowSequence extends Flow {
  private final List<? extends Flow> flows;
  private int current;

  FlowSequence(int peer, List<? extends Flow> flows) {
    super(peer);
    this.flows = flows;
  }

  @Override
  @Nullable ByteBuffer buffer() {
    return flows.get(current).buffer();
  }

  @Override
  void received(ByteBuffer buffer, int rank) {
    flows.get(current).received(buffer, rank);
  }

  @Override
  void advance() {
    flows.get(current).advance();
    if (flows.get(current).isDone()) {
      current++;
    }
  }

  @Override
  boolean isDone() {
    return current == flows.size();
  }
}
