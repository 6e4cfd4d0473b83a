package ai.cresset.parallel.comm.handshake;

/** What the listening side says in the end. The order is part of the protocol. */
public enum Verdict {
  WELCOME,
  WRONG_SECRET,
  OTHER_ATTEMPT,
  OTHER_WORLD_SIZE,
  UNKNOWN_PEER,
  OTHER_ENCRYPTION,
  CLOSED;

  /**
   * Why the two ends do not fit, for both of them.
   *
   * @param dialler what the dialling side is
   * @param listener what the listening side is, as a greeting from its side
   */
  String explain(Hello dialler, Hello listener) {
    return switch (this) {
      case WELCOME -> "welcome";
      case WRONG_SECRET ->
          "the job secrets differ; give every worker of the job the same secret, and check that"
              + " the address belongs to this job";
      case OTHER_ATTEMPT ->
          "the connecting worker belongs to attempt "
              + dialler.attempt()
              + " and the listening one to attempt "
              + listener.attempt()
              + " of the job; a worker of an older attempt must end";
      case OTHER_WORLD_SIZE ->
          "the connecting worker expects "
              + dialler.worldSize()
              + " workers and the listening one "
              + listener.worldSize()
              + "; start all workers with the same number";
      case UNKNOWN_PEER ->
          "the connecting worker calls itself rank "
              + dialler.rank()
              + ", wants rank "
              + dialler.peer()
              + " for "
              + dialler.purpose()
              + " of group '"
              + dialler.group()
              + "', and rank "
              + listener.rank()
              + " does not expect it (or has it already)";
      case OTHER_ENCRYPTION ->
          "the connecting worker has encryption "
              + (dialler.encrypt() ? "on" : "off")
              + " and the listening one "
              + (listener.encrypt() ? "on" : "off")
              + "; set CommOptions.encrypt alike everywhere";
      case CLOSED -> "the listening side is closing";
    };
  }
}
