package io.sheaf.acceptance

import java.nio.charset.StandardCharsets
import java.nio.file.{Files, Path}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

/** What every command says, to the letter but for times and names; and what the command line does beside saying things.
  *
  * `-Dsheaf.transcript=write` writes the transcript anew.
  */
class TranscriptSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val sheaf = new Commands(here)
  private var first: Running = _
  private var worker = ""

  override def beforeAll(): Unit = {
    here.startCoordinator(): Unit
    first = here.startWorker(2)
    worker = "\"id\":\"([^\"]+)\"".r.findFirstMatchIn(sheaf("workers", "--json").lines.head).get.group(1)
    TranscriptSpec.sources.foreach { case (name, text) =>
      val file = here.folder.resolve(name)
      Files.createDirectories(file.getParent)
      Files.writeString(file, text)
    }
  }

  override def afterAll(): Unit = here.close()

  /** A command as typed by a shell, with all that came of it. */
  private def entry(line: String): String = {
    val run = here.run("sh", "-c", line.replaceAll("\\bsheaf\\b", here.sheaf).replace("WORKER", worker))
    val said = run.lines ++ run.errors.map("! " + _)
    (s"$$ $line" +: said :+ s"= ${run.exitCode}").map(normal).mkString("\n")
  }

  private def normal(line: String): String =
    TranscriptSpec.changing.foldLeft(line.replace(here.folder.toString, "FOLDER").replace(worker, "WORKER")) {
      case (text, (pattern, name)) => pattern.replaceAllIn(text, name)
    }

  test("every command says what the transcript says") {
    val transcript = TranscriptSpec.commands.map(entry).mkString("", "\n\n", "\n")
    val golden = Path.of("src", "test", "resources", "transcript.txt")
    if (System.getProperty("sheaf.transcript") == "write") {
      Files.createDirectories(golden.getParent)
      Files.writeString(golden, transcript, StandardCharsets.UTF_8): Unit
    }
    assert(transcript.linesIterator.toSeq == Files.readAllLines(golden).asScala.toSeq)
  }

  test("whoever stops reading ends the job, and nothing is said of it") {
    val run = here.run("sh", "-c", s"${here.sheaf} map Half.java::slow --range 1..100000 | head -1")
    assert(run.lines == Seq("1") && run.errors.isEmpty && run.exitCode == 0, run.report)
    here.await("the job is cancelled") {
      "\"state\":\"(\\w+)\"".r.findAllMatchIn(sheaf("jobs", "--json").lines.head).map(
        _.group(1)
      ).toSeq.last == "CANCELLED"
    }
  }

  test("a job log has a line for each item, and what it says succeeded is not run again") {
    val log = here.folder.resolve("log")
    val once = sheaf("map", "Half.java::half", "--quiet", "--joblog", log.toString, ":::", "2", "3", "4")
    assert(once.exitCode == 1 && once.lines == Seq("1", "2"), once.report)
    val lines = Files.readAllLines(log).asScala.map(_.split("\t", 9).toSeq)
    assert(lines.head.mkString(" ") == "Seq Host Starttime JobRuntime Send Receive Exitval Signal Command")
    assert(lines.tail.map(columns => columns.head -> columns(6)).toMap == Map("1" -> "0", "2" -> "1", "3" -> "0"))
    assert(lines.tail.forall(columns => columns(1) == worker && columns(2).toDouble > 1.6e9), lines)
    val again =
      sheaf(
        "map",
        "Half.java::half",
        "--joblog",
        log.toString,
        "--resume",
        log.toString,
        "--tag",
        ":::",
        "4",
        "2",
        "3",
        "6"
      )
    assert(again.exitCode == 1 && again.lines == Seq("6\t3"), again.report)
    assert(Files.readAllLines(log).asScala.drop(4).map(_.split("\t", 9).head).toSet == Set("3", "4"))
  }

  test("logs are followed to the end of the job, and a debugger is waited for") {
    val id = sheaf.submit("Half.java::says", ":::", "a", "b")
    val logs = sheaf("logs", id, "-f")
    assert(logs.exitCode == 0 && logs.lines.toSet == Set("says a", "says b"), logs.report)
    val failed = sheaf.submit("Half.java::half", ":::", "3")
    assert(sheaf("wait", failed, "--quiet").exitCode == 1)
    val port = Ports.free().http
    val replay =
      here.start("env", "--default-signal=INT", here.sheaf, "replay", failed, "0", "--debug", "--port", port.toString)
    replay.awaitLine("Listening for transport dt_socket")
    replay.signal("INT")
    replay.awaitEnd(20)
    here.await("the debugged process is gone")(!here.marked.exists(here.commandLine(_).contains("ReplayMain")))
  }

  test("a drained worker ends once what it runs has ended, and nothing is lost or begun anew") {
    val release = here.folder.resolve("release")
    val busy = sheaf.submit("Half.java::until", ":::", release.toString, release.toString)
    sheaf.awaitState(busy, "RUNNING")
    here.await("both slots are busy")(sheaf.busy == (1 -> 2))
    assert(sheaf("drain", worker).exitCode == 0)
    here.await("it is leaving")(sheaf("workers", "--json").lines.head.contains("\"leaving\":true"))
    val other = here.startWorker(1)
    assert(sheaf("map", "primes", "--range", "1..3").lines == Seq("0", "1", "2"))
    assert(first.isAlive && sheaf.state(busy) == "RUNNING")
    Files.createFile(release)
    sheaf.awaitState(busy, "SUCCEEDED")
    assert(first.awaitEnd(30).exitCode == 0, first.report)
    assert(sheaf.job(busy, "requeued") == "0" && other.isAlive)
  }
}

