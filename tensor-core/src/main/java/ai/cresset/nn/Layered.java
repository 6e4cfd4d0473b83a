package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A model that is a sequence of pieces, each from one tensor to the next, so that it can be cut
 * between them. Running all pieces one after the other is running the model.
 */
public interface Layered {
  /** The pieces, in order. */
  List<Piece> pieces();

  /**
   * A piece.
   *
   * @param name for people
   * @param modules whose parameters and buffers it reads; pieces that share a parameter are tied
   * @param forward its forward pass
   */
  record Piece(String name, List<? extends Module> modules, UnaryOperator<Tensor> forward) {
    public Piece {
      modules = List.copyOf(modules);
    }

    /** A layer. */
    public static Piece of(String name, Layer layer) {
      return new Piece(name, List.of(layer), layer::call);
    }
  }
}
