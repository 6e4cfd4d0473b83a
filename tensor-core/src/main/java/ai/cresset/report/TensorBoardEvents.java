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
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An event file of TensorBoard with scalars, histograms, images, texts and hyper-parameters:
 * records of length, masked CRC-32C of the length, event, masked CRC-32C of the event. Source:
 * TensorFlow's {@code record_writer.h} and {@code event.proto}, {@code summary.proto} and
 * TensorBoard's {@code plugins/hparams/api.proto}.
 */
public final class TensorBoardEvents implements ScalarWriter {
  /** {@code DT_STRING} of TensorFlow. */
  private static final int STRINGS = 7;

  private final Path file;
  private final OutputStream out;
  private final Clock clock;

  private TensorBoardEvents(Path file, OutputStream out, Clock clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Starts a new file in {@code directory} that goes on after {@code step}: TensorBoard then hides
   * what earlier files hold of later steps.
   */
  public static TensorBoardEvents open(Path directory, long step) {
    return open(directory, step, Clock.systemUTC());
  }

  static TensorBoardEvents open(Path directory, long step, Clock clock) {
    try {
      Files.createDirectories(directory);
      // The prefix is what TensorBoard looks for; it reads files in the order of their names.
      Path file =
          directory.resolve(
              String.format("events.out.tfevents.%013d.cresset", clock.instant().toEpochMilli()));
      OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
      TensorBoardEvents events = new TensorBoardEvents(file, out, clock);
      events.record(events.event(0).text(3, "brain.Event:2"));
      events.record(events.event(step + 1).message(7, new ProtocolBuffer().integer(1, 1)));
      return events;
    } catch (IOException e) {
      throw DataException.because("cannot write event files in " + directory + ": " + e, e);
    }
  }

  private ProtocolBuffer event(long step) {
    return new ProtocolBuffer().float64(1, seconds()).integer(2, step);
  }

  private double seconds() {
    return clock.instant().toEpochMilli() * 1e-3;
  }

  @Override
  public void write(String name, long step, double value) {
    ProtocolBuffer scalar = new ProtocolBuffer().text(1, name).float32(2, (float) value);
    value(step, scalar);
  }

  /** Writes how values are spread. */
  public void histogram(String name, long step, Histogram histogram) {
    ProtocolBuffer content =
        new ProtocolBuffer()
            .float64(1, histogram.least())
            .float64(2, histogram.most())
            .float64(3, histogram.count())
            .float64(4, histogram.sum())
            .float64(5, histogram.squares())
            .float64s(6, histogram.limits())
            .float64s(7, histogram.counts());
    value(step, new ProtocolBuffer().text(1, name).message(5, content));
  }

  /** Writes an image. */
  public void image(String name, long step, Picture picture) {
    ProtocolBuffer content =
        new ProtocolBuffer()
            .integer(1, picture.height())
            .integer(2, picture.width())
            .integer(3, picture.channels())
            .bytes(4, picture.png());
    value(step, new ProtocolBuffer().text(1, name).message(4, content));
  }

  /** Writes a text, which TensorBoard shows as Markdown. */
  public void text(String name, long step, String text) {
    ProtocolBuffer shape =
        new ProtocolBuffer().message(2, new ProtocolBuffer().integer(1, 1)); // one element
    ProtocolBuffer tensor =
        new ProtocolBuffer().integer(1, STRINGS).message(2, shape).text(8, text);
    value(
        step,
        new ProtocolBuffer().text(1, name).message(8, tensor).message(9, plugin("text", null)));
  }

  /**
   * Writes what a run was made with, and which figures to show beside it. Numbers and truth values
   * are told by their form.
   *
   * @param settings by name
   * @param metrics names of scalars that are written here, too
   */
  public void hyperParameters(Map<String, String> settings, List<String> metrics) {
    ProtocolBuffer experiment = new ProtocolBuffer().float64(3, seconds());
    settings.forEach(
        (name, text) ->
            experiment.message(
                4, new ProtocolBuffer().text(1, name).integer(4, HyperParameter.type(text))));
    for (String metric : metrics) {
      experiment.message(5, new ProtocolBuffer().message(1, new ProtocolBuffer().text(2, metric)));
    }
    ProtocolBuffer start = new ProtocolBuffer();
    settings.forEach(
        (name, text) ->
            start.message(
                1, new ProtocolBuffer().text(1, name).message(2, HyperParameter.value(text))));
    start.float64(5, seconds());
    ProtocolBuffer end = new ProtocolBuffer().integer(1, 1).float64(2, seconds());
    session("experiment", 2, experiment);
    session("session_start_info", 3, start);
    session("session_end_info", 4, end);
  }

  private void session(String name, int field, ProtocolBuffer data) {
    ProtocolBuffer content = new ProtocolBuffer().integer(1, 0).message(field, data);
    value(
        0,
        new ProtocolBuffer().text(1, "_hparams_/" + name).message(9, plugin("hparams", content)));
  }

  private static ProtocolBuffer plugin(String name, @Nullable ProtocolBuffer content) {
    ProtocolBuffer data = new ProtocolBuffer().text(1, name);
    return new ProtocolBuffer().message(1, content == null ? data : data.message(2, content));
  }

  private void value(long step, ProtocolBuffer value) {
    record(event(step).message(5, new ProtocolBuffer().message(1, value)));
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
