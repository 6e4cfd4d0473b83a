package ai.cresset.jobs.generate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * Eight words of a made-up language as a simple synthesizer speaks them: WAV files in a folder for
 * each. Each speaker has a pitch, a length of the throat, a speed and a loudness; rates and lengths
 * of the files differ, words begin anywhere in them, and noise lies 15 decibels below the word. The
 * word follows from its formants, and people tell all of them apart.
 */
public record SpokenWords() implements DataGenerator {
  private static final int[] RATES = {8000, 11025, 16000};
  private static final double DECIBELS = 15;

  /** How far harmonics reach: what every rate can hold. */
  private static final double HIGHEST = 3600;

  /** Vowels by their first two formants in hertz (Peterson and Barney, 1952, rounded). */
  private enum Sound {
    A(730, 1090, 0),
    E(530, 1840, 0),
    I(270, 2290, 0),
    O(570, 840, 0),
    U(300, 870, 0),
    /** A hiss. */
    S(2800, 3400, 1);

    private final double first;
    private final double second;
    private final double hiss;

    Sound(double first, double second, double hiss) {
      this.first = first;
      this.second = second;
      this.hiss = hiss;
    }
  }

  /** Words; sounds glide into each other. */
  private enum Word {
    AI(Sound.A, Sound.I),
    IA(Sound.I, Sound.A),
    OU(Sound.O, Sound.U),
    UE(Sound.U, Sound.E),
    SAS(Sound.S, Sound.A, Sound.S),
    ISO(Sound.I, Sound.S, Sound.O),
    EAU(Sound.E, Sound.A, Sound.U),
    SIU(Sound.S, Sound.I, Sound.U);

    @SuppressWarnings("ImmutableEnumChecker") // never changed
    private final Sound[] sounds;

    Word(Sound... sounds) {
      this.sounds = sounds;
    }
  }

  @Override
  public String write(Path directory, int size, long seed) throws IOException {
    Random random = new Random(seed);
    Word[] words = Word.values();
    for (int i = 0; i < size; i++) {
      Word word = words[i % words.length];
      Path folder =
          Files.createDirectories(directory.resolve(word.name().toLowerCase(Locale.ROOT)));
      int rate = RATES[random.nextInt(RATES.length)];
      double[] wave = spoken(word, rate, random);
      Files.write(folder.resolve(String.format(Locale.ROOT, "%05d.wav", i)), file(wave, rate));
    }
    return size + " words in " + directory + ", noise " + (int) DECIBELS + " decibels below them";
  }

  private static double[] spoken(Word word, int rate, Random random) {
    double seconds = 0.35 + 0.25 * random.nextDouble();
    double before = 0.2 * random.nextDouble();
    double after = 0.2 * random.nextDouble();
    double pitch = 95 + 130 * random.nextDouble();
    double throat = 0.9 + 0.2 * random.nextDouble();
    double loudness = 0.1 + 0.4 * random.nextDouble();
    int frames = (int) (seconds * rate);
    int first = (int) (before * rate);
    double[] voice = voice(word, rate, frames, pitch, throat, random);
    double energy = 0;
    for (double each : voice) {
      energy += each * each;
    }
    double scale = loudness / 3 / Math.sqrt(energy / frames);
    double noise = loudness / 3 * StrictMath.pow(10, -DECIBELS / 20);
    double[] wave = new double[first + frames + (int) (after * rate)];
    for (int i = 0; i < wave.length; i++) {
      boolean inside = i >= first && i < first + frames;
      wave[i] = (inside ? scale * voice[i - first] : 0) + noise * random.nextGaussian();
    }
    return wave;
  }

  /** Harmonics of the pitch and a hiss, each as loud as the formants around it let it be. */
  private static double[] voice(
      Word word, int rate, int frames, double pitch, double throat, Random random) {
    double[] wave = new double[frames];
    int harmonics = (int) (HIGHEST / (1.1 * pitch));
    double phase = 0;
    double slow = 0;
    double fast = 0;
    for (int i = 0; i < frames; i++) {
      double at = (double) i / frames;
      double place = at * (word.sounds.length - 1);
      int from = Math.min(word.sounds.length - 2, (int) place);
      double share = glide(place - from);
      Sound one = word.sounds[from];
      Sound next = word.sounds[from + 1];
      double low = throat * (one.first + share * (next.first - one.first));
      double high = throat * (one.second + share * (next.second - one.second));
      double hiss = one.hiss + share * (next.hiss - one.hiss);
      phase += 2 * Math.PI * pitch * (1.08 - 0.16 * at) / rate;
      double sum = 0;
      for (int k = 1; k <= harmonics; k++) {
        double hertz = k * pitch;
        sum += (formant(hertz, low, 90) + 0.6 * formant(hertz, high, 130)) * Math.sin(k * phase);
      }
      // White noise less its slow part, up to what the lowest rate holds.
      double white = random.nextGaussian() * Math.sqrt(rate / 8000.0);
      double keep = StrictMath.exp(-2 * Math.PI * 3400 / rate);
      fast = keep * fast + (1 - keep) * white;
      slow = 0.7 * slow + 0.3 * fast;
      double edge = Math.min(1, Math.min(at, 1 - at) * 12);
      wave[i] = edge * ((1 - hiss) * sum + 3 * hiss * (fast - slow));
    }
    return wave;
  }

  /** Stays at either sound for a while. */
  private static double glide(double share) {
    double steep = Math.max(0, Math.min(1, (share - 0.25) * 2));
    return steep * steep * (3 - 2 * steep);
  }

  private static double formant(double hertz, double middle, double width) {
    double away = (hertz - middle) / width;
    return 1 / (1 + away * away);
  }

  /** Whole numbers of 16 bits, one channel. */
  private static byte[] file(double[] wave, int rate) {
    ByteBuffer bytes = ByteBuffer.allocate(44 + 2 * wave.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * wave.length);
    bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    bytes.putShort((short) 1).putShort((short) 1).putInt(rate).putInt(2 * rate);
    bytes.putShort((short) 2).putShort((short) 16);
    bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * wave.length);
    for (double each : wave) {
      bytes.putShort((short) Math.round(32767 * Math.max(-1, Math.min(1, each))));
    }
    return bytes.array();
  }
}
