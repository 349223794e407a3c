package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.MatrixException;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.Route;

class RouteTableTest {
  private final RouteTable table = new RouteTable();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET | /v1/event/$abc                 | GET /v1/event/{eventId}          | {eventId=$abc}
          GET | /v1/event/%24a%2Fb             | GET /v1/event/{eventId}          | {eventId=$a/b}
          GET | /v1/event/%7BeventId%7D        | GET /v1/event/{eventId}          | {eventId={eventId}}
          GET | /v1/event/{eventId}            | GET /v1/event/{eventId}          | {eventId={eventId}}
          GET | /v1/event/a+b;c=d              | GET /v1/event/{eventId}          | {eventId=a+b;c=d}
          GET | /v1/event/..                   | GET /v1/event/{eventId}          | {eventId=..}
          GET | /v1/event/%2e%2e?x=/v1         | GET /v1/event/{eventId}          | {eventId=..}
          GET | /v1/query/profile              | GET /v1/query/profile            | {}
          GET | /v1/query/other                | GET /v1/query/{queryType}        | {queryType=other}
          PUT | /v1/send_join/!r:s/$e%2F%C3%BC | PUT /v1/send_join/{room}/{event} | {room=!r:s, event=$e/ü}
          GET | /v1/%65vent/x                  | GET /v1/event/{eventId}          | {eventId=x}
          """)
  void findsTheMostSpecificRoute(String method, String target, String route, String variables) {
    table.declare("all", keys());

    RequestTarget parsed = RequestTarget.parse(target);
    RouteKey found = table.find(method, parsed.segments()).route().orElseThrow();

    assertThat(found).hasToString(route);
    assertThat(found.path().variables(parsed.segments())).hasToString(variables);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v1/event",
        "/v1/event/",
        "/v1/event//",
        "/v1/event/a/",
        "/v1/event/a/b",
        "//v1/event/a",
        "/v1//event/a",
        "/V1/event/a",
        "/v1/event%2Fa",
        "/v1/%7B%7D/a",
        "/v1/./event/a",
        "/{}/{}/{}"
      })
  void otherPathsAreUnknown(String target) {
    table.declare("all", keys());

    RouteTable.Lookup found = table.find("GET", RequestTarget.parse(target).segments());

    assertThat(found.route()).isEmpty();
    assertThat(found.methods()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v1",
        "*",
        "https://us.example/v1",
        "/a%",
        "/a%2",
        "/a%zz",
        "/%ff",
        "/%c3",
        "/%ed%a0%80",
        "/a b",
        "/a\u00e9",
        "/a\u0000",
        "/a?b=%",
        "/a?%f0=1",
        "/%\uff11\uff11"
      })
  void refusesWhatIsNotEncodedAsItMustBe(String target) {
    assertThatThrownBy(() -> RequestTarget.parse(target))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(400);
              assertThat(refused.error().errcode()).isEqualTo("M_INVALID_PARAM");
            });
  }

  @Test
  void readsQueries() {
    assertThat(RequestTarget.parse("/a?v=1&v=2&&e&f=&g=a%26b=c+d%2B").query())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "v", List.of("1", "2"),
                "e", List.of(""),
                "f", List.of(""),
                "g", List.of("a&b=c d+")));
  }

  @Test
  void tellsTheMethodsOfAPath() {
    table.declare("one", Set.of(RouteKey.of("GET", "/a/{x}"), RouteKey.of("POST", "/a/{y}")));

    RouteTable.Lookup found = table.find("PUT", RequestTarget.parse("/a/b").segments());

    assertThat(found.route()).isEmpty();
    assertThat(found.methods()).containsExactly("GET", "POST");
  }

  @Test
  void aRouteStaysWhileABundleOrAnEndpointHasIt() {
    Endpoint endpoint = Harness.echo(Route.get("/a/{x}"));
    table.declare("bundle", Set.of(RouteKey.of("GET", "/a/{y}")));
    table.add(new BoundEndpoint(endpoint, 0, 1));

    table.withdraw("bundle");
    assertThat(known()).isTrue();
    table.declare("bundle", Set.of(RouteKey.of("GET", "/a/{y}")));
    assertThat(table.remove(endpoint)).isPresent();
    assertThat(known()).isTrue();
    table.declare("bundle", Set.of());
    assertThat(known()).isFalse();
  }

  @Test
  void theHighestRankingThenTheNewestWins() {
    Endpoint old = Harness.echo(Route.get("/a/{x}"));
    Endpoint newer = Harness.echo(Route.get("/a/{y}"));
    Endpoint ranked = Harness.echo(Route.get("/a/{z}"));
    table.add(new BoundEndpoint(ranked, 1, 1));
    table.add(new BoundEndpoint(old, 0, 2));
    table.add(new BoundEndpoint(newer, 0, 3));

    assertThat(best()).isSameAs(ranked);
    table.remove(ranked);
    assertThat(best()).isSameAs(newer);
    table.remove(newer);
    assertThat(best()).isSameAs(old);
    assertThat(table.remove(newer)).isEmpty();
  }

  private boolean known() {
    return table.find("GET", RequestTarget.parse("/a/b").segments()).route().isPresent();
  }

  private Endpoint best() {
    return table.endpoint(RouteKey.of("GET", "/a/{x}")).orElseThrow().endpoint();
  }

  private static Set<RouteKey> keys() {
    return Stream.of(
            "GET /v1/event/{eventId}",
            "GET /v1/query/{queryType}",
            "GET /v1/query/profile",
            "PUT /v1/send_join/{room}/{event}")
        .map(line -> line.split(" "))
        .map(parts -> RouteKey.of(parts[0], parts[1]))
        .collect(Collectors.toSet());
  }
}
