package org.emova4j.gateway.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.emova4j.gateway.internal.guard.Admission;

/** One request and its reply. Confined to one thread. */
public final class Exchange implements AutoCloseable {
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final Server server;
  private final String client;
  private final Form attached = new Form();
  private final MemoryBudget.Share memory; // what of the body stays until the end
  private boolean consumed;

  Exchange(HttpServletRequest request, HttpServletResponse response, Server server, String client) {
    this.request = request;
    this.response = response;
    this.server = server;
    this.client = client;
    memory = server.memory().share();
  }

  /** Whom this is done for. */
  public String client() {
    return client;
  }

  /**
   * The body as a JSON object.
   *
   * @throws ApiException if it is none, or too long
   */
  public JsonNode json() throws IOException {
    requireType("application/json");
    try (InputStream in = memory.counted(body(server.limits().jsonBytes()))) {
      JsonNode object = Json.readObject(in);
      consumed = true;
      return object;
    }
  }

  /**
   * The body as a form; or, where it is a recording by itself, as a form with this one file.
   *
   * @throws ApiException if it is neither, or too long
   */
  public Form form(String fileField) throws IOException {
    String type = type();
    InputStream body = body(server.limits().bodyBytes());
    FormReader reader = new FormReader(server.uploads());
    Form form;
    if (type.equals("multipart/form-data")) {
      form = reader.read(body, request.getContentType());
    } else if (type.startsWith("audio/") || type.startsWith("video/")) {
      form = reader.readFile(body, fileField);
    } else {
      throw wrongType("multipart/form-data");
    }
    consumed = true;
    return form;
  }

  /** Keeps a file that came inside of JSON until the request ends. */
  public Form.Upload keep(String field, byte[] content) throws IOException {
    Path path = attached.create(field + attached.size(), field, server.uploads());
    Files.write(path, content);
    return new Form.Upload(path, field);
  }

  @Override
  public void close() {
    memory.close();
    attached.close();
  }

  private InputStream body(long maxBytes) throws IOException {
    if (request.getContentLengthLong() > maxBytes) {
      throw BoundedInput.tooLarge(maxBytes);
    }
    if (request.getHeader("Content-Encoding") != null) {
      throw ApiException.refused(
          415, "wrong_content_type", "bodies with a Content-Encoding are not taken");
    }
    return new BoundedInput(request.getInputStream(), maxBytes, server.limits().upload());
  }

  private String type() {
    String type = request.getContentType() == null ? "" : request.getContentType();
    return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private void requireType(String wanted) {
    if (!type().equals(wanted)) {
      throw wrongType(wanted);
    }
  }

  private ApiException wrongType(String wanted) {
    return ApiException.refused(
        415,
        "wrong_content_type",
        "the content type is %s, must be %s"
            .formatted(type().isEmpty() ? "missing" : "\"" + type() + "\"", wanted));
  }

  /** What is computed when it is a request's turn. */
  public interface Work {
    void run() throws Exception;
  }

  /**
   * Waits for its turn, and computes.
   *
   * @throws ApiException if too many wait already
   */
  public void inTurn(Work work) throws Exception {
    Admission.Permit permit = server.admission().enter(client);
    try {
      work.run();
    } finally {
      permit.close();
    }
  }

  public void header(String name, String value) {
    response.setHeader(name, value);
  }

  public void send(int status, Object json) throws IOException {
    send(status, "application/json", Json.bytes(json));
  }

  public void send(Object json) throws IOException {
    send(200, json);
  }

  public void send(int status, String contentType, byte[] body) throws IOException {
    response.setStatus(status);
    response.setContentType(contentType);
    response.setContentLengthLong(body.length);
    new ReplyStream(response.getOutputStream()).write(body);
  }

  /** Begins a reply whose length isn't known. */
  public OutputStream stream(String contentType) throws IOException {
    response.setStatus(200);
    response.setContentType(contentType);
    return new ReplyStream(response.getOutputStream());
  }

  /** Begins a reply of server-sent events. */
  public EventStream events() throws IOException {
    header("Cache-Control", "no-store");
    header("X-Accel-Buffering", "no"); // for proxies that would hold it back
    return new EventStream(stream("text/event-stream;charset=utf-8"));
  }

  void fail(ApiException failure) throws IOException {
    if (response.isCommitted()) {
      fail(failure, new ReplyStream(response.getOutputStream()));
      return;
    }
    response.resetBuffer();
    failure
        .retryAfterSeconds()
        .ifPresent(seconds -> header("Retry-After", String.valueOf(seconds)));
    if (failure.status() == 401) {
      header("WWW-Authenticate", "Bearer");
    }
    if (!consumed && !request.getMethod().equals("GET")) {
      header("Connection", "close"); // the rest of the body is not worth reading
    }
    send(failure.status(), failure.toJson());
  }

  /** What was promised doesn't come: an event says so, and anything else breaks off. */
  private void fail(ApiException failure, OutputStream out) throws IOException {
    String type = response.getContentType();
    if (type != null && type.startsWith("text/event-stream")) {
      new EventStream(out).send(failure.toJson());
      return;
    }
    throw new IOException("the reply breaks off: " + failure.getMessage(), failure);
  }
}
