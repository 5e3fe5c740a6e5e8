package io.sheaf.acceptance

import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.NANOSECONDS
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** A program outlives the coordinator that it works with; and what runs for a program does not outlive it. */
class ReconnectSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private var classPath = ""
  private var coordinator: Running = _

  override def beforeAll(): Unit = {
    classPath = s"${UserCode.compile(here, "Lasting", ReconnectSpec.source)}:${UserCode.clientClassPath(here)}"
    coordinator = here.startCoordinator()
    here.startWorker(2): Unit
  }

  override def afterAll(): Unit = here.close()

  private def program(limit: String, what: String, folder: Path): Running =
    here.start("env", s"SHEAF_RECONNECT=$limit", "java", "-cp", classPath, "Lasting", what, folder.toString)

  private def folder(name: String): Path = Files.createDirectories(here.folder.resolve(name))

  private def begun(folder: Path): Int = folder.toFile.list.length

  private def restart(): Unit = {
    coordinator.signal("KILL")
    coordinator.awaitEnd(10): Unit
    coordinator = here.startCoordinator()
  }

  Seq("map", "unordered", "submits").foreach { what =>
    test(s"a coordinator that is killed and started again in mid-job costs $what no result and doubles none") {
      val seen = folder(what)
      val running = program("60s", what, seen)
      here.await(s"$what is in full swing")(begun(seen) >= 60)
      restart()
      assert(running.awaitEnd(90).exitCode == 0, running.report + coordinator.report)
      assert(running.lines == Seq("exact: true"), running.report)
      assert(running.errors.exists(_.contains("was lost")), running.report)
      info(s"begun: ${begun(seen)} times ${ReconnectSpec.items} items")
    }
  }

  test("a range of the command line goes on after its coordinator was started again, every line once and in order") {
    val seen = folder("range")
    val jar = UserCode.jar(here, "Counted", ReconnectSpec.counted(seen)).toString
    val last = ReconnectSpec.items - 1
    val running = here.start(here.sheaf, "map", "Counted::at", "--jar", jar, "--range", s"0..$last")
    here.await("the range is in full swing")(begun(seen) >= 60)
    restart()
    assert(running.awaitEnd(90).exitCode == 0, running.report + coordinator.report)
    assert(running.lines == (0 to last).map(item => s"$item $item"), running.report)
    assert(running.errors.exists(_.contains("was lost")), running.report)
    info(s"begun: ${begun(seen)} times ${ReconnectSpec.items} items")
    assert(begun(seen) < 2 * ReconnectSpec.items)
  }

  test("who waits for a job that a coordinator with another journal does not know is told so, and what to do") {
    val seen = folder("forgotten")
    val jar = UserCode.jar(here, "Counted", ReconnectSpec.counted(seen)).toString
    val job = new Commands(here).submit("Counted::at", "--jar", jar, "--range", "1..100000")
    here.await("it runs")(begun(seen) > 0)
    val waiting = here.start(here.sheaf, "wait", job)
    waiting.awaitLine("handed out")
    coordinator.signal("KILL")
    coordinator.awaitEnd(10): Unit
    Files.move(here.folder.resolve(".sheaf/journal"), here.folder.resolve("moved-away"))
    coordinator = here.startCoordinator()
    assert(waiting.awaitEnd(60).exitCode == 3, waiting.report)
    assert(waiting.errors.exists(_.contains(s"does not know job $job any more")), waiting.report)
  }

  test("a coordinator that does not come back is given up after the limit, in words that say what to do") {
    val seen = folder("limit")
    val running = program("3s", "map", seen)
    here.await("the map is in full swing")(begun(seen) >= 20)
    val from = System.nanoTime
    coordinator.signal("KILL")
    assert(running.awaitEnd(30).exitCode == 3, running.report)
    val millis = NANOSECONDS.toMillis(System.nanoTime - from)
    info(s"given up after $millis ms")
    assert(millis >= 2500 && millis < 5500, running.report)
    assert(running.lines.exists(_.contains("within 3 s")) && running.lines.exists(_.contains("SHEAF_RECONNECT")))
    coordinator = here.startCoordinator()
    coordinator.awaitLine("has come")
  }

  test("kill -9 of a program stops its jobs within 5 s") {
    val seen = folder("ticks")
    val ticks = Ticks(seen.resolve("ticks"))
    val running = program("60s", "tick", ticks.file)
    here.await("it ticks")(ticks.count > 10)
    running.signal("KILL")
    val at = System.currentTimeMillis
    running.awaitEnd(10): Unit
    new Commands(here).awaitFree(1)
    info(s"last tick after ${ticks.last - at} ms")
    assert(ticks.last - at < 5000)
  }
}