object TranscriptSpec {
  val commands: Seq[String] = Seq(
    "sheaf version",
    "sheaf workrs",
    "sheaf jobs",
    "sheaf wait last",
    "sheaf workers",
    "sheaf info",
    "sheaf map primes --range 1..5",
    "sheaf map primes --json --range 10..11",
    "sheaf map Half.java::half --tag ::: 2 3 4 5",
    "sheaf map Half.java::half --json --quiet ::: 2 3",
    "sheaf map Broken.java ::: a",
    "sheaf map prims ::: a",
    "sheaf map primes",
    "sheaf submit Half.java::half --quiet ::: 2 3 4",
    "sheaf wait last",
    "sheaf job last",
    "sheaf results last",
    "sheaf results last --json",
    "sheaf logs last",
    "sheaf explain last 1",
    "sheaf replay last 1 2>&1 | grep -v Picked | head -2",
    "sheaf replay last 2",
    "sheaf replay last 7",
    "sheaf retry last --failed --quiet; sheaf wait last",
    "sheaf retry last --failed --jar mended/Half.java",
    "sheaf wait last",
    "sheaf results last",
    "sheaf retry last --failed",
    "sheaf submit Half.java::slow --quiet --name long --range 1..100000",
    "sheaf wait last --timeout 1s --quiet",
    "sheaf retry last",
    "sheaf cancel last",
    "sheaf wait last --quiet; sheaf wait last --json",
    "sheaf submit Half.java::half --quiet --max-fails 0 -j 1 ::: 2 3 4; sheaf wait last",
    "sheaf retry last --failed --quiet --jar mended/Half.java; sheaf wait last",
    "sheaf retry last --failed",
    "sheaf retry last --quiet; sheaf wait last; sheaf results last",
    "sheaf explain 99",
    "sheaf logs 99",
    "sheaf drain nobody",
    "sheaf top | sed -n '1p;3p;6p'",
    "sheaf doctor | grep -E '^ok +(coordinator|clock|version|binding|workers)' | sed 's,http.*,URL,'",
    "sheaf jobs --cluster http://127.0.0.1:1",
    "sheaf completion tcsh",
    "sheaf jobs | sed 's/ *[0-9]*.100000/ N/'",
    "sheaf workers"
  )

  val changing: Seq[(scala.util.matching.Regex, String)] = Seq(
    "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z?".r -> "TIME",
    "\\(Java [^)]*\\)".r -> "(JAVA)",
    "on \\S+, process \\d+".r -> "on HOST, process PID",
    "^(WORKER) +\\S+ +\\d+ +\\d/2 +\\d+".r -> "WORKER HOST PID BUSY COMPLETED",
    "sheaf 0\\.1\\.0 on \\S+".r -> "sheaf 0.1.0 on HOST",
    "\\d of 2 slots busy".r -> "N of 2 slots busy",
    "\"succeeded\":\\d+,\"failed\":0,\"running\":0,\"requeued\":\\d+,\"retried\":\\d+".r -> "COUNTS"
  )

  private def half(body: String): String =
    s"""import java.util.concurrent.CountDownLatch;
       |import java.util.concurrent.TimeUnit;
       |
       |public class Half {
       |    public static int half(int item) {
       |        $body
       |    }
       |
       |    public static int slow(int item) throws Exception {
       |        new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
       |        return item;
       |    }
       |
       |    public static int until(String sign) throws Exception {
       |        while (!java.nio.file.Files.exists(java.nio.file.Path.of(sign))) {
       |            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
       |        }
       |        return 1;
       |    }
       |
       |    public static int says(String item) {
       |        System.out.println("says " + item);
       |        return 1;
       |    }
       |}
       |""".stripMargin

  val sources: Map[String, String] = Map(
    "Half.java" -> half("""if (item % 2 == 1) { throw new IllegalStateException("odd"); } return item / 2;"""),
    "mended/Half.java" -> half("return item / 2;"),
    "Broken.java" -> "public class Broken {\n    int x = \"a\";\n}\n"
  )
}
