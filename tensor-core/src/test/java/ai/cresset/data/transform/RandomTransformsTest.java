package ai.cresset.data.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class RandomTransformsTest {
  private final Allocator allocator = Allocator.create("test", 1L << 30);
  private Allocator.Binding bound;
  private Scope scope;

  @BeforeEach
  void bind() {
    bound = allocator.bind();
    scope = Scope.open("test");
  }

  @AfterEach
  void nothingIsLeft() {
    scope.close();
    bound.close();
    allocator.close();
  }

  /** Element (y, x) is 20 y + x. */
  private static Tensor numbered(int height, int width) {
    float[] values = new float[height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = 20 * (i / width) + i % width;
    }
    return Tensor.of(values, 1, height, width);
  }

  @Test
  void aCropIsAPartOfTheImageAndComesFromEverywhere() {
    Tensor image = numbered(6, 5);
    Set<Float> corners = new HashSet<>();
    for (int sample = 0; sample < 500; sample++) {
      float[] part = new RandomCrop(4, 4, 0).apply(image, new Draws(3, 0, sample)).toFloatArray();
      corners.add(part[0]);
      assertEquals(part[0] + 63, part[15]);
    }
    assertEquals(Set.of(0f, 1f, 20f, 21f, 40f, 41f), corners);
    Tensor bordered = new RandomCrop(9, 9, 2).apply(image, new Draws(3, 0, 1));
    assertEquals(9, bordered.size(1));
    assertEquals(6 * 5 - 1, (int) bordered.ne(0).sum().item());
    ShapeException error =
        assertThrows(
            ShapeException.class, () -> new RandomCrop(9, 4, 0).apply(image, new Draws(3, 0, 1)));
    assertTrue(error.getMessage().contains("at least 9 x 4"), error.getMessage());
  }

  @Test
  void partsOfRandomSizeKeepToAreaAndProportions() {
    RandomResizedCrop crop = new RandomResizedCrop(10, 10, new Range(0.2, 0.5));
    double sum = 0;
    for (int sample = 0; sample < 1000; sample++) {
      Window window = crop.window(200, 300, new Draws(1, 0, sample));
      double area = window.height() * window.width() / 60_000.0;
      double ratio = (double) window.width() / window.height();
      assertTrue(area > 0.19 && area < 0.51, "area " + area);
      assertTrue(ratio > 0.74 && ratio < 1.35, "ratio " + ratio);
      assertTrue(window.top() >= 0 && window.top() + window.height() <= 200);
      assertTrue(window.left() >= 0 && window.left() + window.width() <= 300);
      sum += area;
    }
    assertEquals(0.35, sum / 1000, 0.01);
    assertEquals(
        new Window(0, 43, 10, 13),
        new RandomResizedCrop(4, 4, new Range(1, 1)).window(10, 100, new Draws(1, 0, 0)));
    assertEquals(
        10, crop.apply(numbered(20, 30), new Draws(1, 0, 5)).size(2), "resized to 10 columns");
  }

  @Test
  void chanceDecidesAsOftenAsItsProbability() {
    Tensor image = numbered(3, 3);
    int flipped = 0;
    int applied = 0;
    RandomApply sometimes = new RandomApply(new Pad(1), 0.3);
    for (int sample = 0; sample < 1000; sample++) {
      Draws draws = new Draws(8, 1, sample);
      flipped += new RandomHorizontalFlip().apply(image, draws) == image ? 0 : 1;
      applied += sometimes.apply(image, draws).size(1) == 5 ? 1 : 0;
    }
    assertTrue(Math.abs(flipped - 500) < 60, "flipped " + flipped);
    assertTrue(Math.abs(applied - 300) < 60, "applied " + applied);
    assertSame(image, new RandomVerticalFlip(0).apply(image, new Draws(1, 1, 1)));
  }

  @Test
  void anErasedRectangleHasItsArea() {
    Tensor image = Tensor.ones(2, 20, 30);
    RandomErasing erasing = new RandomErasing(1, new Range(0.1, 0.2), new Range(0.5, 2), 0.25);
    for (int sample = 0; sample < 50; sample++) {
      Tensor erased = erasing.apply(image, new Draws(1, 0, sample));
      double share = erased.eq(0.25).sum().item() / 1200.0;
      assertTrue(share > 0.07 && share < 0.23, "share " + share);
    }
    assertArrayEquals(
        erasing.apply(image, new Draws(1, 0, 7)).toFloatArray(),
        erasing.apply(image, new Draws(1, 0, 7)).toFloatArray());
  }

  @Test
  void whatATransformCannotTakeIsRefused() {
    Draws draws = new Draws(0, 0, 0);
    assertThrows(ShapeException.class, () -> new Resize(3).apply(Tensor.ones(3, 3), draws));
    DTypeException wrongType =
        assertThrows(
            DTypeException.class,
            () -> new Resize(3).apply(Tensor.ones(1, 3, 3).to(DType.INT64), draws));
    assertTrue(wrongType.getMessage().contains("uint8"), wrongType.getMessage());
    assertThrows(
        DTypeException.class,
        () -> Normalize.IMAGENET.apply(Tensor.ones(3, 3, 3).to(DType.UINT8), draws));
    assertThrows(ShapeException.class, () -> Normalize.IMAGENET.apply(Tensor.ones(1, 3, 3), draws));
    assertThrows(ShapeException.class, () -> new Grayscale().apply(Tensor.ones(2, 3, 3), draws));
    assertThrows(ConfigException.class, () -> new Resize(0, 3));
    assertThrows(ConfigException.class, () -> new RandomHorizontalFlip(1.1));
    assertThrows(ConfigException.class, () -> new Normalize(List.of(1.0), List.of(0.0)));
    assertThrows(ConfigException.class, () -> new ColorJitter(0, 0, 0, 0.6));
    assertThrows(ConfigException.class, () -> new Range(2, 1));
  }
}
