package ai.cresset.jobs.audio;

import ai.cresset.error.DataException;
import ai.cresset.jobs.split.DecodedFiles;

/**
 * A sound of a folder, or why there is none.
 *
 * @param place among all files, from 0
 * @param bytes whole numbers of 16 bits; none where there is a problem
 * @param problem what is wrong with the file; empty if nothing is
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copying would cost a pass
record DecodedSound(int place, byte[] bytes, String problem) implements DecodedFiles.Decoded {
  private static final long serialVersionUID = 1L;
  private static final byte[] NONE = {};

  static DecodedSound of(int place, byte[] file, String name, SoundForm form) {
    try {
      return new DecodedSound(place, form.decode(file, name), "");
    } catch (DataException e) {
      return new DecodedSound(place, NONE, String.valueOf(e.getMessage()));
    }
  }

  DecodedSound withoutBytes() {
    return new DecodedSound(place, NONE, problem);
  }
}
