package io.sheaf.acceptance

import java.io.{IOException, UncheckedIOException}
import java.nio.file.{Files, Path}
import java.util.UUID
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.LockSupport
import scala.collection.mutable
import scala.jdk.CollectionConverters._
import scala.jdk.OptionConverters._

/** The built distribution, unpacked, and the processes that a spec starts from it; all of them end with the spec.
  *
  * @param own
  *   whether it is unpacked for this spec alone and has nothing in its cache; else others share both
  * @param optimised
  *   whether JVMs compile what runs often as well as they can, as they do by default; most specs end before that pays,
  *   and would spend half of their processor time on it
  */
final class Installation(own: Boolean = false, optimised: Boolean = false) {

  /** In the environment of every process that is started here, and of what those start. */
  val mark: String = UUID.randomUUID.toString
  val folder: Path = Files.createTempDirectory("sheaf-acceptance")
  private val prepared =
    if (own) Prepared(Prepared.unpack(folder), folder.resolve("cache"), hasClassData = true) else Prepared.shared
  val home: Path = prepared.home
  val cache: Path = prepared.cache
  val ports: Ports = Ports.free()

  private val started = mutable.ListBuffer.empty[Running]
  // No afterAll comes when beforeAll fails, or when the tests are interrupted.
  Runtime.getRuntime.addShutdownHook(new Thread(() => close()))

  def sheaf: String = home.resolve("bin").resolve("sheaf").toString

  def environment: Map[String, String] = Map(
    "HOME" -> folder.toString,
    "XDG_CACHE_HOME" -> cache.toString,
    "SHEAF_CLASS_DATA" -> prepared.hasClassData.toString,
    "SHEAF_TEST_MARK" -> mark,
    "SHEAF_CLUSTER" -> s"http://127.0.0.1:${ports.http}",
    "SHEAF_COORDINATOR_HTTP_PORT" -> ports.http.toString,
    "SHEAF_COORDINATOR_SESSION_PORT" -> ports.session.toString,
    "SHEAF_COORDINATOR_AKKA_PORT" -> ports.akka.toString,
    "SHEAF_WORKER_JOIN" -> s"127.0.0.1:${ports.akka}",
    "JAVA_TOOL_OPTIONS" -> (Seq(s"-Duser.home=$folder") ++ unoptimised).mkString(" ")
  )

  private def unoptimised: Option[String] = Option.unless(optimised)("-XX:TieredStopAtLevel=1")

  /** Starts a process; its output is read at once. */
  def start(command: String*): Running = {
    val builder = new ProcessBuilder(command.asJava).directory(folder.toFile)
    builder.environment.putAll(environment.asJava)
    val running = new Running(command.mkString(" "), builder.start())
    started += running
    running
  }

  /** Runs a process to its end. */
  def run(command: String*): Running = start(command: _*).awaitEnd(120)

  /** Waits for something that no process tells. A condition that starts a process should not keep a processor busy. */
  def await(what: String, seconds: Long = 60, everyMillis: Long = 20)(condition: => Boolean): Unit = {
    val deadline = System.nanoTime + TimeUnit.SECONDS.toNanos(seconds)
    while (!condition) {
      if (System.nanoTime > deadline) {
        started.filter(_.isAlive).foreach(_.dumpStacks())
        throw new AssertionError(s"not within $seconds s: $what\n$report")
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(everyMillis))
    }
  }

  /** Lets time pass, where that itself is the story. */
  def pause(millis: Long): Unit = {
    val until = System.nanoTime + TimeUnit.MILLISECONDS.toNanos(millis)
    while (System.nanoTime < until)
      LockSupport.parkNanos(until - System.nanoTime)
  }

  /** What the processes that live, those that failed, and the last ones that ended, have said so far. */
  def report: String = {
    val (earlier, last) = started.splitAt(started.size - 3)
    (earlier.filter(each => each.isAlive || each.exitCode != 0) ++ last).map(_.report).mkString("\n")
  }

  /** The processes of this spec that still live, whoever started them. */
  def marked: Seq[ProcessHandle] =
    ProcessHandle.allProcesses.iterator.asScala.filter { process =>
      try {
        val environ = Files.readAllBytes(Path.of("/proc", process.pid.toString, "environ"))
        process.isAlive && new String(environ).contains(mark)
      } catch {
        case _: IOException => false
      }
    }.toSeq

  /** With those that nobody has needed yet. */
  def executors: Seq[ProcessHandle] = marked.filter(commandLine(_).contains("ExecutorMain"))

  /** Those that run something of a jar, or have. */
  def executors(jar: String): Seq[ProcessHandle] = executors.filter { executor =>
    try {
      val open = Files.list(Path.of("/proc", executor.pid.toString, "fd"))
      try open.iterator.asScala.exists(file => Files.readSymbolicLink(file) == Path.of(jar))
      finally open.close()
    } catch {
      case _: IOException | _: UncheckedIOException => false
    }
  }

  def commandLine(process: ProcessHandle): String =
    try new String(Files.readAllBytes(Path.of("/proc", process.pid.toString, "cmdline"))).replace('\u0000', ' ')
    catch { case _: IOException => "" }

  /** Sends a signal to a process that this spec has caused. */
  def signal(pid: Long, name: String): Unit =
    new ProcessBuilder("kill", s"-$name", pid.toString).inheritIO().start().waitFor(): Unit

  /** Whether a signal has stopped the process, with all its threads. */
  def isStopped(pid: Long): Boolean =
    Path.of("/proc", pid.toString, "task").toFile.listFiles.forall { thread =>
      Files.readString(thread.toPath.resolve("status")).linesIterator.exists(_.matches("State:\\s+T.*"))
    }

  def parent(pid: Long): Option[Long] =
    ProcessHandle.of(pid).flatMap[ProcessHandle](_.parent).map[Long](_.pid).toScala

  /** Whether whoever started it is gone. */
  def isOrphan(process: ProcessHandle): Boolean = parent(process.pid).forall(_ == 1)

  def awaitNoProcess(seconds: Long = 15): Unit =
    await("no process is left, but " + marked.map(p => s"${p.pid}: ${commandLine(p)}").mkString("; "), seconds)(
      marked.isEmpty
    )

  def startCoordinator(): Running = {
    val coordinator = start(sheaf, "coordinator")
    coordinator.awaitLine("Coordinator ready")
    coordinator
  }

  def startWorker(slots: Int = 1): Running = {
    val worker = start(sheaf, "worker", "--slots", slots.toString)
    worker.awaitLine("Registered with the coordinator")
    worker
  }

  def close(): Unit = {
    started.reverseIterator.foreach(_.end())
    marked.foreach(_.destroyForcibly())
    delete(folder)
  }

  private def delete(path: Path): Unit = {
    if (Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      val children = Files.list(path)
      try children.iterator.asScala.toList.foreach(delete)
      finally children.close()
    }
    Files.deleteIfExists(path): Unit
  }
}
