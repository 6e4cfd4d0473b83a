package ai.cresset.nn.padding;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import java.util.Arrays;

/**
 * What padding layers share: how many elements are laid around the last dimensions. Input and
 * output have any rank from the number of padded dimensions on; negative numbers cut off.
 */
public abstract class PaddingLayer extends Layer {
  private final long[] pad;

  /**
   * A padding layer.
   *
   * @param dims how many of the last dimensions are padded
   * @param pad one number for all sides, or two for each dimension, before and after, the last
   *     dimension first
   */
  PaddingLayer(int dims, long... pad) {
    if (pad.length != 1 && pad.length != 2 * dims) {
      throw ConfigException.value(
          getClass().getSimpleName() + ".pad",
          Arrays.toString(pad),
          "one number or " + 2 * dims + ", last dim first");
    }
    this.pad = pad.length == 1 ? new long[2 * dims] : pad.clone();
    if (pad.length == 1) {
      Arrays.fill(this.pad, pad[0]);
    }
  }

  final long[] pad() {
    return pad;
  }

  @Override
  protected String settings() {
    return Arrays.toString(pad);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integers("padding", pad);
  }
}
