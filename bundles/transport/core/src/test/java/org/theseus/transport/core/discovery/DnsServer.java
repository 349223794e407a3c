package org.theseus.transport.core.discovery;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A DNS server on loopback that knows what a test told it. */
final class DnsServer implements Closeable {
  private final DatagramSocket socket;
  private final Map<Name, List<Record>> zone = new ConcurrentHashMap<>();
  private final Set<String> silent = ConcurrentHashMap.newKeySet();
  private final Set<String> broken = ConcurrentHashMap.newKeySet();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  DnsServer() throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread thread = new Thread(this::serve, "test-dns");
    thread.setDaemon(true);
    thread.start();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
  }

  /** The questions so far, as {@code NAME TYPE}. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  /** Adds a line of a zone file: name, seconds to live, type, data. */
  DnsServer add(String line) {
    String[] words = line.split(" ", 4);
    try {
      Name name = name(words[0]);
      long ttl = Long.parseLong(words[1]);
      Record record =
          Record.fromString(name, Type.value(words[2]), DClass.IN, ttl, words[3], Name.root);
      zone.computeIfAbsent(name, any -> new CopyOnWriteArrayList<>()).add(record);
      return this;
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  /** Answers nothing about a name, or about {@code NAME TYPE}. */
  DnsServer silent(String name) {
    silent.add(name);
    return this;
  }

  /** Answers SERVFAIL about a name, or about {@code NAME TYPE}. */
  DnsServer broken(String name) {
    broken.add(name);
    return this;
  }

  private static String text(Record question) {
    return question.getName().toString(true) + " " + Type.string(question.getType());
  }

  private static boolean isIn(Set<String> names, Record question) {
    return names.contains(text(question)) || names.contains(question.getName().toString(true));
  }

  private static Name name(String name) {
    return Name.fromConstantString(name + ".");
  }

  private void serve() {
    byte[] buffer = new byte[4096];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
        Record question = query.getQuestion();
        asked.add(text(question));
        if (!isIn(silent, question)) {
          byte[] answer = answer(query).toWire();
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private Message answer(Message query) {
    Record question = query.getQuestion();
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RA);
    answer.addRecord(question, Section.QUESTION);
    if (isIn(broken, question)) {
      answer.getHeader().setRcode(Rcode.SERVFAIL);
      return answer;
    }
    List<Record> known = zone.getOrDefault(question.getName(), List.of());
    if (known.isEmpty()) {
      answer.getHeader().setRcode(Rcode.NXDOMAIN);
    }
    for (Record record : known) {
      if (record.getType() == question.getType() || record.getType() == Type.CNAME) {
        answer.addRecord(record, Section.ANSWER);
      }
    }
    return answer;
  }

  @Override
  public void close() {
    socket.close();
  }
}
