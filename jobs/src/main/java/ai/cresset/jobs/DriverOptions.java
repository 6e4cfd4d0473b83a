package ai.cresset.jobs;

import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Prints the JVM options that Spark gives to executors, on one line. A driver that plain {@code
 * java} starts needs the same.
 */
public final class DriverOptions {
  private DriverOptions() {}

  public static void main(String... arguments) {
    System.out.println(JavaModuleOptions.defaultModuleOptions());
  }
}
