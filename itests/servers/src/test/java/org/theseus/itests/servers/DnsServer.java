package org.theseus.itests.servers;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A DNS server on loopback that knows some lines of a zone file. */
final class DnsServer implements Closeable {
  private final DatagramSocket socket;
  private final List<Record> zone = new ArrayList<>();

  /**
   * Begins to serve.
   *
   * @param lines name, type, data
   */
  DnsServer(String... lines) throws IOException {
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      Name name = Name.fromString(words[0], Name.root);
      zone.add(Record.fromString(name, Type.value(words[1]), DClass.IN, 60, words[2], Name.root));
    }
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread thread = new Thread(this::serve, "test-dns");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where it is, as in {@code 127.0.0.1:53}. */
  String address() {
    return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
  }

  private void serve() {
    byte[] buffer = new byte[4096];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] answer = answer(new Message(Arrays.copyOf(buffer, packet.getLength()))).toWire();
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private Message answer(Message query) {
    Record question = query.getQuestion();
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.addRecord(question, Section.QUESTION);
    List<Record> known =
        zone.stream().filter(record -> record.getName().equals(question.getName())).toList();
    if (known.isEmpty()) {
      answer.getHeader().setRcode(Rcode.NXDOMAIN);
    }
    known.stream()
        .filter(record -> record.getType() == question.getType())
        .forEach(record -> answer.addRecord(record, Section.ANSWER));
    return answer;
  }

  @Override
  public void close() {
    socket.close();
  }
}
