/**
 * Sound: WAV files, and what turns waves into pictures of their frequencies, with torchaudio's
 * names and defaults.
 *
 * <p>Not here: compressed formats.
 */
@NullMarked
package ai.cresset.data.audio;

import org.jspecify.annotations.NullMarked;
