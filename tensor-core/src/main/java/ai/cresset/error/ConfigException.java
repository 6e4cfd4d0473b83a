package ai.cresset.error;

/** Settings that are unknown, missing or do not fit together. */
public final class ConfigException extends CressetException {
  private static final long serialVersionUID = 1L;

  private ConfigException(String message) {
    super(message);
  }

  /** A setting with a value it does not take. */
  public static ConfigException value(String key, Object got, String expected) {
    return new ConfigException(key + ": expected " + expected + ", got " + got);
  }

  /** Any other refusal; the text names the setting to change. */
  public static ConfigException because(String message) {
    return new ConfigException(message);
  }
}
