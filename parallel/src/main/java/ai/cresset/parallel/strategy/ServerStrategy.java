package ai.cresset.parallel.strategy;

import ai.cresset.nn.Module;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.server.EmbeddingTable;
import ai.cresset.parallel.server.ServerClient;
import ai.cresset.parallel.server.Ticket;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.CheckpointParts;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.LossSum;
import ai.cresset.train.Strategy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dense layers as another strategy has them, embeddings on parameter servers: their gradients are
 * pushed while those of the dense layers are reduced, and divided by the servers.
 *
 * <p>Of the embeddings neither norm nor clipping is known here: a server's optimizer bounds its own
 * steps.
 */
public final class ServerStrategy implements Strategy {
  private final Strategy dense;
  private final ServerClient client;
  private final List<EmbeddingTable> tables;

  /**
   * A strategy that owns {@code dense}.
   *
   * @param tables all that the model looks up, in the same order on every rank
   */
  public ServerStrategy(Strategy dense, ServerClient client, List<EmbeddingTable> tables) {
    this.dense = dense;
    this.client = client;
    this.tables = List.copyOf(tables);
    this.tables.forEach(table -> table.bind(client));
  }

  @Override
  public int rank() {
    return dense.rank();
  }

  @Override
  public int worldSize() {
    return dense.worldSize();
  }

  @Override
  public boolean isCoordinator() {
    return dense.isCoordinator();
  }

  @Override
  public void prepare(Module model) {
    dense.prepare(model);
  }

  @Override
  public void beginStep() {
    dense.beginStep();
    tables.forEach(EmbeddingTable::beginStep);
  }

  @Override
  public void backward(Loss loss, boolean last) {
    dense.backward(loss, last);
  }

  @Override
  public LossSum finishStep(LossSum local) {
    List<Ticket<Long>> pushed = new ArrayList<>();
    for (EmbeddingTable table : tables) {
      Ticket<Long> ticket = table.push();
      if (ticket != null) {
        pushed.add(ticket);
      }
    }
    pushed.add(client.endStep(local.weight()));
    tables.forEach(EmbeddingTable::stepEnded);
    LossSum total = dense.finishStep(local);
    pushed.forEach(Ticket::await);
    return total;
  }

  @Override
  public double gradientNorm(Collection<? extends Tensor> parameters) {
    return dense.gradientNorm(parameters);
  }

  @Override
  public double[] sum(double... values) {
    return dense.sum(values);
  }

  @Override
  public byte[] broadcast(byte[] bytes) {
    return dense.broadcast(bytes);
  }

  @Override
  public List<byte[]> gather(byte[] bytes) {
    return dense.gather(bytes);
  }

  @Override
  public @Nullable CheckpointParts checkpointParts(
      CheckpointPolicy policy, Module model, Optimizer optimizer) {
    return dense.checkpointParts(policy, model, optimizer);
  }

  @Override
  public void close() {
    dense.close();
  }
}