object ReconnectSpec {
  val items = 300

  /** Gives the item and its index; leaves a file where it has begun. */
  def counted(folder: Path): String =
    s"""import io.sheaf.TaskContext;
       |import java.nio.file.Files;
       |import java.nio.file.Path;
       |import java.util.concurrent.CountDownLatch;
       |import java.util.concurrent.TimeUnit;
       |
       |public class Counted {
       |    public static String at(long item) throws Exception {
       |        Files.createTempFile(Path.of("$folder"), item + "-", "");
       |        new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
       |        return item + " " + TaskContext.current().itemIndex();
       |    }
       |}
       |""".stripMargin

  /** Each item leaves a file where it has begun, takes 20 ms, and gives its square. */
  val source: String =
    s"""import io.sheaf.ClusterUnreachableException;
       |import io.sheaf.Pool;
       |import io.sheaf.ResultStream;
       |import io.sheaf.TaskContext;
       |import java.io.FileOutputStream;
       |import java.nio.file.Files;
       |import java.nio.file.Path;
       |import java.util.ArrayList;
       |import java.util.Collections;
       |import java.util.List;
       |import java.util.concurrent.CountDownLatch;
       |import java.util.concurrent.Future;
       |import java.util.concurrent.TimeUnit;
       |import java.util.stream.Collectors;
       |import java.util.stream.LongStream;
       |
       |public class Lasting {
       |    static final int ITEMS = $items;
       |
       |    public static void main(String[] arguments) throws Exception {
       |        String folder = arguments[1];
       |        List<Long> items = LongStream.range(0, ITEMS).boxed().collect(Collectors.toList());
       |        List<Long> squares = items.stream().map(i -> i * i).collect(Collectors.toList());
       |        List<Long> results = new ArrayList<>();
       |        try (Pool pool = Pool.connect()) {
       |            switch (arguments[0]) {
       |                case "map" -> results.addAll(pool.map(i -> square(folder, i), items));
       |                case "unordered" -> {
       |                    try (ResultStream<Long> stream = pool.imapUnordered(i -> square(folder, i), items)) {
       |                        stream.forEachRemaining(results::add);
       |                    }
       |                    Collections.sort(results);
       |                }
       |                case "submits" -> {
       |                    List<Future<Long>> futures = new ArrayList<>();
       |                    for (long item : items) {
       |                        futures.add(pool.submit(() -> square(folder, item)));
       |                    }
       |                    for (Future<Long> future : futures) {
       |                        results.add(future.get());
       |                    }
       |                }
       |                default -> pool.map(file -> tick(file), List.of(folder, folder));
       |            }
       |            System.out.println("exact: " + results.equals(squares));
       |        } catch (ClusterUnreachableException e) {
       |            System.out.println(e.getMessage());
       |            System.exit(3);
       |        }
       |    }
       |
       |    static long square(String folder, long item) throws Exception {
       |        Files.createTempFile(Path.of(folder), item + "-", "");
       |        new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
       |        return TaskContext.current().itemIndex() == item ? item * item : -1;
       |    }
       |
       |    static String tick(String file) throws Exception {
       |        while (true) {
       |            try (FileOutputStream out = new FileOutputStream(file, true)) {
       |                out.write('.');
       |            }
       |            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
       |        }
       |    }
       |}
       |""".stripMargin
}
