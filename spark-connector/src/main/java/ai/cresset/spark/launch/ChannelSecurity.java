package ai.cresset.spark.launch;

import java.util.List;
import org.apache.spark.SparkConf;

/** Whether workers must encrypt what they send each other: when Spark encrypts, so do they. */
final class ChannelSecurity {
  private static final List<String> SETTINGS =
      List.of(
          "spark.network.crypto.enabled",
          "spark.authenticate.enableSaslEncryption",
          "spark.io.encryption.enabled",
          "spark.ssl.enabled",
          "spark.ssl.rpc.enabled");

  private ChannelSecurity() {}

  static boolean encrypts(SparkConf conf) {
    return SETTINGS.stream().anyMatch(setting -> conf.getBoolean(setting, false));
  }
}
