package ai.cresset.jobs.image;

/** Whether images have classes. */
public enum Labels {
  /** Each image has one, by its folder or by a file of labels. */
  READ,
  /**
   * Nobody asks: folders and files of labels play no part, and need not be there. All images are of
   * one class whose name is empty.
   */
  IGNORED
}
