package io.sheaf.acceptance

import java.io.{BufferedReader, FileInputStream, InputStreamReader}
import java.nio.charset.StandardCharsets
import java.nio.file.{Files, Path}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

/** More comes in than fits, or nobody takes what comes out: memory stays flat, the disk is given back, nothing is lost.
  */
class BackPressureSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private var tasks = ""

  /** Of each process, in MiB: many times less than what flows through. */
  private val heap = 128

  /** What a JVM needs beside its heap: code, threads, buffers. */
  private val beside = 224

  private val source =
    """import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |public class Wide {
      |  static final String TEXT = "x".repeat(1000);
      |  public static String slowStart(String item) throws Exception {
      |    if (item.equals("1")) new CountDownLatch(1).await(3, TimeUnit.SECONDS);
      |    return item + TEXT;
      |  }
      |  public static String echo(String item) { return item; }
      |  public static int length(String item) { return item.length(); }
      |}
      |""".stripMargin

  override def beforeAll(): Unit = tasks = UserCode.jar(here, "Wide", source).toString

  override def afterAll(): Unit = here.close()

  private def small(command: String*): Running =
    here.start(Seq("env", s"JAVA_TOOL_OPTIONS=-Duser.home=${here.folder} -Xmx${heap}m") ++ command: _*)

  /** In MiB, of every process that takes part. */
  private def resident(): Map[String, Long] = here.marked
    .filter(here.commandLine(_).contains("java"))
    .flatMap { process =>
      val status = Path.of("/proc", process.pid.toString, "status")
      val lines =
        try Files.readAllLines(status).asScala
        catch { case _: java.io.IOException => Seq.empty }
      lines.find(_.startsWith("VmRSS")).map(line => name(process) -> line.replaceAll("\\D", "").toLong / 1024)
    }
    .toMap

  private def name(process: ProcessHandle): String = {
    val words = here.commandLine(process).split(" ")
    words.find(_.contains("Main")).getOrElse("?") + " " + words.last + " " + process.pid
  }

  private def assertFlat(when: String): Unit = resident().foreach { case (process, mebibytes) =>
    assert(mebibytes < heap + beside, s"$process has $mebibytes MiB $when")
  }

  private def spilled(): Long = {
    val directory = here.folder.resolve(".sheaf").resolve("spill")
    val files = Files.walk(directory)
    try files.iterator.asScala.filter(_.toString.endsWith(".spill")).map(_.toFile.length).sum
    catch { case _: java.io.UncheckedIOException => 1 }
    finally files.close()
  }

  /** How far the last job is, and how much of it is handed out. */
  private def progress(): (Long, Long) = {
    val shown = here.run(here.sheaf, "jobs", "--json").lines.mkString
    def last(field: String) =
      s"\"$field\":(\\d+)".r.findAllMatchIn(shown).map(_.group(1).toLong).toSeq.lastOption.getOrElse(0L)
    (last("succeeded"), last("running"))
  }

  /** Runs until nobody reads; then gives what reads it to the body. */
  private def standing(arguments: String)(reading: BufferedReader => Unit): Unit = {
    val pipe = here.folder.resolve("pipe")
    if (!Files.exists(pipe)) assert(here.run("mkfifo", pipe.toString).exitCode == 0)
    val job = small("sh", "-c", s"seq 1 1000000000000 | ${here.sheaf} map $arguments --jar $tasks --quiet > $pipe")
    val out = new BufferedReader(new InputStreamReader(new FileInputStream(pipe.toFile), StandardCharsets.UTF_8))
    try {
      var before = -1L
      here.await("the job stands still because nobody reads") {
        val (now, running) = progress()
        val stands = now > 0 && now == before && running == 0
        before = now
        here.pause(300)
        stands
      }
      assertFlat("while nobody reads")
      val standing = resident()
      here.pause(1500)
      resident().foreach { case (process, mebibytes) =>
        assert(mebibytes <= standing.getOrElse(process, mebibytes) + 16, s"$process grows while nothing is read")
      }
      reading(out)
      info(s"resident, in MiB: ${resident()}")
    } finally out.close()
    assert(job.awaitEnd(30).exitCode == 0, job.report)
  }

  test("an endless input, and a reader that stops, leave every process's memory flat; reading on gives all results") {
    val coordinator = small(here.sheaf, "coordinator")
    coordinator.awaitLine("Coordinator ready")
    val worker = small(here.sheaf, "worker", "--slots", "2")
    worker.awaitLine("Registered with the coordinator")

    standing("Wide::slowStart --items -") { out =>
      // More than the heap passes through each of them.
      val many = 150000
      for (expected <- 1 to many) {
        val line = out.readLine()
        assert(line != null && line.startsWith(s"${expected}x") && line.length == expected.toString.length + 1000)
      }
      assertFlat(s"after $many results of 1 KB")
    }

    // Of a range the client sends nothing: here it is the coordinator that stops.
    standing("Wide::slowStart --unordered --range 1..1000000000000") { out =>
      val why = here.run(here.sheaf, "explain", "last")
      assert(why.lines.exists(_.contains("results that are there are not taken")), why.report)
      val lines = (1 to 50000).map(_ => out.readLine().length)
      assert(lines.forall(length => length > 1000 && length < 1020))
      assertFlat("after 50 MB")
    }

    Seq(worker, coordinator).foreach { process =>
      process.signal("TERM")
      assert(process.awaitEnd(30).exitCode == 0, process.report)
    }
    here.awaitNoProcess()
  }

  test("a detached job larger than the memory budget goes to disk and ends right, and its items stay") {
    def startSmall(): Running = {
      val started = small("env", "SHEAF_COORDINATOR_MEMORY_BUDGET=2MiB", here.sheaf, "coordinator")
      started.awaitLine("Coordinator ready")
      started
    }
    val coordinator = startSmall()
    val count = 3000
    val items = here.folder.resolve("items.txt")
    Files.write(items, (1 to count).map(i => s"$i " + "y".repeat(10000)).asJava)
    // No worker yet: `submit` ends all the same.
    val lengths = here.run(here.sheaf, "submit", "Wide::length", "--jar", tasks, "--items", items.toString)
    assert(lengths.exitCode == 0, lengths.report)
    here.await("the items are on disk")(spilled() > (20L << 20))
    val worker = here.startWorker(2)
    assert(here.run(here.sheaf, "wait", lengths.lines.head).exitCode == 0)
    val numbers = here.run(here.sheaf, "results", lengths.lines.head)
    assert(numbers.lines == (1 to count).map(i => (i.toString.length + 10001).toString), numbers.errors)
    assert(spilled() > (20L << 20), "an item can be run again as long as its result is kept")
    val again = here.run(here.sheaf, "replay", lengths.lines.head, "2999")
    assert(again.exitCode == 0 && again.lines.contains("10005"), again.report)

    val echo = here.run(here.sheaf, "submit", "Wide::echo", "--jar", tasks, "--items", items.toString)
    assert(here.run(here.sheaf, "wait", echo.lines.head).exitCode == 0)
    assert(spilled() > (20L << 20), "results are kept, so those are on disk")
    val texts = here.run(here.sheaf, "results", echo.lines.head)
    assert(texts.lines == Files.readAllLines(items).asScala, texts.errors)
    // It dies with them on the disk; the next one clears up.
    coordinator.signal("KILL")
    coordinator.awaitEnd(10): Unit
    assert(spilled() > 0)
    val next = startSmall()
    assert(spilled() == 0)
    Seq(worker, next).foreach { process =>
      process.signal("TERM")
      assert(process.awaitEnd(30).exitCode == 0, process.report)
    }
    here.awaitNoProcess()
  }
}
