package org.emova4j.llm.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that does what a test says, byte by byte, and remembers what it was asked. Each
 * connection serves one request.
 */
final class ScriptedServer implements AutoCloseable {
  /** A request as it came. */
  record Request(String method, String path, Map<String, String> headers, String body) {}

  /** The server's side of a connection. */
  record Exchange(Request request, InputStream in, OutputStream out) {
    void write(String text) throws IOException {
      out.write(text.getBytes(UTF_8));
      out.flush();
    }

    /** A response whose body ends with the connection. */
    void begin(String contentType) throws IOException {
      write("HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nConnection: close\r\n\r\n");
    }

    void answer(int status, String contentType, String body, String... headers) throws IOException {
      write(
          "HTTP/1.1 %d Whatever\r\nContent-Type: %s\r\nContent-Length: %d\r\n%sConnection: close\r\n\r\n"
              .formatted(
                  status,
                  contentType,
                  body.getBytes(UTF_8).length,
                  headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n"));
      write(body);
    }

    void json(String body) throws IOException {
      answer(200, "application/json", body);
    }

    /** Waits until the client goes. */
    void awaitEnd() throws IOException {
      while (in.read() >= 0) {}
    }
  }

  /** What to do with a request. */
  interface Script {
    void run(Exchange exchange) throws IOException;
  }

  private final ServerSocket socket;
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Completed when a client has gone before its script was done, or while it waited for that. */
  final CompletableFuture<Boolean> disconnected = new CompletableFuture<>();

  ScriptedServer() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread acceptor = new Thread(this::accept, "scripted-server");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  /** What happens at a path; everything else is 404. */
  ScriptedServer on(String path, Script script) {
    scripts.put(path, script);
    return this;
  }

  /** Server-sent events with these data. */
  ScriptedServer onSse(String path, String... data) {
    return on(
        path,
        exchange -> {
          exchange.begin("text/event-stream");
          for (String d : data) {
            exchange.write("data: " + d + "\n\n");
          }
        });
  }

  List<Request> requestsTo(String path) {
    return requests.stream().filter(r -> r.path().equals(path)).toList();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        Thread thread = new Thread(() -> serve(connection), "scripted-connection");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      Request request = read(in);
      requests.add(request);
      Exchange exchange = new Exchange(request, in, connection.getOutputStream());
      Script script = scripts.getOrDefault(request.path(), e -> e.answer(404, "text/plain", "no"));
      script.run(exchange);
      connection.shutdownOutput();
      exchange.awaitEnd();
      disconnected.complete(true);
    } catch (IOException e) {
      disconnected.complete(true);
    }
  }

  private static Request read(InputStream in) throws IOException {
    String[] first = line(in).split(" ", 3);
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Request(first[0], first[1], headers, new String(in.readNBytes(length), UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the client went");
      }
      line.append(new String(new byte[] {(byte) c}, ISO_8859_1));
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
