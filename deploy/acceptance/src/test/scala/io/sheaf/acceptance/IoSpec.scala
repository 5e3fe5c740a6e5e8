package io.sheaf.acceptance

import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Items that wait: very many at a time in one process, on processes of this machine and on a cluster. */
class IoSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation

  override def afterAll(): Unit = here.close()

  private val answers = Seq(
    "GETs: 2000, 200 at once: true",
    "stages: 2000, 200 at once: true",
    "what ends its process: 7 WorkerLostException",
    "its neighbours: 39 of 39",
    "printed by 3",
    "cancelled within the grace: true",
    "and then: 5"
  )

  private def check(url: String): Unit = {
    val classes = UserCode.compile(here, "Waiting", IoSpec.story)
    val classPath = s"$classes:${UserCode.clientClassPath(here)}"
    val story = here.run(
      "env",
      "SHEAF_WORKER_IO_SLOTS=200",
      "java",
      s"-Dsheaf.home=${here.home}",
      "-cp",
      classPath,
      "Waiting",
      url
    )
    story.lines.filter(_.startsWith("took")).foreach(info(_))
    assert(story.exitCode == 0 && story.lines.filterNot(_.startsWith("took")) == answers, story.report)
  }

  test("on processes of this machine") {
    check("local")
    here.awaitNoProcess()
  }

  test("on a cluster") {
    here.startCoordinator(): Unit
    val worker = here.start(here.sheaf, "worker", "--slots", "1", "--io-slots", "200")
    worker.awaitLine("Registered with the coordinator")
    check(s"http://127.0.0.1:${here.ports.http}")
  }
}

object IoSpec {
  val story: String =
    """import com.sun.net.httpserver.HttpServer;
      |import io.sheaf.JobOptions;
      |import io.sheaf.Pool;
      |import io.sheaf.ResultStream;
      |import io.sheaf.TaskFailedException;
      |import io.sheaf.Workload;
      |import java.io.IOException;
      |import java.io.InputStream;
      |import java.lang.management.ManagementFactory;
      |import java.net.InetSocketAddress;
      |import java.net.URI;
      |import java.net.http.HttpClient;
      |import java.net.http.HttpRequest;
      |import java.net.http.HttpResponse;
      |import java.util.List;
      |import java.util.concurrent.CompletableFuture;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.Executors;
      |import java.util.concurrent.ScheduledExecutorService;
      |import java.util.concurrent.TimeUnit;
      |import java.util.concurrent.atomic.AtomicInteger;
      |import java.util.stream.Collectors;
      |import java.util.stream.IntStream;
      |
      |public class Waiting {
      |    static final HttpClient CLIENT = HttpClient.newHttpClient();
      |    static final AtomicInteger NOW = new AtomicInteger();
      |    static final AtomicInteger MOST = new AtomicInteger();
      |
      |    public static void main(String[] args) throws Exception {
      |        HttpServer server = serve();
      |        String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
      |        List<String> urls = IntStream.range(0, 2000).mapToObj(i -> address + i).collect(Collectors.toList());
      |        Pool pool = args[0].equals("local") ? Pool.processes(1) : Pool.connect(args[0]);
      |        try (pool) {
      |            Pool io = pool.with(JobOptions.defaults().withWorkload(Workload.IO));
      |            stages(io, urls);
      |            deaths(io);
      |            cancels(io, pool);
      |        }
      |        server.stop(0);
      |        System.exit(0);
      |    }
      |
      |    static void stages(Pool io, List<String> urls) {
      |        List<Object> threads = List.of();
      |        for (int round = 0; round < 2; round++) {
      |            MOST.set(0);
      |            threads = io.map(url -> later(url), urls);
      |        }
      |        int few = threads.stream().mapToInt(n -> (Integer) n).max().getAsInt();
      |        String stages = "stages: " + threads.size() + ", 200 at once: " + (MOST.get() == 200);
      |        System.out.println("took threads: " + few);
      |        long right = 0;
      |        for (int round = 0; round < 5; round++) {
      |            MOST.set(0);
      |            long began = System.nanoTime();
      |            List<String> got = io.map(Waiting::get, urls);
      |            System.out.println("took " + (System.nanoTime() - began) / 500_000_000.0 + " of the ideal");
      |            right = IntStream.range(0, got.size()).filter(i -> got.get(i).equals("/" + i)).count();
      |        }
      |        System.out.println("GETs: " + right + ", 200 at once: " + (MOST.get() == 200));
      |        System.out.println(stages);
      |    }
      |
      |    static void deaths(Pool io) {
      |        try (ResultStream<Integer> results = io.imap(n -> {
      |            if (n == 7) {
      |                Runtime.getRuntime().halt(3);
      |            }
      |            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
      |            return n;
      |        }, IntStream.range(0, 40).boxed().collect(Collectors.toList()))) {
      |            int right = 0;
      |            for (int i = 0; i < 40; i++) {
      |                try {
      |                    right += results.next() == i ? 1 : 0;
      |                } catch (TaskFailedException e) {
      |                    System.out.println("what ends its process: " + e.itemIndex() + " "
      |                            + e.getCause().getClass().getSimpleName());
      |                }
      |            }
      |            System.out.println("its neighbours: " + right + " of 39");
      |        }
      |    }
      |
      |    static void cancels(Pool io, Pool pool) throws Exception {
      |        io.map(n -> {
      |            if (n == 3) {
      |                System.out.println("printed by " + n);
      |            }
      |            return n;
      |        }, List.of(1, 2, 3, 4));
      |        CompletableFuture<List<Object>> endless = io.mapAsync(n -> new CompletableFuture<Object>(),
      |                IntStream.range(0, 500).boxed().collect(Collectors.toList()));
      |        new CountDownLatch(1).await(1, TimeUnit.SECONDS);
      |        long began = System.nanoTime();
      |        endless.cancel(true);
      |        int five = io.map(n -> n, List.of(5)).get(0);
      |        System.out.println("cancelled within the grace: " + (System.nanoTime() - began < 10_000_000_000L));
      |        System.out.println("and then: " + five);
      |    }
      |
      |    static String get(String url) throws IOException {
      |        try (InputStream in = URI.create(url).toURL().openStream()) {
      |            return new String(in.readAllBytes());
      |        }
      |    }
      |
      |    /** A stage, of which its caller sees the result: how many threads there were when it was completed. */
      |    static Object later(String url) {
      |        return CLIENT.sendAsync(HttpRequest.newBuilder(URI.create(url)).build(),
      |                        HttpResponse.BodyHandlers.ofString())
      |                .thenApply(answer -> ManagementFactory.getThreadMXBean().getThreadCount());
      |    }
      |
      |    static HttpServer serve() throws IOException {
      |        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 1000);
      |        ScheduledExecutorService later = Executors.newScheduledThreadPool(2);
      |        server.setExecutor(Executors.newFixedThreadPool(8));
      |        server.createContext("/", exchange -> {
      |            MOST.accumulateAndGet(NOW.incrementAndGet(), Math::max);
      |            later.schedule(() -> {
      |                NOW.decrementAndGet();
      |                byte[] body = exchange.getRequestURI().getPath().getBytes();
      |                try {
      |                    exchange.sendResponseHeaders(200, body.length);
      |                    exchange.getResponseBody().write(body);
      |                } catch (IOException e) {
      |                    System.out.println(e);
      |                } finally {
      |                    exchange.close();
      |                }
      |            }, 50, TimeUnit.MILLISECONDS);
      |        });
      |        server.start();
      |        return server;
      |    }
      |}
      |""".stripMargin
}
