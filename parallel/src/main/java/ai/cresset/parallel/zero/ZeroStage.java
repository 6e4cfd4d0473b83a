package ai.cresset.parallel.zero;

import ai.cresset.error.ConfigException;

/** What is cut over ranks. Each stage cuts what the one before does, and more. */
public enum ZeroStage {
  /** The state of the optimizer. */
  OPTIMIZER,
  /** And gradients: each rank keeps those of its part only. */
  GRADIENTS,
  /** And parameters: they are put together when a part of the model runs. */
  PARAMETERS;

  /** The stage of a number from 1 to 3. */
  public static ZeroStage of(int number) {
    if (number < 1 || number > values().length) {
      throw ConfigException.value("ZeRO stage", number, "1, 2 or 3");
    }
    return values()[number - 1];
  }

  /** From 1 to 3. */
  public int number() {
    return ordinal() + 1;
  }
}
