package io.sheaf.acceptance

import java.io.File
import java.nio.file.{Files, Path}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** What the README shows, done as a reader would. */
class ReadmeSpec extends AnyFunSuite with BeforeAndAfterAll {
  private val root = Path.of(System.getProperty("sheaf.root"))
  private lazy val readme = Files.readString(root.resolve("README.md"))
  private lazy val here = new Installation(optimised = true)

  override def afterAll(): Unit = here.close()

  private def blocks(language: String): Seq[String] =
    s"(?s)```$language\\n(.*?)```".r.findAllMatchIn(readme).map(_.group(1).strip).toSeq

  /** In the unpacked distribution, where `deploy/bin` is `bin`. */
  private def shell(command: String): Running =
    here.start("sh", "-c", s"cd '${here.home}' && exec ${command.replace("deploy/bin/sheaf", "bin/sheaf")}")

  test("the first command prints a summary of each file") {
    val first = shell(blocks("sh").head).awaitEnd(120)
    assert(first.exitCode == 0, first.report)
    assert(first.lines.size == 5, first.report)
    assert(first.lines.head.startsWith("""{"file":"examples/data/customers.csv","rows":12,"""), first.report)
    here.awaitNoProcess()
  }

  test("the second command is that of the tests") {
    assert(blocks("sh")(1) == "mvn -B verify")
  }

  test("a cluster in three terminals takes a job and gives its results") {
    val terminals = blocks("sh").slice(2, 5)
    val first = shell(terminals(0))
    first.awaitLine("Coordinator ready")
    // The ports of this test are not the default ones, which somebody may be using.
    val second = shell(terminals(1).replace("127.0.0.1", s"127.0.0.1:${here.ports.akka}"))
    second.awaitLine("Registered with the coordinator")
    val asked = terminals(2).linesIterator.toSeq.map(line => shell(line).awaitEnd(60))
    assert(asked(0).exitCode == 0 && asked(0).lines == Seq("1"), asked(0).report)
    assert(asked(1).exitCode == 0, asked(1).report)
    val results = asked(2)
    assert(results.lines.size == 5 && results.exitCode == 0, results.report)
    Seq(second, first).foreach { process =>
      process.signal("TERM")
      assert(process.awaitEnd(30).exitCode == 0, process.report)
    }
    here.awaitNoProcess()
  }

  test("a job takes the options that are shown") {
    val primes = shell(blocks("sh")(5)).awaitEnd(120)
    assert(primes.exitCode == 0 && primes.lines.size == 100, primes.report)
    here.awaitNoProcess()
  }

  test("commands run, and a dry run shows them") {
    val asked = blocks("sh")(6).linesIterator.toSeq.map(line => shell(line).awaitEnd(120))
    val (counts, dry) = (asked.head, asked.last)
    val customers = "examples/data/customers.csv"
    assert(counts.exitCode == 0 && counts.lines.size == 2, counts.report)
    assert(counts.lines.head.matches(s"$customers\t\\d+ $customers"), counts.report)
    assert(dry.lines == Seq("gzip -9 'with space.log' --suffix .1.gz", "gzip -9 other.log --suffix .2.gz"), dry.report)
    here.awaitNoProcess()
  }

  test("the Java program runs with nothing but the client and the node on its class path") {
    val classes = UserCode.compile(here, "Squares", blocks("java").head)
    val node = root.resolve("deploy/node/target").resolve(s"sheaf-node-${System.getProperty("sheaf.version")}.jar")
    val classPath = Seq(classes.toString, UserCode.clientClassPath(here), node.toString).mkString(File.pathSeparator)
    val program = here.run("java", "-cp", classPath, "Squares")
    assert(program.exitCode == 0 && program.lines == Seq("333833500"), program.report)
    // The first start of this copy of Sheaf has its class data made, at a low priority.
    here.awaitNoProcess(120)
  }
}
