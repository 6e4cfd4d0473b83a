package ai.cresset.train;

/** What a run does with checkpoints it finds. */
public enum Resume {
  /** Goes on from the newest whole one; starts anew if there is none. */
  AUTO,
  /** Starts anew; a directory that has checkpoints is refused. */
  NEVER,
  /** Goes on from the newest whole one; a directory without any is refused. */
  REQUIRE
}
