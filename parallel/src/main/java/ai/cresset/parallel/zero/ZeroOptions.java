package ai.cresset.parallel.zero;

/**
 * Settings of a sharded model. Alike on every rank.
 *
 * @param stage what is cut
 * @param units which parts of the model are put together and taken apart as one
 * @param reshardAfterForward whether a unit is taken apart after its forward pass and put together
 *     again for backward, which saves memory; otherwise once in a pass, which saves sending. The
 *     whole model's own unit stays, as backward begins with it.
 * @param prefetch whether the unit that comes next is put together while this one runs; the order
 *     is that of the first pass
 * @param wholeGradients whether gradients of several micro-batches are added whole and sent once
 *     ({@code no_sync}): less is sent, and sums are those of replicated training bit for bit, but
 *     each rank holds gradients of the whole model. Always so in the first stage.
 * @param precision the types to compute in
 */
public record ZeroOptions(
    ZeroStage stage,
    UnitRule units,
    boolean reshardAfterForward,
    boolean prefetch,
    boolean wholeGradients,
    MixedPrecisionPolicy precision) {
  /** A stage with the defaults: repeated layers are units, least memory, prefetch. */
  public static ZeroOptions of(ZeroStage stage) {
    return new ZeroOptions(
        stage, UnitRule.repeatedLayers(), true, true, false, MixedPrecisionPolicy.NONE);
  }

  public ZeroOptions withUnits(UnitRule rule) {
    return new ZeroOptions(stage, rule, reshardAfterForward, prefetch, wholeGradients, precision);
  }

  public ZeroOptions withReshardAfterForward(boolean on) {
    return new ZeroOptions(stage, units, on, prefetch, wholeGradients, precision);
  }

  public ZeroOptions withPrefetch(boolean on) {
    return new ZeroOptions(stage, units, reshardAfterForward, on, wholeGradients, precision);
  }

  public ZeroOptions withWholeGradients(boolean on) {
    return new ZeroOptions(stage, units, reshardAfterForward, prefetch, on, precision);
  }

  public ZeroOptions withPrecision(MixedPrecisionPolicy policy) {
    return new ZeroOptions(stage, units, reshardAfterForward, prefetch, wholeGradients, policy);
  }

  boolean cutsParameters() {
    return stage == ZeroStage.PARAMETERS;
  }

  /** Whether gradients are sent after each micro-batch. */
  boolean sendsEachPass() {
    return stage != ZeroStage.OPTIMIZER && !wholeGradients;
  }
}
