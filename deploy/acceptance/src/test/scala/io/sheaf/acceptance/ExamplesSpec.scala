package io.sheaf.acceptance

import com.sun.net.httpserver.HttpServer
import java.io.File
import java.net.{InetAddress, InetSocketAddress}
import java.nio.file.{Files, Path}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** The programs in `examples`, each run as somebody who has copied it would. */
class ExamplesSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private val sources =
    Path.of(System.getProperty("sheaf.root"), "examples", "src", "main", "java", "io", "sheaf", "examples")
  private var classes = ""

  override def beforeAll(): Unit = classes = programs.map(compiled).mkString(File.pathSeparator)

  override def afterAll(): Unit = here.close()

  private def programs: Seq[String] =
    sources.toFile.list.toSeq.filter(_.endsWith(".java")).map(_.stripSuffix(".java")).diff(Seq("package-info")).sorted

  private def compiled(name: String): Path =
    UserCode.compile(here, name, Files.readString(sources.resolve(name + ".java")))

  private def run(name: String, arguments: String*): Seq[String] = {
    val classPath = s"$classes${File.pathSeparator}${UserCode.clientClassPath(here)}"
    val command = Seq("java", s"-Dsheaf.home=${here.home}", "-cp", classPath, s"io.sheaf.examples.$name")
    val program = here.run(command ++ arguments: _*)
    assert(program.exitCode == 0, program.report)
    program.lines
  }

  private def data(name: String): String = here.home.resolve("examples").resolve("data").resolve(name).toString

  test("each is shorter than 40 lines") {
    val long = programs.filter(_ != "GenerateCsv").filter { name =>
      Files.readAllLines(sources.resolve(name + ".java")).size >= 40
    }
    assert(long.isEmpty)
  }

  test("TwoThreads") {
    assert(run("TwoThreads").map(_.replaceAll(", from .*", "")).toSet == Set("Hello Ada", "Hello Grace"))
  }

  test("TwoProcesses") {
    val lines = run("TwoProcesses")
    assert(lines.last == "0 0")
    assert(lines.init.map(_.replaceAll(", from \\d+", "")).toSet == Set("Hello Ada", "Hello Grace"))
    assert(lines.init.map(_.replaceAll("\\D+", "")).toSet.size == 2, lines)
  }

  test("CountRows") {
    val files = Seq("stations.csv", "ledger.csv").map(data)
    val counted = files.map(file => s"$file ${Files.readAllLines(Path.of(file)).size - 1}")
    assert(run("CountRows", files: _*) == counted)
  }

  test("Submitting")(assert(run("Submitting") == Seq.fill(2)("265252859812191058636308480000000")))

  test("ProducerConsumer")(assert(run("ProducerConsumer") == (1 to 5).map(i => s"consumed $i")))

  test("GatherPages") {
    val server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress, 0), 100)
    server.createContext(
      "/",
      { exchange =>
        val body = exchange.getRequestURI.getPath.getBytes
        exchange.sendResponseHeaders(200, body.length.toLong)
        exchange.getResponseBody.write(body)
        exchange.close()
      }
    )
    server.start()
    try {
      val pages = Seq("/", "/four", "/fourteen").map(page => s"http://127.0.0.1:${server.getAddress.getPort}$page")
      assert(run("GatherPages", pages: _*) == Seq("[1, 5, 9]"))
    } finally server.stop(0)
  }

  test("Delayed")(assert(run("Delayed") == Seq((0 until 10).map(i => s"$i.0").mkString("[", ", ", "]"))))

  test("CountWords") {
    val files = Seq("to be or not", "to be").zipWithIndex.map { case (text, number) =>
      Files.writeString(here.folder.resolve(s"words-$number"), text).toString
    }
    assert(run("CountWords", files: _*) == Seq("Optional[{be=2, not=1, or=1, to=2}]"))
  }

  test("MonteCarloPi") {
    here.startCoordinator(): Unit
    here.startWorker(2): Unit
    val pi = run("MonteCarloPi").head.toDouble
    assert(math.abs(pi - math.Pi) < 0.001, pi)
  }

  test("GenerateCsv") {
    run("GenerateCsv", here.folder.resolve("made").toString, "2", "1000"): Unit
    assert(here.folder.resolve("made").toFile.list.length == 2)
  }
}
