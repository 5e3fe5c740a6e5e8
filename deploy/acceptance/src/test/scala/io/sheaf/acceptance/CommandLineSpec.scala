package io.sheaf.acceptance

import java.nio.charset.StandardCharsets
import java.nio.file.{Files, Path}
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.TimeUnit
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** The command line beside what it says: signals, whom it may ask, how much it takes, and what it does without a
  * compiler.
  */
class CommandLineSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val sheaf = new Commands(here)

  override def beforeAll(): Unit = {
    val secret = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    val token = Files.createDirectory(here.folder.resolve(".sheaf"), secret).resolve("token")
    Files.writeString(token, "the token\n")
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"))
    val same = "public class Same { public static long same(long item) { return item; } }\n"
    Files.writeString(here.folder.resolve("Same.java"), same)
    here.start("env", "SHEAF_TOKEN=the token", here.sheaf, "coordinator").awaitLine("Coordinator ready")
    here.start("env", "SHEAF_TOKEN=the token", here.sheaf, "worker", "--slots", "2").awaitLine("Registered")
  }

  override def afterAll(): Unit = here.close()

  private def withEnvironment(settings: String*)(arguments: String*): Running =
    here.run("env" +: settings :+ here.sheaf :++ arguments: _*)

  test("SIGTERM cancels a job of map, which says so, exits as when interrupted, and leaves no process") {
    val map = here.start(
      Seq("env", "--default-signal=TERM", here.sheaf, "map", "--local", "2", "--") ++
        Seq("sh", "-c", "sleep 311 & sleep 311", "x", ":::", "1", "2", "3"): _*
    )
    here.await("the commands run", 60)(here.marked.count(here.commandLine(_).startsWith("sleep 311")) == 4)
    val began = System.nanoTime
    map.signal("TERM")
    assert(map.awaitEnd(30).exitCode == 130, map.report)
    assert(System.nanoTime - began < TimeUnit.SECONDS.toNanos(10), map.report)
    assert(map.errors.exists(_.contains("interrupted; the job was cancelled")), map.report)
    here.await("nothing of it is left", 15) {
      !here.marked.exists(process => Seq("sleep 311", "NodeMain").exists(here.commandLine(process).contains))
    }
  }

  test("Ctrl-C on a terminal is for the command, which says what became of its job, and leaves no process") {
    val line = s"${here.sheaf} map --local 2 -- sleep ::: 313 313 313"
    val terminal = here.start("env", "--default-signal=INT", "script", "-qec", line, "/dev/null")
    here.await("the commands run", 60)(here.marked.count(here.commandLine(_).startsWith("sleep 313")) == 2)
    val keys = terminal.process.getOutputStream
    keys.write(3)
    keys.flush()
    assert(terminal.awaitEnd(30).exitCode == 130, terminal.report)
    assert(terminal.lines.exists(_.contains("the job was cancelled and it has stopped")), terminal.report)
    here.await("nothing of it is left", 15) {
      !here.marked.exists(process => Seq("sleep 313", "NodeMain").exists(here.commandLine(process).contains))
    }
  }

  test("the end of the terminal changes nothing for a job that is being submitted") {
    val submit = here.start(
      Seq("env", "--default-signal=HUP", here.sheaf, "submit", "--quiet", "--items", "-", "--name", "hung up") ++
        Seq("--", "echo", "{#}", "{}"): _*
    )
    val items = submit.process.getOutputStream
    def send(item: String): Unit = {
      items.write(s"$item\n".getBytes(StandardCharsets.UTF_8))
      items.flush()
    }
    send("a")
    here.await("the job is there", 60)(sheaf("jobs").lines.exists(_.contains("hung up")))
    submit.signal("HUP")
    send("b")
    items.close()
    assert(submit.awaitEnd(60).exitCode == 0, submit.report)
    val id = submit.lines.head
    assert(sheaf("wait", id).exitCode == 0)
    assert(sheaf("results", id).lines == Seq("1 a", "2 b"))
  }

  test("who has no token, or another, is told so by exit code 4 and is told by doctor what to do") {
    assert(sheaf("jobs").exitCode == 0)
    Seq("jobs", "workers", "info", "top").foreach { command =>
      val refused = withEnvironment("SHEAF_TOKEN=another")(command)
      assert(refused.exitCode == 4 && refused.lines.isEmpty && refused.errors.size == 1, refused.report)
    }
    val submit = withEnvironment("SHEAF_TOKEN=another")("submit", "primes", ":::", "1")
    assert(submit.exitCode == 4, submit.report)
    val map = withEnvironment("SHEAF_TOKEN=another")("map", "--", "true", ":::", "1")
    assert(map.exitCode == 4, map.report)
    val doctor = withEnvironment("SHEAF_TOKEN=another")("doctor")
    assert(doctor.exitCode == 1 && doctor.lines.exists(_.contains("→ the token is the one")), doctor.report)
  }

  test("doctor finds the usual mistakes and says how to mend each") {
    def problems(settings: String*): Seq[String] = {
      val doctor = withEnvironment(settings: _*)("doctor", "--json")
      val found = "\"level\":\"PROBLEM\",\"about\":\"([^\"]+)\",\"words\":\"[^\"]+\",\"mend\":\"[^\"]+\"".r
        .findAllMatchIn(doctor.lines.head).map(_.group(1)).toSeq
      assert(doctor.exitCode == (if (found.isEmpty) 0 else 1), doctor.report)
      found
    }
    assert(problems().isEmpty)
    assert(problems("SHEAF_CLUSTER=http://no-such-host.invalid:8520") == Seq("address"))
    assert(problems(s"SHEAF_CLUSTER=http://127.0.0.1:${here.ports.akka}").headOption.contains("coordinator"))
    assert(problems(s"SHEAF_DATA_DIR=${here.home.resolve("bin/sheaf")}") == Seq("data"))
    val open = Files.createDirectory(here.folder.resolve("open"))
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"))
    assert(problems(s"SHEAF_DATA_DIR=$open") == Seq("data"))
    val token = here.folder.resolve(".sheaf/token")
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"))
    assert(problems() == Seq("token"))
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------")): Unit
  }

  test("a million results fit a command line of 32 MiB, in order, also of items that are read") {
    val count = 1000000
    Files.write(here.folder.resolve("numbers"), java.util.Arrays.asList((1 to count).map(_.toString): _*)): Unit
    Seq(s"--range 1..$count", "--items numbers").foreach { items =>
      val map = here.run(
        "sh",
        "-c",
        s"SHEAF_JAVA_OPTIONS=-Xmx32m ${here.sheaf} map Same.java::same --quiet $items >out && cmp out numbers"
      )
      assert(map.exitCode == 0, map.report)
    }
  }

  test("a Java without compiler runs everything but sources, and says that") {
    val jlink = Path.of(System.getProperty("java.home"), "bin", "jlink")
    assume(Files.isExecutable(jlink), "there is no jlink here")
    def runtime(name: String, modules: String): String = {
      val target = here.folder.resolve(name)
      val made = here.run(jlink.toString, "--add-modules", modules, "--strip-debug", "--output", target.toString)
      assert(made.exitCode == 0, made.report)
      s"JAVA_HOME=$target"
    }
    val javas =
      Seq("java.base,java.logging,java.xml,jdk.net,jdk.unsupported,jdk.zipfs", "java.base,java.compiler,jdk.net")
    javas.zipWithIndex.map { case (modules, i) => runtime(s"java$i", modules) }.foreach { java =>
      val source = withEnvironment(java, "SHEAF_CLASS_DATA=false")("map", "Same.java::same", ":::", "1")
      assert(source.exitCode == 8 && source.errors.size == 1, source.report)
      assert(source.errors.head.contains("has no compiler for Same.java; set JAVA_HOME to a JDK"), source.report)
      val builtIn = withEnvironment(java, "SHEAF_CLASS_DATA=false")("map", "primes", "--quiet", ":::", "10")
      assert(builtIn.exitCode == 0 && builtIn.lines == Seq("4"), builtIn.report)
    }
  }
}
