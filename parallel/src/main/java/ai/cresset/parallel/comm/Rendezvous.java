package ai.cresset.parallel.comm;

import java.util.List;

/**
 * How the ranks of one attempt find each other, once: each gives a line, all get every line. A
 * barrier stage of Spark, a store over TCP or a list in one JVM can stand behind it.
 */
public interface Rendezvous {
  /** This rank, from 0. */
  int rank();

  /** How many ranks there are. */
  int worldSize();

  /** Which attempt of the job this is, from 0. Connections of an older attempt are refused. */
  int attempt();

  /**
   * Gives a line and waits for those of all ranks, in order of rank.
   *
   * @throws ai.cresset.error.CommunicationException if they do not come in time
   */
  List<String> exchange(String line);
}
