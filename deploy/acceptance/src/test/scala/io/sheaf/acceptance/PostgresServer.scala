package io.sheaf.acceptance

import java.io.File
import java.nio.file.StandardOpenOption.APPEND
import java.nio.file.attribute.PosixFilePermissions
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.LockSupport
import scala.jdk.CollectionConverters._
import scala.util.Using

/** A server of its own, with nothing in it. As root it runs as the user that Debian's package makes for it.
  *
  * @param address
  *   where it listens
  * @param on
  *   what runs a command on the host that has this address
  */
final class PostgresServer(programs: Path, address: String = "127.0.0.1", on: Seq[String] = Seq()) {
  private val folder = Files.createTempDirectory("sheaf-postgres")
  Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"))
  private val port = Ports.one()
  private val data = folder.resolve("data").toString
  assert(run("initdb", "-D", data, "-U", "sheaf", "-A", "trust", "-E", "UTF8").waitFor() == 0, said)
  Files.writeString(folder.resolve("data/pg_hba.conf"), "\nhost all all 10.0.0.0/8 trust\n", APPEND)
  private var process = start()
  Runtime.getRuntime.addShutdownHook(new Thread(() => process.destroyForcibly(): Unit))

  def url: String = s"jdbc:postgresql://$address:$port/postgres"

  /** The lines of the answer, with | between its columns. */
  def query(sql: String): Seq[String] = {
    val psql = programs.resolve("psql").toString
    val asked =
      new ProcessBuilder((on ++ Seq(
        psql,
        "-h",
        address,
        "-p",
        s"$port",
        "-U",
        "sheaf",
        "-AtX",
        "-c",
        sql,
        "postgres"
      )).asJava)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
    val answer = new String(asked.getInputStream.readAllBytes())
    assert(asked.waitFor() == 0, answer)
    answer.linesIterator.toSeq
  }

  /** As an operator does it: whoever is connected is told that it ends. */
  def stop(): Unit = end("INT")

  def startAgain(): Unit = process = start()

  private def said: String = Files.readString(folder.resolve("log"))

  private def run(program: String, arguments: String*): Process = {
    val user =
      if (System.getProperty("user.name") == "root")
        Seq("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--")
      else Seq()
    val command = on ++ user ++ (programs.resolve(program).toString +: arguments)
    new ProcessBuilder(command.asJava)
      .directory(folder.toFile)
      .redirectErrorStream(true)
      .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile))
      .start()
  }

  private def start(): Process = {
    def starts = "ready to accept connections".r.findAllIn(said).size
    val before = starts
    val started = run("postgres", "-D", data, "-h", address, "-p", port.toString, "-k", folder.toString)
    val deadline = System.nanoTime + TimeUnit.SECONDS.toNanos(60)
    while (starts == before) {
      assert(started.isAlive && System.nanoTime < deadline, said)
      LockSupport.parkNanos(20000000L)
    }
    started
  }

  private def end(signal: String): Unit = {
    new ProcessBuilder("kill", s"-$signal", process.pid.toString).start().waitFor()
    assert(process.waitFor(20, TimeUnit.SECONDS), said)
  }

  /** At once; nobody will ask for what is in it. */
  def close(): Unit = {
    if (process.isAlive) end("QUIT")
    Using.resource(Files.walk(folder))(_.iterator.asScala.toList).reverse.foreach(Files.deleteIfExists(_))
  }
}

object PostgresServer {

  /** Where its programs are, if they are anywhere, and somebody is here as whom they run. */
  def programs: Option[Path] = {
    val asUser = System.getProperty("user.name") != "root" ||
      Files.readAllLines(Path.of("/etc/passwd")).asScala.exists(_.startsWith("postgres:"))
    val debian =
      Option(new File("/usr/lib/postgresql").listFiles).toSeq.flatten.sorted.reverse.map(_.toPath.resolve("bin"))
    val path = System.getenv("PATH").split(File.pathSeparator).toSeq.map(Path.of(_))
    (debian ++ path).filter(_ => asUser).find(place =>
      Seq("initdb", "postgres", "psql").forall(name => Files.isExecutable(place.resolve(name)))
    )
  }
}
