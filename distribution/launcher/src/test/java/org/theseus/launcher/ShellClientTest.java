package org.theseus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellClientTest {
  @TempDir Path directory;

  /** Answers one request and tells what it was. */
  private static CompletableFuture<String> answer(ServerSocketChannel server, String frames) {
    CompletableFuture<String> request = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try (SocketChannel client = server.accept();
                  var in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8))) {
                request.complete(in.readLine());
                client.write(StandardCharsets.UTF_8.encode(frames));
              } catch (IOException e) {
                request.completeExceptionally(e);
              }
            });
    thread.start();
    return request;
  }

  private ServerSocketChannel listen(Home home) throws IOException {
    Files.createDirectories(home.run());
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return server.bind(UnixDomainSocketAddress.of(home.shellSocket()));
  }

  @Test
  void wordsGoAsTypedAndOutputComesBack() throws Exception {
    Home home = new Home(directory);
    StringBuilder out = new StringBuilder();
    StringBuilder err = new StringBuilder();
    try (ServerSocketChannel server = listen(home);
        ShellClient client = ShellClient.connect(home)) {
      CompletableFuture<String> request =
          answer(server, "{\"err\":\"wait\\n\"}\n{\"out\":\"$é\\n\"}\n{\"exit\":1}\n");

      int status = client.words(List.of("send", "#r:a", "a \"b\" | $c"), out::append, err::append);

      assertThat(status).isEqualTo(1);
      assertThat(out).hasToString("$é\n");
      assertThat(err).hasToString("wait\n");
      assertThat(request)
          .isCompletedWithValue("{\"words\":[\"send\",\"#r:a\",\"a \\\"b\\\" | $c\"]}");
    }
  }

  @Test
  void aServerThatEndsInTheMiddleIsAFailure() throws Exception {
    Home home = new Home(directory);
    try (ServerSocketChannel server = listen(home);
        ShellClient client = ShellClient.connect(home)) {
      CompletableFuture<String> request = answer(server, "{\"out\":\"half\"}\n");

      assertThatExceptionOfType(Failure.class)
          .isThrownBy(() -> client.line("layers", text -> {}, text -> {}))
          .withMessage("the server ended before its answer did")
          .satisfies(failure -> assertThat(failure.status()).isEqualTo(1));
      assertThat(request).isCompletedWithValue("{\"line\":\"layers\"}");
    }
  }

  @Test
  void withoutAServerThereIsNothingToTalkTo() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> ShellClient.connect(new Home(directory)))
        .withMessageStartingWith("no server answers in ")
        .satisfies(failure -> assertThat(failure.status()).isEqualTo(1));
  }
}
