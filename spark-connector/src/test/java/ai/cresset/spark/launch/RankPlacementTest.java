package ai.cresset.spark.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class RankPlacementTest {
  @Test
  void neighboursShareAMachineWhateverTheOrderOfTasks() {
    String[] addresses = {"b:5", "a:40", "b:5", "a:7", "[::1]:3"};
    RankPlacement placement = RankPlacement.byAddress(addresses);
    assertEquals(List.of(4, 3, 1, 0, 2), placement.tasks());
    assertEquals(3, placement.rankOf(0));
    assertEquals(
        List.of("four", "three", "one", "zero", "two"),
        placement.inRankOrder(new String[] {"zero", "one", "two", "three", "four"}));
  }

  @Test
  void ranksArePartitionsWhereDataIsBoundToThem() {
    assertEquals(List.of(0, 1, 2), RankPlacement.identity(3).tasks());
  }

  @Test
  void channelsAreEncryptedWhenSparksAre() {
    assertFalse(ChannelSecurity.encrypts(new SparkConf(false).set("spark.authenticate", "true")));
    for (String setting :
        List.of(
            "spark.network.crypto.enabled",
            "spark.authenticate.enableSaslEncryption",
            "spark.io.encryption.enabled",
            "spark.ssl.enabled",
            "spark.ssl.rpc.enabled")) {
      assertTrue(ChannelSecurity.encrypts(new SparkConf(false).set(setting, "true")), setting);
    }
  }
}
