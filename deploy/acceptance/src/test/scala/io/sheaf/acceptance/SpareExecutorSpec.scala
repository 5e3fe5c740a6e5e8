package io.sheaf.acceptance

import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** An executor is there before it is known for whom, and its user does not notice. */
class SpareExecutorSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val sheaf = new Commands(here)
  private var tasks = ""
  private var worker: Running = _

  override def beforeAll(): Unit = {
    here.startCoordinator(): Unit
    worker = here.startWorker()
    tasks = SpareExecutorSpec.jar(here)
  }

  override def afterAll(): Unit = here.close()

  private def awaitExecutors(count: Int): Seq[Long] = {
    here.await(s"there are $count executors")(here.executors.size == count)
    here.executors.map(_.pid)
  }

  /** What the item sees of its JVM, after the number of its process. */
  private def look(jar: String, options: String*): (Long, String) = {
    val run = sheaf(Seq("map", "Look::around", "--jar", jar, "--quiet", "--range", "1..1") ++ options: _*)
    assert(run.exitCode == 0 && run.lines.size == 1 && run.errors.isEmpty, run.report)
    val (pid, seen) = run.lines.head.span(_ != ' ')
    (pid.toLong, seen.tail)
  }

  test("the first item runs in a process that was there before, which is one like any other, and is replaced") {
    val spare = awaitExecutors(1).head
    val (first, seen) = look(tasks)
    assert(first == spare)
    assert(seen == s"system class loader, class path ends with $tasks, resource, class by name in a common thread")
    assert(look(tasks) == (first -> seen), "the executor of this code is still there")
    val other = SpareExecutorSpec.jar(here)
    val next = awaitExecutors(2).filterNot(_ == spare).head
    val (second, _) = look(other)
    assert(second == next, "other code is run in a process that was there before, too")
  }

  test("one that is killed before it is needed costs nothing but the start of another") {
    val (_, seen) = look(tasks)
    val used = here.executors(tasks).map(_.pid).toSet
    val other = SpareExecutorSpec.jar(here)
    here.await("there is one more")(here.executors.exists(executor => !used(executor.pid)))
    here.executors.filterNot(executor => used(executor.pid)).foreach(executor => here.signal(executor.pid, "KILL"))
    val (_, without) = look(other)
    assert(without == seen.replace(tasks, other), "a process that was started for its user is no different")
    sheaf.awaitFree(workers = 1)
  }

  test("a local node has one, too, and leaves none behind") {
    val (_, seen) = look(tasks, "--local", "1")
    assert(seen.startsWith("system class loader"))
    here.await("the local node is gone")(!here.marked.exists(here.commandLine(_).contains("NodeMain")))
    worker.signal("TERM")
    assert(worker.awaitEnd(30).exitCode == 0, worker.report)
    awaitExecutors(0): Unit
  }
}

object SpareExecutorSpec {
  private val look =
    """import java.util.concurrent.CompletableFuture;
      |
      |public class Look {
      |    public static String around(long item) throws Exception {
      |        ClassLoader own = Look.class.getClassLoader();
      |        String path = System.getProperty("java.class.path");
      |        ClassLoader context = Thread.currentThread().getContextClassLoader();
      |        Object named = CompletableFuture.supplyAsync(Look::named).get();
      |        return ProcessHandle.current().pid() + " "
      |                + (own == ClassLoader.getSystemClassLoader() ? "system" : "other") + " class loader, class path ends with "
      |                + path.substring(path.lastIndexOf(':') + 1)
      |                + (context.getResource("Look.class") != null ? ", resource" : "")
      |                + (named == Look.class ? ", class by name in a common thread" : "");
      |    }
      |
      |    private static Object named() {
      |        try {
      |            return Class.forName("Look", true, Thread.currentThread().getContextClassLoader());
      |        } catch (ClassNotFoundException e) {
      |            return e;
      |        }
      |    }
      |}
      |""".stripMargin

  /** Each time another one, of the same contents but for one class that tells them apart. */
  private def jar(here: Installation): String =
    UserCode.jar(here, "Look", look + s"class Mark${System.nanoTime} {}").toString
}
