package org.theseus.pdu.core.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.jackson.JacksonJsonReader;

/** Which servers a room's access list lets. */
class AccessListTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'allow':['*'],'deny':['evil.org']} | evil.org | false",
        "{'allow':['*'],'deny':['evil.org']} | evil.org:8448 | false",
        "{'allow':['*'],'deny':['evil.org']} | EVIL.org | false",
        "{'allow':['*'],'deny':['evil.org']} | notevil.org | true",
        "{'allow':['*'],'deny':['evil.org']} | evil.org.uk | true",
        "{'allow':['*'],'deny':['*.evil.org']} | a.b.evil.org | false",
        "{'allow':['*'],'deny':['*.evil.org']} | evil.org | true",
        "{'allow':['*'],'deny':['evi?.org']} | evil.org | false",
        "{'allow':['*'],'deny':['evi?.org']} | evi.org | true",
        "{'allow':['*'],'deny':['evilxorg']} | evil.org | true",
        "{'allow':['good.org']} | good.org | true",
        "{'allow':['good.org']} | good.org.evil.net | false",
        "{'allow':['good.org']} | other.org | false",
        "{'deny':[]} | good.org | false",
        "{} | good.org | false",
        "{'allow':'*'} | good.org | false",
        "{'allow':[1,'*'],'deny':{}} | good.org | true",
        "{'allow':['*'],'allow_ip_literals':false} | 192.0.2.1 | false",
        "{'allow':['*'],'allow_ip_literals':false} | 192.0.2.1:80 | false",
        "{'allow':['*'],'allow_ip_literals':false} | [2001:db8::1]:80 | false",
        "{'allow':['*'],'allow_ip_literals':false} | good.org | true",
        "{'allow':['*'],'allow_ip_literals':'no'} | 192.0.2.1 | true",
        "{'allow':['192.0.*']} | 192.0.2.1 | true"
      })
  void letsWhomTheListLets(String list, String server, boolean allowed) {
    assertThat(allows(list.replace('\'', '"'), server)).isEqualTo(allowed);
  }

  @Test
  void letsEveryoneWithoutAList() {
    assertThat(AccessList.allows(slot -> Optional.empty(), ServerName.of("any.org"))).isTrue();
  }

  @Test
  void matchesInTimeWhateverTheListHolds() {
    String stars = "*a".repeat(200) + "b";

    assertThat(AccessList.matches(stars, "a".repeat(255))).isFalse();
  }

  private static boolean allows(String list, String server) {
    JsonObject content = new JacksonJsonReader().readObject(list.getBytes(StandardCharsets.UTF_8));
    Event event =
        new Event(
            EventId.of("$list"),
            RoomId.of("!room:a.example"),
            UserId.of("@alice:a.example"),
            "m.room.server_acl",
            Optional.of(""),
            content,
            List.of(),
            List.of(),
            1,
            1,
            Optional.empty(),
            JsonObject.EMPTY);
    return AccessList.allows(slot -> Optional.of(event), ServerName.of(server));
  }
}
