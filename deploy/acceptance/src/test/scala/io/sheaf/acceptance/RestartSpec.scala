package io.sheaf.acceptance

import java.nio.file.{Files, Path}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._
import scala.util.Random

/** A coordinator that is killed and started again goes on with what it had accepted. */
class RestartSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val sheaf = new Commands(here)
  private var coordinator: Running = _

  override def beforeAll(): Unit = {
    coordinator = here.startCoordinator()
    here.startWorker(2): Unit
  }

  override def afterAll(): Unit = here.close()

  private def kill(): Unit = {
    coordinator.signal("KILL")
    coordinator.awaitEnd(10): Unit
  }

  private def restart(): Unit = {
    kill()
    coordinator = here.startCoordinator()
  }

  private def folder(name: String): Path = Files.createDirectories(here.folder.resolve(name))

  private def jar(seen: Path): String =
    UserCode.jar(here, "Counted", ReconnectSpec.counted(seen)).toString

  /** How often each item has begun. */
  private def begun(seen: Path): Map[Long, Int] =
    seen.toFile.list.toSeq.groupBy(_.takeWhile(_ != '-').toLong).map { case (item, files) => item -> files.size }

  private def results(job: String): Seq[String] = {
    val run = sheaf("results", job)
    assert(run.exitCode == 0, run.report)
    run.lines
  }

  private def exact(items: Int): Seq[String] = (1 to items).map(item => s"$item ${item - 1}")

  test("a submitted job goes on by itself, who waits for it is not told of more than a pause, and nothing runs twice") {
    val seen = folder("submitted")
    // Long enough for whoever waits to say so, which without a terminal takes 10 s.
    val items = 1600
    val job = sheaf.submit("Counted::at", "--jar", jar(seen), "--range", s"1..$items")
    val waiting = here.start("env", "SHEAF_RECONNECT=120s", here.sheaf, "wait", job)
    waiting.awaitLine("handed out")
    here.await("it is in full swing")(begun(seen).size >= 100)
    kill()
    val atDeath = begun(seen).size
    here.await("workers go on without a coordinator")(begun(seen).size > atDeath)
    coordinator = here.startCoordinator()
    assert(waiting.awaitEnd(90).exitCode == 0, waiting.report + coordinator.report)
    assert(results(job) == exact(items))
    val twice = begun(seen).filter(_._2 > 1)
    info(s"begun by its death: $atDeath of $items; begun twice: $twice")
    assert(begun(seen).size == items && twice.isEmpty, coordinator.report)
  }

  test("what is submitted again under its id is the same job, also after a restart") {
    val seen = folder("same")
    val code = jar(seen)
    val what = Seq("--id", "nightly", "Counted::at", "--jar", code, "--range", "1..50")
    val job = sheaf.submit(what: _*)
    assert(sheaf.submit(what: _*) == job)
    restart()
    assert(sheaf.submit(what: _*) == job)
    assert(sheaf("wait", job).exitCode == 0)
    assert(results(job) == exact(50))
    assert(begun(seen).values.forall(_ == 1))
    val other = sheaf("submit", "--id", "nightly", "Counted::at", "--jar", code, "--range", "1..51")
    assert(other.exitCode == 8 && other.errors.exists(_.contains("under the id nightly")), other.report)
  }

  test("results of before are there, numbers go on, and what is forgotten stays so") {
    val job = sheaf.submit("Counted::at", "--jar", jar(folder("kept")), "--range", "1..20")
    assert(sheaf("wait", job).exitCode == 0)
    restart()
    assert(results(job) == exact(20))
    val next = sheaf.submit("Counted::at", "--jar", jar(folder("next")), "--range", "1..2")
    assert(next.toLong > job.toLong)
    assert(sheaf("wait", next).exitCode == 0)
    val forgotten = sheaf("job", "forget", job)
    assert(forgotten.exitCode == 0, forgotten.report)
    assert(sheaf("results", job).exitCode == 3)
    restart()
    assert(sheaf("results", job).exitCode == 3)
    assert(results(next) == exact(2))
  }

  /** Results that neither pipes nor anybody's buffers hold, nor do they become much smaller when packed. */
  private val padded =
    """import java.util.Random;
      |
      |public class Padded {
      |    public static String at(long item) {
      |        StringBuilder text = new StringBuilder();
      |        text.append(item).append(' ');
      |        new Random(item).ints(2000, '0', 'z').forEach(each -> text.append((char) each));
      |        return text.toString();
      |    }
      |}
      |""".stripMargin

  private def read(file: Path): Seq[Long] = {
    val lines = Files.lines(file)
    try lines.iterator.asScala.map(line => if (line.length < 2000) -1 else line.takeWhile(_ != ' ').toLong).toList
    finally lines.close()
  }

  test("a coordinator that is killed while results are read costs whoever reads them no more than a pause") {
    val items = 20000
    val job =
      sheaf.submit("Padded::at", "--jar", UserCode.jar(here, "Padded", padded).toString, "--range", s"1..$items")
    sheaf.awaitState(job, "SUCCEEDED")
    val out = here.folder.resolve("out")
    val gate = here.folder.resolve("gate")
    here.run("mkfifo", gate.toString): Unit
    val some = "for i in {1..50}; do IFS= read -r line; printf '%s\\n' \"$line\"; done; echo some >&2"
    val reading = here.start(
      "bash",
      "-c",
      s"set -o pipefail; ${here.sheaf} results $job | { $some; read -r _ < $gate; cat; } > $out"
    )
    reading.awaitLine("some")
    kill()
    here.run("bash", "-c", s"echo on > $gate"): Unit
    here.await("what had come is read on")(Files.size(out) > (1 << 17))
    here.pause(1000)
    assert(Files.size(out) < items * 1000L, "all had come before: nobody was held up")
    coordinator = here.startCoordinator()
    assert(reading.awaitEnd(60).exitCode == 0, reading.report + coordinator.report)
    assert(read(out) == (1L to items.toLong))
  }

  test("kills while the journal gives room back lose nothing else and bring nothing back", Endurance) {
    val seed = System.nanoTime
    info(s"seed $seed")
    val random = new Random(seed)
    val code = UserCode.jar(here, "Padded", padded).toString
    val kept = sheaf.submit("Padded::at", "--jar", code, "--range", "1..100")
    sheaf.awaitState(kept, "SUCCEEDED")
    val before = results(kept)
    val journal = here.folder.resolve(".sheaf/journal/journal.db")
    (1 to 5).foreach { _ =>
      val job = sheaf.submit("Padded::at", "--jar", code, "--range", "1..20000")
      sheaf.awaitState(job, "SUCCEEDED")
      val full = Files.size(journal)
      assert(sheaf("job", "forget", job).exitCode == 0)
      here.await("the journal gives room back", 40)(Files.size(journal) < full)
      here.pause(random.nextInt(50).toLong)
      restart()
      assert(results(kept) == before && sheaf("results", job).exitCode == 3)
      info(s"$full bytes before, ${Files.size(journal)} after")
    }
  }

  test("items that are streamed go on from where they were after a lost connection, under their id") {
    val seen = folder("streamed")
    val lines = Files.write(here.folder.resolve("lines"), (1 to 200).map(_.toString).asJava)
    val code = jar(seen)
    val first = sheaf.submit("--id", "lines", "Counted::at", "--jar", code, "--items", lines.toString)
    restart()
    val job = sheaf.submit("--id", "lines", "Counted::at", "--jar", code, "--items", lines.toString)
    assert(job == first)
    assert(sheaf("wait", job).exitCode == 0)
    assert(results(job) == exact(200))
    assert(begun(seen).size == 200)
  }

  test("twenty kills at random moments in one job of 5,000 items cost no result and double none", Endurance) {
    val seed = System.nanoTime
    info(s"seed $seed")
    val random = new Random(seed)
    val seen = folder("often")
    val items = 5000
    val job = sheaf.submit("Counted::at", "--jar", jar(seen), "--range", s"1..$items")
    val waiting = here.start("env", "SHEAF_RECONNECT=120s", here.sheaf, "wait", job)
    waiting.awaitLine("handed out")
    (1 to 20).foreach { _ =>
      here.pause(random.nextInt(4000).toLong)
      restart()
    }
    assert(waiting.awaitEnd(300).exitCode == 0, waiting.report + coordinator.report)
    assert(results(job) == exact(items))
    val times = begun(seen).groupBy(_._2).map { case (often, which) => often -> which.size }
    info(s"items by how often they were begun: $times")
    assert(begun(seen).size == items)
  }

  private def asRoot(command: String*): Unit = {
    val run = here.run(command: _*)
    assert(run.exitCode == 0, run.report)
  }

  test("a disk that is full refuses new jobs and keeps those that run, which go on once there is room", Endurance) {
    assume(System.getProperty("user.name") == "root", "only root can make a small disk")
    val disk = folder("disk")
    asRoot("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString)
    try {
      kill()
      coordinator = here.start("env", s"SHEAF_DATA_DIR=${disk.resolve("data")}", here.sheaf, "coordinator")
      coordinator.awaitLine("Coordinator ready")
      val seen = folder("full")
      val first = sheaf.submit("Counted::at", "--jar", jar(seen), "--range", "1..20")
      sheaf.awaitState(first, "SUCCEEDED")
      val job = sheaf.submit("Counted::at", "--jar", jar(seen), "--range", "1..1000")
      here.await("it is in full swing")(begun(seen).size >= 100)
      here.run("dd", "if=/dev/zero", s"of=${disk.resolve("filler")}", "bs=64k"): Unit
      coordinator.awaitLine("There is no room for the journal")
      val refused = sheaf("submit", "primes", "--range", "1..3")
      assert(refused.exitCode == 8 && refused.errors.mkString.matches(".*(no room|No space left).*"), refused.report)
      // Past the time after which a coordinator looks after its journal.
      here.pause(11000)
      assert(results(first) == exact(20) && sheaf.state(job) == "RUNNING", coordinator.report)
      Files.delete(disk.resolve("filler"))
      sheaf.awaitState(job, "SUCCEEDED")
      assert(results(job) == exact(1000) && begun(seen).forall { case (item, times) =>
        times == (if (item <= 20) 2 else 1)
      })
      assert(sheaf("submit", "primes", "--range", "1..3").exitCode == 0)
    } finally {
      kill()
      asRoot("umount", disk.toString)
    }
    coordinator = here.startCoordinator()
  }
}
