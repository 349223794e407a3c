package org.theseus.protocol.rules;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateRoot;

/** Branches as bytes, as {@link org.theseus.protocol.api.StateNode} describes them. */
final class TrieForm {
  private static final int FORM = 1;
  private static final int HEAD = 1 + 2 * Short.BYTES;

  /** The most bytes that a number has, and that a character has. */
  private static final int NUMBER = 5;

  private static final int CHARACTER = 3;

  private TrieForm() {}

  static byte[] write(TrieBranch branch) {
    int trees = 0;
    int leaves = 0;
    int most = HEAD;
    for (int step = 0; step < TrieBranch.WIDTH; step++) {
      TrieNode child = branch.child(step);
      if (child instanceof TrieNode.Leaf leaf) {
        leaves |= 1 << step;
        most += most(leaf.slot.type()) + most(leaf.slot.key()) + most(leaf.event.value());
      } else if (child != null) {
        trees |= 1 << step;
        most += StateRoot.LENGTH + NUMBER;
      }
    }
    ByteBuffer to = ByteBuffer.allocate(most);
    to.put((byte) FORM).putShort((short) trees).putShort((short) leaves);
    for (int step = 0; step < TrieBranch.WIDTH; step++) {
      TrieNode child = branch.child(step);
      if (child instanceof TrieNode.Leaf leaf) {
        writeText(to, leaf.slot.type());
        writeText(to, leaf.slot.key());
        writeText(to, leaf.event.value());
      } else if (child instanceof TrieNode.Tree tree) {
        to.put(tree.root().toBytes());
        writeNumber(to, tree.size());
      }
    }
    return Arrays.copyOf(to.array(), to.position());
  }

  /**
   * Reads a branch at a place.
   *
   * @return the branch, or empty if the bytes are none, or not of this place
   */
  static Optional<TrieBranch> read(byte[] bytes, StoredNodes nodes, byte[] place) {
    try {
      return read(ByteBuffer.wrap(bytes), nodes, place);
    } catch (BufferUnderflowException | IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<TrieBranch> read(ByteBuffer from, StoredNodes nodes, byte[] place) {
    if (from.get() != FORM || place.length == SlotPath.LENGTH) {
      return Optional.empty();
    }
    int trees = from.getShort();
    int leaves = from.getShort();
    TrieBranch branch = TrieBranch.EMPTY;
    for (int step = 0; step < TrieBranch.WIDTH; step++) {
      byte[] there = Arrays.copyOf(place, place.length + 1);
      there[place.length] = (byte) step;
      if ((trees & 1 << step) != 0) {
        byte[] root = new byte[StateRoot.LENGTH];
        from.get(root);
        int size = readNumber(from);
        if (size < 2) {
          return Optional.empty();
        }
        branch = branch.put(step, new StoredBranch(nodes, StateRoot.of(root), size, there));
      } else if ((leaves & 1 << step) != 0) {
        StateKey slot = new StateKey(readText(from), readText(from));
        if (!nodes.belongs(slot, there)) {
          return Optional.empty();
        }
        branch = branch.put(step, new TrieNode.Leaf(slot, EventId.of(readText(from))));
      }
    }
    return Optional.of(branch);
  }

  private static int most(String text) {
    return NUMBER + CHARACTER * text.length();
  }

  private static void writeText(ByteBuffer to, String text) {
    writeNumber(to, text.length());
    for (int i = 0; i < text.length(); i++) {
      writeNumber(to, text.charAt(i));
    }
  }

  private static String readText(ByteBuffer from) {
    int length = readNumber(from);
    if (length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) readNumber(from));
    }
    return text.toString();
  }

  private static void writeNumber(ByteBuffer to, int number) {
    int rest = number;
    for (; rest > 0x7F; rest >>>= 7) {
      to.put((byte) (rest | 0x80));
    }
    to.put((byte) rest);
  }

  private static int readNumber(ByteBuffer from) {
    int number = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      int group = from.get();
      number |= (group & 0x7F) << shift;
      if (group >= 0 && number >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("not a number");
  }
}
