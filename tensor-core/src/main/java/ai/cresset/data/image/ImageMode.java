package ai.cresset.data.image;

/** Which channels a decoded image has. */
public enum ImageMode {
  /** 1 for a grey image, else 3. */
  UNCHANGED(0),
  /** 1: 0.299 R + 0.587 G + 0.114 B, as Pillow's {@code L}. */
  GRAY(1),
  /** 3: red, green, blue. */
  RGB(3);

  private final int channels;

  ImageMode(int channels) {
    this.channels = channels;
  }

  /** How many channels; 0 if the image decides. */
  public int channels() {
    return channels;
  }
}
