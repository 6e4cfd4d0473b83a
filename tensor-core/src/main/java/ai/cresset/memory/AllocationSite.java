package ai.cresset.memory;

/**
 * A place in the code whose storages are live.
 *
 * @param frames the call stack there, innermost first, one frame a line
 * @param storages how many live storages it made
 * @param bytes what they hold together
 */
public record AllocationSite(String frames, long storages, long bytes) {}
