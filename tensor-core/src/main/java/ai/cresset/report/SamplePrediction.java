package ai.cresset.report;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A sample that a model saw, for people to look at.
 *
 * @param input the sample in words; empty where the picture says it
 * @param picture the sample, or what the model made of it; null for none
 * @param expected what is right; empty if nothing is
 * @param predicted what the model said
 * @param right whether that counts as right; null where there is no such thing
 */
public record SamplePrediction(
    String input,
    @Nullable Picture picture,
    String expected,
    String predicted,
    @Nullable Boolean right)
    implements Serializable {}
