package ai.cresset.data.audio;

import ai.cresset.error.DataException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * WAV files: whole numbers of 8, 16, 24 or 32 bits, and floating ones of 32 or 64, of any number of
 * channels.
 */
public final class WavFile {
  private static final int WHOLE_NUMBERS = 1;
  private static final int FLOATING = 3;
  private static final int EXTENSIBLE = 0xfffe;

  private WavFile() {}

  /** What the numbers of a file mean. */
  private record Format(int kind, int channels, int sampleRate, int bits) {}

  /** Reads a file. */
  public static Waveform read(Path file) {
    try {
      return read(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw DataException.because(file + ": cannot be read: " + e, e);
    }
  }

  /**
   * Reads the bytes of a file.
   *
   * @param name what errors call it
   * @throws DataException that names it
   */
  public static Waveform read(byte[] bytes, String name) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (!tag(in).equals("RIFF") || in.getInt() == 0 || !tag(in).equals("WAVE")) {
        throw DataException.because(name + ": expected a WAV file, which begins with RIFF and WAVE");
      }
      Format format = null;
      while (true) {
        String chunk = tag(in);
        long size = in.getInt() & 0xffff_ffffL;
        if (chunk.equals("fmt ")) {
          format = format(in.slice().order(ByteOrder.LITTLE_ENDIAN), name);
        } else if (chunk.equals("data")) {
          if (format == null) {
            throw damaged(name, "its sound comes before its format");
          }
          if (size > in.remaining()) {
            throw damaged(
                name, "it promises " + size + " bytes of sound, and has " + in.remaining());
          }
          return decode(in, (int) size, format, name);
        }
        long skip = size + size % 2;
        if (skip > in.remaining()) {
          throw damaged(name, "it ends within its part '" + chunk + "'");
        }
        in.position(in.position() + (int) skip);
      }
    } catch (BufferUnderflowException e) {
      throw damaged(name, "it ends before its sound");
    }
  }

  private static String tag(ByteBuffer in) {
    StringBuilder tag = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      tag.append((char) (in.get() & 0xff));
    }
    return tag.toString();
  }

  private static Format format(ByteBuffer in, String name) {
    int kind = in.getShort() & 0xffff;
    int channels = in.getShort() & 0xffff;
    int sampleRate = in.getInt();
    in.getInt();
    in.getShort();
    int bits = in.getShort() & 0xffff;
    if (kind == EXTENSIBLE) {
      in.position(in.position() + 8);
      kind = in.getShort() & 0xffff;
    }
    boolean whole = kind == WHOLE_NUMBERS && bits % 8 == 0 && bits >= 8 && bits <= 32;
    boolean floating = kind == FLOATING && (bits == 32 || bits == 64);
    if (!whole && !floating) {
      throw DataException.because(
          name
              + ": expected whole numbers of 8 to 32 bits or floating ones of 32 or 64, got kind "
              + kind
              + " of "
              + bits
              + " bits; convert it to plain WAV");
    }
    if (channels < 1 || sampleRate < 1) {
      throw damaged(name, channels + " channels at " + sampleRate + " frames a second");
    }
    return new Format(kind, channels, sampleRate, bits);
  }

  private static Waveform decode(ByteBuffer in, int size, Format format, String name) {
    int frameBytes = format.channels() * format.bits() / 8;
    if (size % frameBytes != 0) {
      throw damaged(name, size + " bytes of sound in frames of " + frameBytes);
    }
    int frames = size / frameBytes;
    float[] samples = new float[frames * format.channels()];
    for (int frame = 0; frame < frames; frame++) {
      for (int channel = 0; channel < format.channels(); channel++) {
        samples[channel * frames + frame] = number(in, format);
      }
    }
    return new Waveform(samples, format.channels(), frames, format.sampleRate());
  }

  private static float number(ByteBuffer in, Format format) {
    if (format.kind() == FLOATING) {
      return format.bits() == 32 ? in.getFloat() : (float) in.getDouble();
    }
    return switch (format.bits()) {
      case 8 -> ((in.get() & 0xff) - 128) / 128f;
      case 16 -> in.getShort() / 32768f;
      case 24 -> ((in.get() & 0xff) | (in.get() & 0xff) << 8 | in.get() << 16) / 8388608f;
      default -> (float) (in.getInt() / 2147483648.0);
    };
  }

  private static DataException damaged(String name, String reason) {
    return DataException.because(name + ": damaged: " + reason + "; use another copy of it");
  }
}
