/**
 * Fetching well-known data sets when the user asks for one: a catalogue of addresses and checksums,
 * and what is done with them.
 *
 * <p>Not here: reading the files.
 */
@NullMarked
package ai.cresset.jobs.download;

import org.jspecify.annotations.NullMarked;
