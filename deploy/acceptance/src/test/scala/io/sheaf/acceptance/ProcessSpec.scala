package io.sheaf.acceptance

import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** An action in a JVM of its own: how it ends is told as it ended, and it never outlives those who want it. */
class ProcessSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private var classes = ""
  private var worker: Running = _

  override def beforeAll(): Unit = {
    classes = UserCode.compile(here, "Processes", ProcessSpec.program).toString
    here.startCoordinator(): Unit
    worker = here.startWorker(2)
  }

  override def afterAll(): Unit = here.close()

  private def program(what: String, url: String): Running =
    here.start(
      "java",
      s"-Dsheaf.home=${here.home}",
      "-cp",
      s"$classes:${UserCode.clientClassPath(here)}",
      "Processes",
      what,
      url
    )

  private def url = s"http://127.0.0.1:${here.ports.http}"

  private def children = here.marked.filter(here.commandLine(_).contains("ChildMain"))

  for ((where, at) <- Seq("on processes" -> "local", "on threads" -> "threads", "on a cluster" -> ""))
    test(s"exit codes, output, signals, $where") {
      val story = program("story", if (at.isEmpty) url else at).awaitEnd(90)
      assert(story.exitCode == 0 && story.lines == ProcessSpec.answers(where), story.report)
      assert(story.errors.exists(_.contains("IllegalStateException: boom")), story.report)
      here.await("no process is left")(children.isEmpty)
    }

  for (at <- Seq("threads", "local", ""))
    test(s"kill -9 of the program ends its process ${if (at.isEmpty) "on a cluster" else at}".trim) {
      val keeper = program("keep", if (at.isEmpty) url else at)
      keeper.awaitLine("it runs")
      assert(children.size == 1)
      keeper.signal("KILL")
      here.await("its process has ended", 10)(children.isEmpty)
    }

  test("a process whose worker is lost is lost, and not started again elsewhere") {
    val keeper = program("keep", url)
    keeper.awaitLine("it runs")
    here.startWorker(2): Unit
    worker.signal("KILL")
    keeper.awaitEnd(30): Unit
    assert(keeper.lines == Seq("it runs", "-9"), keeper.report)
    here.await("its process has ended", 10)(children.isEmpty)
  }
}

object ProcessSpec {

  /** Threads have a slot for every process. */
  def answers(where: String): Seq[String] = if (where == "on threads") all.filterNot(_.startsWith("waits")) else all

  private val all = Seq(
    "printed by the process",
    "ends: 0",
    "throws: 1",
    "exits with 3: 3",
    "exits with 200: 200",
    "told from outside: first, second, [end]",
    "terminated: -15, hook ran: true",
    "killed: -9",
    "killed by somebody else: -9",
    "waits for a slot: null, terminated before it began: -15",
    "started twice: IllegalStateException"
  )

  val program: String =
    """import io.sheaf.Pool;
      |import io.sheaf.RemoteProcess;
      |import io.sheaf.RemoteRunnable;
      |import java.io.BufferedReader;
      |import java.io.InputStreamReader;
      |import java.time.Duration;
      |import java.util.concurrent.CountDownLatch;
      |
      |public class Processes {
      |    public static void main(String[] arguments) throws Exception {
      |        String at = arguments[1];
      |        try (Pool pool = open(at)) {
      |            if (arguments[0].equals("keep")) {
      |                RemoteProcess kept = started(pool, () -> new CountDownLatch(1).await());
      |                kept.pid();
      |                System.out.println("it runs");
      |                kept.join();
      |                System.out.println(kept.exitCode());
      |            } else {
      |                story(pool);
      |                if (!at.equals("threads")) {
      |                    waits(pool);
      |                }
      |                twice(pool);
      |            }
      |        }
      |    }
      |
      |    static Pool open(String at) {
      |        return at.equals("local") ? Pool.processes(2) : at.equals("threads") ? Pool.threads(2) : Pool.connect(at);
      |    }
      |
      |    static void story(Pool pool) throws Exception {
      |        System.out.println("ends: " + codeOf(pool, () -> System.out.println("printed by the process")));
      |        System.out.println("throws: " + codeOf(pool, () -> { throw new IllegalStateException("boom"); }));
      |        System.out.println("exits with 3: " + codeOf(pool, () -> System.exit(3)));
      |        System.out.println("exits with 200: " + codeOf(pool, () -> System.exit(200)));
      |        talks(pool);
      |        RemoteProcess killed = started(pool, () -> new CountDownLatch(1).await());
      |        killed.pid();
      |        killed.kill();
      |        killed.join();
      |        System.out.println("killed: " + killed.exitCode());
      |        RemoteProcess shot = started(pool, () -> new CountDownLatch(1).await());
      |        ProcessHandle.of(shot.pid()).orElseThrow().destroyForcibly();
      |        shot.join();
      |        System.out.println("killed by somebody else: " + shot.exitCode());
      |    }
      |
      |    static void talks(Pool pool) throws Exception {
      |        RemoteProcess talks = pool.process(() -> {
      |            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.print("hook")));
      |            System.out.println("first");
      |            System.out.println("second");
      |            new CountDownLatch(1).await();
      |        });
      |        BufferedReader out = new BufferedReader(new InputStreamReader(talks.stdout()));
      |        talks.start();
      |        String lines = out.readLine() + ", " + out.readLine();
      |        boolean alive = talks.isAlive() && talks.exitCode() == null && !talks.join(Duration.ofMillis(50));
      |        System.out.println("told from outside: " + lines + ", " + (alive ? "[end]" : "it has ended early"));
      |        talks.terminate();
      |        talks.join();
      |        boolean hook = "hook".equals(out.readLine()) && out.readLine() == null;
      |        System.out.println("terminated: " + talks.exitCode() + ", hook ran: " + hook);
      |    }
      |
      |    static void waits(Pool pool) {
      |        RemoteProcess one = started(pool, () -> new CountDownLatch(1).await());
      |        RemoteProcess two = started(pool, () -> new CountDownLatch(1).await());
      |        one.pid();
      |        two.pid();
      |        RemoteProcess third = started(pool, () -> new CountDownLatch(1).await());
      |        System.out.print("waits for a slot: " + third.exitCode());
      |        third.terminate();
      |        third.join();
      |        System.out.println(", terminated before it began: " + third.exitCode());
      |        one.kill();
      |        two.kill();
      |    }
      |
      |    static void twice(Pool pool) {
      |        RemoteProcess one = started(pool, () -> {});
      |        try {
      |            one.start();
      |        } catch (IllegalStateException e) {
      |            System.out.println("started twice: IllegalStateException");
      |        }
      |    }
      |
      |    static RemoteProcess started(Pool pool, RemoteRunnable action) {
      |        RemoteProcess process = pool.process(action);
      |        process.start();
      |        return process;
      |    }
      |
      |    static Integer codeOf(Pool pool, RemoteRunnable action) {
      |        RemoteProcess process = started(pool, action);
      |        process.join();
      |        return process.exitCode();
      |    }
      |}
      |""".stripMargin
}
