package org.theseus.protocol.api;

import java.util.List;
import java.util.Objects;

/**
 * A part of a {@link StateMap} as a store keeps it. The map is a trie: a slot's path is the keyed
 * hash of its type and state key (SHA-256 of the key of {@link StateMaps#keyed}, the type's length
 * in four bytes, and both texts in two bytes a character), a step for each half byte. A node has
 * what lies at each of its sixteen steps: nothing, one entry, or the name of a node with two
 * entries or more. So equal parts are equal nodes, and are stored once.
 *
 * <p>The bytes are
 *
 * <ol>
 *   <li>the form: 1;
 *   <li>two bytes with a bit (1 &lt;&lt; step) for each step that has a node;
 *   <li>two bytes likewise for each step that has an entry;
 *   <li>in the order of the steps: of a node its root (32 bytes) and how many entries it has; of an
 *       entry its type, state key and event id.
 * </ol>
 *
 * <p>Bytes go from high to low. A number is in groups of seven bits from low to high, the bit 0x80
 * in all groups but the last; a text is the number of its UTF-16 characters, then each as a number,
 * a byte for each ASCII character.
 *
 * <p>A store need not keep these bytes: one that numbers its nodes and events may write its numbers
 * in place of roots and event ids, if it puts them back before it supplies the node. Roots are
 * hashes of the bytes as they are here.
 *
 * <p>Ours: the specification does not say how a state is kept.
 *
 * @param root the name of the node
 * @param children the nodes it names, which a store that counts references counts
 * @param bytes what to supply when the node is asked for; not copied, must not be changed
 */
public record StateNode(StateRoot root, List<StateRoot> children, byte[] bytes) {
  /** Checks that all is there. */
  public StateNode {
    Objects.requireNonNull(root);
    children = List.copyOf(children);
    Objects.requireNonNull(bytes);
  }
}
