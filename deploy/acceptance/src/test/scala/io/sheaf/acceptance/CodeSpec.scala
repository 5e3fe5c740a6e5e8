package io.sheaf.acceptance

import java.nio.charset.StandardCharsets
import java.nio.file.{Files, Path}
import java.util.zip.{ZipEntry, ZipOutputStream}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Code comes and goes: versions live side by side, and none of them stays behind. */
class CodeSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val classes = UserCode.compile(here, "Versioned", CodeSpec.source)
  private var coordinator: Running = _
  private var worker: Running = _
  private val slots = 2

  override def beforeAll(): Unit = {
    coordinator = here.startCoordinator()
    worker = here.startWorker(slots)
  }

  override def afterAll(): Unit = here.close()

  /** The same class with another number beside it: other bytes, so another bundle. */
  private def version(number: Int): Path = {
    val jar = here.folder.resolve(s"versioned-$number.jar")
    val out = new ZipOutputStream(Files.newOutputStream(jar))
    try {
      out.putNextEntry(new ZipEntry("Versioned.class"))
      out.write(Files.readAllBytes(classes.resolve("Versioned.class")))
      out.putNextEntry(new ZipEntry("version.txt"))
      out.write(number.toString.getBytes(StandardCharsets.UTF_8))
    } finally out.close()
    jar
  }

  private def map(jar: Path, what: String, items: Int): Running =
    here.start(here.sheaf, "map", s"Versioned::$what", "--jar", jar.toString, "--range", s"1..$items")

  private def assertGives(running: Running, version: Int, items: Int): Unit = {
    assert(running.awaitEnd(60).exitCode == 0, running.report)
    assert(running.lines == (1 to items).map(item => s"$item of $version"), running.report)
  }

  test("two versions of the same class run side by side, each job with its own") {
    val jobs = Seq(1, 2).map(number => number -> map(version(number), "slowly", 40))
    here.await("both are at work")(jobs.forall(_._2.lines.nonEmpty))
    jobs.foreach { case (number, running) => assertGives(running, number, 40) }
  }

  test("ten redeploys leave no process, no class and no memory behind") {
    redeploy(from = 100, warm = 4, count = 10, Footprint(heap = 6 << 10, metaspace = 2 << 10, classes = 400))
  }

  test("two hundred redeploys leave no process, no class and no memory behind", Endurance) {
    redeploy(from = 1000, warm = 20, count = 200, Footprint(heap = 10 << 10, metaspace = 3 << 10, classes = 600))
  }

  /** What a process holds after a collection: heap and metaspace in KiB, and how many classes are loaded. */
  private case class Footprint(heap: Long, metaspace: Long, classes: Long) {
    def -(other: Footprint): Footprint =
      Footprint(heap - other.heap, metaspace - other.metaspace, classes - other.classes)

    def fits(bound: Footprint): Boolean =
      heap < bound.heap && metaspace < bound.metaspace && classes < bound.classes
  }

  private def redeploy(from: Int, warm: Int, count: Int, growth: Footprint): Unit = {
    def deploy(number: Int): Seq[String] = {
      assertGives(map(version(number), "at", 4), number, 4)
      here.executors.map(here.commandLine)
    }
    (from until from + warm).foreach(deploy)
    val before = Seq(coordinator, worker).map(footprint)
    val seen = (from + warm until from + count).map(deploy)
    val after = Seq(coordinator, worker).map(footprint)
    val most = seen.maxBy(_.size)
    info(s"executors: at most ${most.size}")
    info(s"coordinator and worker: ${before.mkString(", ")}; then ${after.mkString(", ")}")
    // One more is there for whoever comes next.
    assert(most.size <= slots + 1, most.mkString("\n"))
    here.await("coordinator, worker and executors are all that there is", 10)(here.marked.size <= 2 + slots + 1)
    after.zip(before).foreach { case (now, first) => assert((now - first).fits(growth)) }
  }

  private def footprint(process: Running): Footprint = {
    jcmd(process, "GC.run"): Unit
    val told = jcmd(process, "GC.heap_info")
    val used = """used (\d+)K""".r.findAllMatchIn(told).map(_.group(1).toLong).toSeq
    val metaspace = """Metaspace\s+used (\d+)K""".r.findFirstMatchIn(told).get.group(1).toLong
    val loaders = jcmd(process, "VM.classloader_stats")
    val classes = """Total = \d+\s+(\d+)""".r.findFirstMatchIn(loaders).get.group(1).toLong
    Footprint(used.takeWhile(_ != metaspace).sum, metaspace, classes)
  }

  private def jcmd(process: Running, command: String): String = {
    val run = here.run("jcmd", jvm(process).toString, command)
    assert(run.exitCode == 0, run.report)
    run.lines.mkString("\n")
  }

  /** The script may still be the parent of the JVM. */
  private def jvm(process: Running): Long =
    if (here.commandLine(process.process.toHandle).contains("java")) process.pid
    else process.process.toHandle.children.findFirst.get.pid
}

object CodeSpec {
  val source: String =
    """import java.io.InputStream;
      |import java.nio.charset.StandardCharsets;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |
      |public class Versioned {
      |    public static String at(long item) throws Exception {
      |        try (InputStream in = Versioned.class.getResourceAsStream("/version.txt")) {
      |            return item + " of " + new String(in.readAllBytes(), StandardCharsets.UTF_8);
      |        }
      |    }
      |
      |    public static String slowly(long item) throws Exception {
      |        new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
      |        return at(item);
      |    }
      |}
      |""".stripMargin
}
