package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients convert a second of speech each, again and again; one of them has as many
 * connections as all others together. Meanwhile parts are swapped. Nothing may fail but with 429
 * and a time to come back, memory must not grow, and the greedy client must not get more than its
 * turn.
 */
class GatewayLoadTest {
  private static final int SECONDS = Integer.getInteger("emova.load.seconds", 8);
  private static final int CLIENTS = Integer.getInteger("emova.load.clients", 16);
  private static final String GREEDY = "127.0.0.2";
  private static final int STEPS = 8;
  private static final int BACK_OFF_MILLIS = 100; // less than the server asks for, to press it

  @TempDir static Path storage;

  private final Map<String, AtomicInteger> answered = new ConcurrentHashMap<>();
  private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  @Test
  void nobodyIsLostAndNobodyIsFavoured() throws Exception {
    Map<String, Object> settings =
        Map.of("requests.per.minute", 1_000_000, "queue", CLIENTS, "queue.per.client", CLIENTS / 4);
    try (Served served = Served.start(storage, settings)) {
      byte[] request = request(served);
      List<Long> resident = new ArrayList<>();
      ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
      try {
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          String address = i < CLIENTS / 2 ? GREEDY : "127.0.1." + (1 + i);
          clients.add(threads.submit(() -> ask(served.port, address, request)));
        }
        for (int step = 0; step < STEPS; step++) {
          TimeUnit.MILLISECONDS.sleep(SECONDS * 1000L / STEPS); // the load is the clients'
          resident.add(Memory.residentMegabytes());
          swap(served, step);
        }
        over = true;
        for (Future<?> client : clients) {
          client.get(180, TimeUnit.SECONDS);
        }
      } finally {
        over = true;
        threads.shutdownNow();
      }
      report(resident);

      assertThat(failures.stream().distinct().limit(5)).isEmpty();
      assertThat(statuses.keySet()).isSubsetOf(200, 429);
      assertFair();
      // After warm-up; libtorch's and the allocator's own pools move by some 80 MB.
      assertThat(resident.get(STEPS - 1)).isLessThan(resident.get(STEPS / 2) + 175);
    }
  }

  private static void swap(Served served, int step) throws Exception {
    List<String> parts = List.of("tokenizer", "vocoder", "style");
    served.distribution.bundle("org.emova4j." + parts.get(step % parts.size())).update();
  }

  private static byte[] request(Served served) throws Exception {
    Audio speech =
        served
            .distribution
            .await(AudioReader.class)
            .decode(served.recording, DecodeOptions.atRate(16_000))
            .slice(0, 16_000);
    Path second = storage.resolve("second.wav");
    served
        .distribution
        .await(AudioWriter.class)
        .encode(speech, second, EncodeOptions.of(AudioFormat.WAV));
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("speaker", "female");
    form.put("file", second);
    byte[] body = Served.body(form);
    String head =
        String.join(
            "\r\n",
            "POST /v1/convert HTTP/1.1",
            "Host: 127.0.0.1:" + served.port,
            "Authorization: Bearer " + Served.TOKEN,
            "Content-Type: " + Served.formType(),
            "Content-Length: " + body.length,
            "",
            "");
    byte[] begin = head.getBytes(ISO_8859_1);
    byte[] request = Arrays.copyOf(begin, begin.length + body.length);
    System.arraycopy(body, 0, request, begin.length, body.length);
    return request;
  }

  private void ask(int port, String address, byte[] request) {
    try {
      while (!over) {
        askUntilClosed(port, address, request);
      }
    } catch (IOException | InterruptedException e) {
      failures.add(address + ": " + e);
    }
  }

  /** On one connection, for as long as the server keeps it. */
  private void askUntilClosed(int port, String address, byte[] request)
      throws IOException, InterruptedException {
    try (RawHttp http = RawHttp.connect(address, port)) {
      while (!over) {
        long begin = System.nanoTime();
        http.write(request);
        RawHttp.Reply reply = http.read();
        statuses.computeIfAbsent(reply.status(), s -> new AtomicInteger()).incrementAndGet();
        if (reply.status() == 200) {
          nanos.add(System.nanoTime() - begin);
          count(address);
        } else if (reply.status() == 429 && reply.headers().containsKey("retry-after")) {
          TimeUnit.MILLISECONDS.sleep(BACK_OFF_MILLIS);
        } else {
          failures.add(reply.status() + " " + reply.text());
        }
        if (reply.headers().getOrDefault("connection", "").equalsIgnoreCase("close")) {
          return;
        }
      }
    }
  }

  /** What waits when all is over is answered, too, but then nobody competes any more. */
  private void count(String address) {
    if (!over) {
      answered.computeIfAbsent(address, a -> new AtomicInteger()).incrementAndGet();
    }
  }

  /** A client with one connection gets as much as the one with half of all connections. */
  private void assertFair() {
    double modest =
        answered.entrySet().stream()
            .filter(e -> !e.getKey().equals(GREEDY))
            .mapToInt(e -> e.getValue().get())
            .average()
            .orElse(0);
    int least =
        answered.entrySet().stream()
            .filter(e -> !e.getKey().equals(GREEDY))
            .mapToInt(e -> e.getValue().get())
            .min()
            .orElse(0);
    assertThat(answered).hasSize(1 + CLIENTS - CLIENTS / 2);
    assertThat((double) answered.get(GREEDY).get()).isLessThanOrEqualTo(2 * modest + 2);
    assertThat(least).isGreaterThanOrEqualTo((int) (modest / 2) - 1);
  }

  private void report(List<Long> resident) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        "%d s, %d clients: %d answered, statuses %s, latency p50 %d ms, p95 %d ms, p99 %d ms%n"
            + "  the greedy client %s, the others %s; resident %s MB%n",
        SECONDS,
        CLIENTS,
        sorted.length,
        new TreeMap<>(statuses),
        percentile(sorted, 0.5),
        percentile(sorted, 0.95),
        percentile(sorted, 0.99),
        answered.get(GREEDY),
        answered.entrySet().stream()
            .filter(e -> !e.getKey().equals(GREEDY))
            .map(e -> e.getValue().get())
            .sorted()
            .toList(),
        resident);
  }

  private static long percentile(long[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1_000_000;
  }
}
