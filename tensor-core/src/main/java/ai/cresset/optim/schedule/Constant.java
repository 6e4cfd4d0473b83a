package ai.cresset.optim.schedule;

/** The same learning rate at each step. */
public record Constant() implements Schedule {
  @Override
  public double at(long step, double initial) {
    return initial;
  }
}
