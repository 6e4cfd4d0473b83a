package ai.cresset.train;

import ai.cresset.nn.Module;

/**
 * One of several that train parts of a model, each by a loss of its own, and take turns in each
 * step: generator and discriminator, for one.
 *
 * <p>While it is a player's turn all other parameters stand still: they require no gradient, so
 * that a forward pass through them alone is not recorded, and gradients pass through the others to
 * what comes before. An optimizer keeps its state by parameter, so one over the whole model serves
 * each player as one of its own would.
 *
 * @param name unique among the players
 * @param part the parameters that its loss trains, of no other player
 * @param objective from a batch to the player's loss; its own players and score play no part
 */
public record Player(String name, Module part, Objective objective) {}
