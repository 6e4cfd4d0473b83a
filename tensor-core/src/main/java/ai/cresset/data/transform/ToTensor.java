package ai.cresset.data.transform;

import ai.cresset.tensor.Tensor;

/** Bytes from 0 to 255 as float32 from 0 to 1; float32 images stay as they are. */
public record ToTensor() implements Transform {
  @Override
  public Tensor apply(Tensor image, Draws draws) {
    Pixels pixels = Pixels.of("ToTensor", image);
    if (pixels.most() == 1) {
      return image;
    }
    float[] values = pixels.floats();
    for (int i = 0; i < values.length; i++) {
      values[i] /= 255;
    }
    return new FloatPixels(pixels.channels(), pixels.height(), pixels.width(), values).tensor();
  }
}
