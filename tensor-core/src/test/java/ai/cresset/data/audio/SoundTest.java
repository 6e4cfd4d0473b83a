package ai.cresset.data.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** The cases of {@code tests/peers/golden_media.py}, and WAV files. */
@NullUnmarked
class SoundTest {
  private static final Draws DRAWS = new Draws(0, 0, 0);

  private static float[] numbers(JsonNode values) {
    float[] numbers = new float[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) values.get(i).asDouble();
    }
    return numbers;
  }

  private static void check(JsonNode wanted, Tensor got, double tolerance, String what) {
    float[] expected = numbers(wanted);
    float[] found = got.toFloatArray();
    assertEquals(expected.length, found.length, what);
    for (int i = 0; i < found.length; i++) {
      double bound = tolerance * Math.max(1, Math.abs(expected[i]));
      assertEquals(expected[i], found[i], bound, what + " element " + i);
    }
  }

  @Test
  void picturesOfSoundAreTorchs() throws IOException {
    try (InputStream in = SoundTest.class.getResourceAsStream("/golden/media.json")) {
      for (JsonNode each : new ObjectMapper().readTree(in).get("sounds")) {
        try (Scope scope = Scope.open("sound")) {
          float[] wave = numbers(each.get("wave"));
          Tensor sound = Tensor.of(wave, 2, wave.length / 2);
          Spectrogram spectrogram =
              new Spectrogram(
                  each.get("points").asInt(),
                  each.get("window").asInt(),
                  each.get("hop").asInt(),
                  each.get("power").asDouble());
          Tensor plain = spectrogram.apply(sound, DRAWS);
          long[] thirds = new long[(int) (plain.size(2) + 2) / 3];
          Arrays.setAll(thirds, i -> 3L * i);
          String name = spectrogram.toString();
          check(
              each.get("spectrogram"),
              plain.indexSelect(2, Tensor.of(thirds, thirds.length)),
              1e-5,
              name);
          MelScale scale =
              new MelScale(
                  each.get("bands").asInt(),
                  each.get("rate").asInt(),
                  0,
                  0,
                  each.get("slaney").asBoolean());
          MelSpectrogram mel = new MelSpectrogram(spectrogram, scale);
          check(each.get("mel"), mel.apply(sound, DRAWS), 1e-5, mel.toString());
          Transform mfcc = new Mfcc(each.get("coefficients").asInt(), mel);
          check(each.get("mfcc"), mfcc.apply(sound, DRAWS), 1e-4, mfcc.toString());
        }
      }
    }
  }

  /** A WAV file of two channels with a part that is passed over. */
  private static byte[] wav(int kind, int bits, int... bytes) {
    ByteBuffer out = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(99);
    out.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    out.putShort((short) kind).putShort((short) 2).putInt(8000).putInt(8000 * bits / 4);
    out.putShort((short) (bits / 4)).putShort((short) bits);
    out.put("LIST".getBytes(StandardCharsets.US_ASCII)).putInt(3).put(new byte[4]);
    out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes.length);
    for (int each : bytes) {
      out.put((byte) each);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  @Test
  void filesOfEveryWidthAreRead() {
    float[] half = {0.5f, 0, -1, 0.25f};
    assertArrayEquals(half, WavFile.read(wav(1, 8, 192, 0, 128, 160), "").samples());
    assertArrayEquals(half, WavFile.read(wav(1, 16, 0, 64, 0, 128, 0, 0, 0, 32), "").samples());
    assertArrayEquals(
        half, WavFile.read(wav(1, 24, 0, 0, 64, 0, 0, 128, 0, 0, 0, 0, 0, 32), "").samples());
    int[] floats = {0, 0, 0, 63, 0, 0, 128, 191, 0, 0, 0, 0, 0, 0, 128, 62};
    Waveform sound = WavFile.read(wav(3, 32, floats), "");
    assertArrayEquals(half, sound.samples());
    assertEquals(2, sound.channels());
    assertEquals(2, sound.frames());
    assertEquals(8000, sound.sampleRate());
  }

  private static String refused(byte[] file) {
    return assertThrows(DataException.class, () -> WavFile.read(file, "a.wav")).getMessage();
  }

  @Test
  void damagedFilesAreRefusedByName() {
    byte[] whole = wav(1, 16, 0, 64, 0, 128);
    for (int length = 0; length < whole.length; length++) {
      String text = refused(Arrays.copyOf(whole, length));
      assertTrue(text.startsWith("a.wav: "), length + ": " + text);
    }
    assertEquals(
        "a.wav: expected whole numbers of 8 to 32 bits or floating ones of 32 or 64, got kind 85 of"
            + " 16 bits; convert it to plain WAV",
        refused(wav(85, 16, 0, 0, 0, 0)));
    assertThrows(ConfigException.class, () -> new Spectrogram(8, 9, 1, 2));
    try (Scope scope = Scope.open()) {
      assertThrows(ShapeException.class, () -> new Spectrogram(8).apply(Tensor.ones(1, 4), DRAWS));
    }
  }

  @Test
  void resampledSoundIsTorchaudios() throws IOException {
    try (InputStream in = SoundTest.class.getResourceAsStream("/golden/forecasters.json")) {
      for (JsonNode each : new ObjectMapper().readTree(in).get("resampled")) {
        try (Scope scope = Scope.open("sound")) {
          float[] wave = numbers(each.get("wave"));
          Resample resample = new Resample(each.get("rate").asInt(), each.get("wanted").asInt());
          Tensor sound = Tensor.of(wave, 2, wave.length / 2);
          check(each.get("resampled"), resample.apply(sound, DRAWS), 1e-5, resample.toString());
        }
      }
    }
    assertThrows(ConfigException.class, () -> new Resample(0, 8000));
  }

  @Test
  void soundsAreVariedAsAsked() {
    try (Scope scope = Scope.open("sound")) {
      float[] wave = new float[400];
      for (int i = 0; i < wave.length; i++) {
        wave[i] = (float) Math.sin(i);
      }
      Tensor sound = Tensor.of(wave, 1, 400);
      float[] moved = new TimeShift(50).apply(sound, new Draws(3, 0, 1)).toFloatArray();
      int later = 0;
      for (int by = -50; by <= 50; by++) {
        boolean same = true;
        for (int i = 0; i < 400; i++) {
          int from = i - by;
          same &= moved[i] == (from >= 0 && from < 400 ? wave[from] : 0);
        }
        later += same ? 1 : 0;
      }
      assertEquals(1, later);
      float[] noisy = new BackgroundNoise(1, 10, 10).apply(sound, DRAWS).toFloatArray();
      double signal = 0;
      double noise = 0;
      for (int i = 0; i < 400; i++) {
        signal += wave[i] * wave[i];
        noise += (noisy[i] - wave[i]) * (noisy[i] - wave[i]);
      }
      assertEquals(10, 10 * Math.log10(signal / noise), 1e-3);
      assertArrayEquals(wave, new BackgroundNoise(0, 10, 10).apply(sound, DRAWS).toFloatArray(), 0);
      recordedNoise(sound, wave);
      Tensor picture = Tensor.ones(1, 6, 9);
      boolean masked = false;
      for (int sample = 0; sample < 8; sample++) {
        float[] bands =
            new FrequencyMasking(4).apply(picture, new Draws(1, 0, sample)).toFloatArray();
        float[] windows = new TimeMasking(4).apply(picture, new Draws(1, 0, sample)).toFloatArray();
        int zeros = 0;
        for (int i = 0; i < 54; i++) {
          assertEquals(bands[i / 9 * 9], bands[i]);
          assertEquals(windows[i % 9], windows[i]);
          zeros += windows[i] == 0 ? 1 : 0;
        }
        assertTrue(zeros <= 4 * 6, "zeros " + zeros);
        masked |= zeros > 0;
      }
      assertTrue(masked);
    }
  }

  /** It comes from one of the recordings, one after the other, and follows from the draws. */
  private static void recordedNoise(Tensor sound, float[] wave) {
    float[] clicks = {1, 0, 0, 0, 0, 0, 0};
    RecordedNoise transform =
        new RecordedNoise(1, 20, 20, List.of(clicks, new float[] {0, 0, 0, 0, 0, 0, 1}));
    float[] noisy = transform.apply(sound, new Draws(1, 0, 5)).toFloatArray();
    assertArrayEquals(noisy, transform.apply(sound, new Draws(1, 0, 5)).toFloatArray());
    int last = -1;
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < wave.length; i++) {
      signal += wave[i] * wave[i];
      noise += (noisy[i] - wave[i]) * (noisy[i] - wave[i]);
      if (noisy[i] != wave[i]) {
        assertTrue(last < 0 || i - last == 7, "a click at " + last + " and at " + i);
        last = i;
      }
    }
    assertEquals(20, 10 * Math.log10(signal / noise), 1e-3);
    assertArrayEquals(
        wave,
        new RecordedNoise(1, 20, 20, List.of(new float[4])).apply(sound, DRAWS).toFloatArray());
  }
}
