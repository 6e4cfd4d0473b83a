package ai.cresset.parallel.comm;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.shm.SharedMemoryPlace;
import java.util.UUID;

/**
 * What ranks tell each other at the rendezvous.
 *
 * @param host where the process runs, as its peers call it
 * @param process its process id
 * @param jvm made anew in every process: hosts and ids may repeat between containers
 * @param tcp where it listens
 * @param local where it listens inside of its JVM
 * @param memory where it can share memory with other processes
 */
record PeerAddress(
    String host, long process, String jvm, String tcp, String local, SharedMemoryPlace memory) {
  private static final String JVM = UUID.randomUUID().toString();
  private static final String FORMAT = "cresset/2";

  static PeerAddress here(String host, String tcp, String local, SharedMemoryPlace memory) {
    return new PeerAddress(host, ProcessHandle.current().pid(), JVM, tcp, local, memory);
  }

  String line() {
    return String.join(" ", FORMAT, host, Long.toString(process), jvm, tcp, local, memory.word());
  }

  static PeerAddress parse(int rank, String line) {
    String[] fields = line.split(" ");
    if (fields.length != 7 || !fields[0].equals(FORMAT)) {
      throw CommunicationException.because(
          "rank "
              + rank
              + " gave '"
              + line
              + "' at the rendezvous, which is no address of "
              + FORMAT
              + "; use the same Cresset version everywhere");
    }
    return new PeerAddress(
        fields[1],
        Long.parseLong(fields[2]),
        fields[3],
        fields[4],
        fields[5],
        SharedMemoryPlace.parse(fields[6]));
  }

  boolean sharesProcessWith(PeerAddress other) {
    return host.equals(other.host) && process == other.process && jvm.equals(other.jvm);
  }

  /** For messages. */
  String text() {
    return "process " + process + " on " + host;
  }
}
