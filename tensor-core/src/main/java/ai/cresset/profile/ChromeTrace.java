package ai.cresset.profile;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Events in Chrome's trace format (JSON object format, complete events), which chrome://tracing and
 * Perfetto open. Times are in microseconds.
 */
final class ChromeTrace {
  private static final double NANOS_PER_MICROSECOND = 1e3;
  private static final String BACKWARD = "backward of ";

  private ChromeTrace() {}

  static void write(Path file, String thread, List<OpEvent> events) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
      json.writeStartObject();
      json.writeStringField("displayTimeUnit", "ms");
      json.writeArrayFieldStart("traceEvents");
      writeThreadName(json, thread);
      for (OpEvent event : events) {
        writeEvent(json, event);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void writeThreadName(JsonGenerator json, String thread) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", "thread_name");
    json.writeStringField("ph", "M");
    writePlace(json);
    json.writeObjectFieldStart("args");
    json.writeStringField("name", thread);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeEvent(JsonGenerator json, OpEvent event) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", event.name());
    json.writeStringField("cat", event.name().startsWith(BACKWARD) ? "backward" : "operation");
    json.writeStringField("ph", "X");
    writePlace(json);
    json.writeNumberField("ts", event.startNanos() / NANOS_PER_MICROSECOND);
    json.writeNumberField("dur", event.totalNanos() / NANOS_PER_MICROSECOND);
    json.writeObjectFieldStart("args");
    json.writeNumberField("self us", event.selfNanos() / NANOS_PER_MICROSECOND);
    json.writeNumberField("allocated bytes", event.allocatedBytes());
    json.writeEndObject();
    json.writeEndObject();
  }

  /** One process with one thread: the profiled one. */
  private static void writePlace(JsonGenerator json) throws IOException {
    json.writeNumberField("pid", 1);
    json.writeNumberField("tid", 1);
  }
}
