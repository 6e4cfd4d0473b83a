package ai.cresset.error;

/** A training run whose loss is no longer a finite number. */
public final class DivergenceException extends CressetException {
  private static final long serialVersionUID = 1L;

  private DivergenceException(String message) {
    super(message);
  }

  /** A loss that is NaN or infinite. */
  public static DivergenceException loss(long step, double loss) {
    return new DivergenceException(
        "step "
            + step
            + ": the loss is "
            + loss
            + "; lower the learning rate, clip gradients, or check"
            + " the data of this step");
  }

  /** A gradient norm that is NaN or infinite. */
  public static DivergenceException gradient(long step, double norm) {
    return new DivergenceException(
        "step "
            + step
            + ": the norm of the gradients is "
            + norm
            + " while the loss is finite; lower the learning rate, or check the model for divisions"
            + " by 0 and logarithms of 0");
  }

  /** A step in which no rank had anything to learn from. */
  public static DivergenceException noWeight() {
    return new DivergenceException(
        "the weight of the whole step is 0: no rank had a sample or token that counts; check the data"
            + " and the ignore index");
  }
}
