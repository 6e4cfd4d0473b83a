package ai.cresset.spark.data;

import java.util.Map;

/** Settings of Spark SQL with which the readers are fastest. */
public final class ReaderSettings {
  private ReaderSettings() {}

  /**
   * What an application for training sets before its session starts, unless the user says
   * otherwise: decoded columns in native memory, from where they are copied in one go.
   */
  public static Map<String, String> recommended() {
    return Map.of("spark.sql.columnVector.offheap.enabled", "true");
  }
}
