package ai.cresset.report;

import ai.cresset.error.DataException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.zip.CRC32C;

/**
 * An event file of TensorBoard with scalars: records of length, masked CRC-32C of the length,
 * event, masked CRC-32C of the event. Source: TensorFlow's {@code record_writer.h} and {@code
 * event.proto}.
 */
public final class TensorBoardScalars implements ScalarWriter {
  private final Path file;
  private final OutputStream out;
  private final Clock clock;

  private TensorBoardScalars(Path file, OutputStream out, Clock clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Starts a new file in {@code directory} that goes on after {@code step}: TensorBoard then hides
   * what earlier files hold of later steps.
   */
  public static TensorBoardScalars open(Path directory, long step) {
    return open(directory, step, Clock.systemUTC());
  }

  static TensorBoardScalars open(Path directory, long step, Clock clock) {
    try {
      Files.createDirectories(directory);
      // The prefix is what TensorBoard looks for; it reads files in the order of their names.
      Path file =
          directory.resolve(
              String.format("events.out.tfevents.%013d.cresset", clock.instant().toEpochMilli()));
      OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
      TensorBoardScalars scalars = new TensorBoardScalars(file, out, clock);
      scalars.record(scalars.event(0).text(3, "brain.Event:2"));
      scalars.record(scalars.event(step + 1).message(7, new ProtocolBuffer().integer(1, 1)));
      return scalars;
    } catch (IOException e) {
      throw DataException.because("cannot write event files in " + directory + ": " + e, e);
    }
  }

  private ProtocolBuffer event(long step) {
    double seconds = clock.instant().toEpochMilli() * 1e-3;
    return new ProtocolBuffer().float64(1, seconds).integer(2, step);
  }

  @Override
  public void write(String name, long step, double value) {
    ProtocolBuffer scalar = new ProtocolBuffer().text(1, name).float32(2, (float) value);
    record(event(step).message(5, new ProtocolBuffer().message(1, scalar)));
  }

  private void record(ProtocolBuffer event) {
    byte[] data = event.toBytes();
    byte[] length = little(8).putLong(data.length).array();
    try {
      out.write(length);
      out.write(little(4).putInt(maskedChecksum(length)).array());
      out.write(data);
      out.write(little(4).putInt(maskedChecksum(data)).array());
    } catch (IOException e) {
      throw DataException.because("cannot write " + file + ": " + e, e);
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Rotated and shifted by a constant, so that a checksum of checksums means something. */
  static int maskedChecksum(byte[] data) {
    CRC32C checksum = new CRC32C();
    checksum.update(data, 0, data.length);
    return Integer.rotateRight((int) checksum.getValue(), 15) + 0xa282ead8;
  }

  @Override
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw DataException.because("cannot write " + file + ": " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw DataException.because("cannot write " + file + ": " + e, e);
    }
  }
}
