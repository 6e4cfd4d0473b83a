package ai.cresset.backend.cpu;

/**
 * The transforms of {@link WinogradConvolution}, each along both dimensions of a square. Images are
 * rows of pixels whose channels lie beside each other, and tiles overlap where they are larger than
 * 2 x 2; planes hold one element of every tile, tile after tile. All are exact but for the rounding
 * of their sums.
 */
public enum TileTransform {
  /** 4 x 4 pixels of each tile of an image to 16 planes. */
  INPUT,
  /** 16 planes to 2 x 2 pixels of each tile. */
  OUTPUT,
  /** 2 x 2 pixels of the output's gradient to 16 planes: the transpose of {@link #OUTPUT}. */
  OUTPUT_GRADIENT,
  /** 9 planes, those of the taps, to 16. */
  WEIGHT,
  /** 16 planes to 9: the transpose of {@link #WEIGHT}. */
  WEIGHT_GRADIENT
}
