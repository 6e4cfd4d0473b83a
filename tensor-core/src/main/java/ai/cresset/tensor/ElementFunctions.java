package ai.cresset.tensor;

import ai.cresset.tensor.op.Exp;
import ai.cresset.tensor.op.Promotion;

/** Functions of each element. */
public interface ElementFunctions {
  /** This object as a tensor. */
  Tensor self();

  /** {@code e^this}. */
  default Tensor exp() {
    return Promotion.floating(new Exp(), self());
  }
}
