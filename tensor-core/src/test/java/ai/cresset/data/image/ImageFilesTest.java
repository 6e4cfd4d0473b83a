package ai.cresset.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.Batch;
import ai.cresset.data.Dataset;
import ai.cresset.data.TensorDataset;
import ai.cresset.data.ValidSamples;
import ai.cresset.data.transform.Resize;
import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class ImageFilesTest {
  private static JsonNode pictures;

  @TempDir private Path directory;

  @BeforeAll
  static void load() throws IOException {
    try (InputStream in = ImageFilesTest.class.getResourceAsStream("/golden/media.json")) {
      pictures = new ObjectMapper().readTree(in).get("pictures");
    }
  }

  private static byte[] file(String name) {
    for (JsonNode each : pictures) {
      if (each.get("name").asText().equals(name)) {
        return Base64.getDecoder().decode(each.get("file").asText());
      }
    }
    throw new IllegalStateException(name);
  }

  @Test
  void filesHoldWhatPillowReads() {
    ImageDecoder decoder = new ImageDecoder(ImageMode.UNCHANGED);
    for (JsonNode each : pictures) {
      String name = each.get("name").asText();
      DecodedImage image = decoder.decode(file(name), name);
      assertEquals(
          each.get("shape").toString(),
          "[" + image.channels() + "," + image.height() + "," + image.width() + "]",
          name);
      for (int i = 0; i < image.bytes().length; i++) {
        int wanted = each.get("elements").get(i).asInt();
        int got = image.bytes()[i] & 0xff;
        assertTrue(
            Math.abs(wanted - got) <= each.get("tolerance").asInt(),
            name + " element " + i + ": " + got + ", expected " + wanted);
      }
    }
    assertEquals(12, pictures.size());
    assertEquals(3, new ImageDecoder(ImageMode.RGB).decode(file("gray.png"), "").channels());
    DecodedImage grey = new ImageDecoder(ImageMode.GRAY).decode(file("rgb.png"), "");
    byte[] colour = decoder.decode(file("rgb.png"), "").bytes();
    double luma =
        0.299 * (colour[0] & 0xff) + 0.587 * (colour[77] & 0xff) + 0.114 * (colour[154] & 0xff);
    assertEquals(luma, grey.bytes()[0] & 0xff, 0.51);
  }

  private static String refused(ImageDecoder decoder, byte[] file) {
    return assertThrows(DataException.class, () -> decoder.decode(file, "cat.png")).getMessage();
  }

  @Test
  void whatIsNoImageIsRefusedByName() {
    ImageDecoder decoder = new ImageDecoder(ImageMode.RGB);
    assertEquals(
        "cat.png: an empty file; expected PNG, JPEG, BMP or GIF", refused(decoder, new byte[0]));
    assertEquals(
        "cat.png: no image that can be read; expected PNG, JPEG, BMP or GIF",
        refused(decoder, "meow".getBytes(StandardCharsets.UTF_8)));
    for (JsonNode each : pictures) {
      String name = each.get("name").asText();
      byte[] whole = file(name);
      for (int length : new int[] {8, 20, whole.length / 2, whole.length - 14}) {
        String text = refused(decoder, Arrays.copyOf(whole, length));
        assertTrue(text.startsWith("cat.png: "), name + " cut at " + length + ": " + text);
      }
    }
    assertEquals(
        "cat.png: an image of 11 x 7 elements; expected at most 76 in all",
        refused(new ImageDecoder(ImageMode.RGB, 76), file("rgb.jpg")));
  }

  @Test
  void foldersAreClassesAndDamagedFilesAreFound() throws IOException {
    for (String label : List.of("dog", "cat")) {
      Path folder = Files.createDirectories(directory.resolve(label).resolve("deeper"));
      Files.write(folder.resolve("b.png"), file("rgb.png"));
      Files.write(folder.getParent().resolve("a.JPG"), file("half.jpg"));
      Files.writeString(folder.resolve("notes.txt"), "not an image");
    }
    ImageFolder folder = ImageFolder.open(directory, new ImageDecoder(ImageMode.RGB));
    assertEquals(List.of("cat", "dog"), folder.classes());
    assertArrayEquals(new int[] {0, 0, 1, 1}, folder.labels());
    try (Scope scope = Scope.open();
        Dataset batches = folder.transformed(new Resize(4, 6), 1).collated()) {
      Batch batch = batches.gather(new long[] {3, 0});
      assertArrayEquals(new long[] {1, 0}, batch.targets().toLongArray());
      assertEquals("uint8[2, 3, 4, 6]", batch.inputs().spec().toString());
      Files.writeString(directory.resolve("dog/a.JPG"), "torn");
      DataException error =
          assertThrows(DataException.class, () -> batches.gather(new long[] {0, 2}));
      assertEquals(
          "sample 2 ("
              + directory.resolve("dog/a.JPG")
              + "): "
              + directory.resolve("dog/a.JPG")
              + ": no image that can be read; expected PNG, JPEG, BMP or GIF",
          error.getMessage());
    }
    ValidSamples valid = ValidSamples.of(folder, true);
    assertArrayEquals(new long[] {0, 1, 3}, valid.samples());
    assertEquals(1, valid.skipped());
    Files.createDirectory(directory.resolve("empty"));
    assertThrows(
        DataException.class, () -> ImageFolder.open(directory, new ImageDecoder(ImageMode.RGB)));
  }

  @Test
  void mixedImagesHaveMixedTargetsWhateverTheBatch() {
    try (Scope scope = Scope.open()) {
      float[] values = new float[6 * 4 * 4];
      long[] labels = new long[6];
      for (int i = 0; i < values.length; i++) {
        labels[i / 16] = i / 16;
        values[i] = labels[i / 16];
      }
      Map<String, Tensor> tensors =
          Map.of("image", Tensor.of(values, 6, 1, 4, 4), "label", Tensor.of(labels, 6));
      for (MixedSamples.Mixing mixing : MixedSamples.Mixing.values()) {
        try (MixedSamples mixed =
            new MixedSamples(new TensorDataset(tensors), "image", "label", mixing, 0.8, 6, 3)) {
          Batch whole = mixed.gather(new long[] {0, 1, 2, 3, 4, 5}, 2);
          float[] shares = whole.get("label").toFloatArray();
          float[] means = whole.get("image").mean(new int[] {1, 2, 3}, false).toFloatArray();
          for (int i = 0; i < 6; i++) {
            float sum = 0;
            float mean = 0;
            for (int label = 0; label < 6; label++) {
              sum += shares[6 * i + label];
              mean += label * shares[6 * i + label];
            }
            assertEquals(1, sum, 1e-5);
            assertEquals(mean, means[i], 1e-4, mixing + " " + i);
          }
          float[] alone = mixed.gather(new long[] {4}, 2).get("label").toFloatArray();
          assertArrayEquals(Arrays.copyOfRange(shares, 24, 30), alone);
          float[] later =
              mixed.gather(new long[] {0, 1, 2, 3, 4, 5}, 3).get("label").toFloatArray();
          assertNotEquals(Arrays.toString(shares), Arrays.toString(later));
        }
      }
    }
  }
}
