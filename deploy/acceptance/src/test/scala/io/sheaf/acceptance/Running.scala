package io.sheaf.acceptance

import java.io.{BufferedReader, InputStream, InputStreamReader}
import java.nio.charset.StandardCharsets
import java.util.concurrent.TimeUnit
import scala.collection.mutable
import scala.jdk.CollectionConverters._

/** A process, and what it has said so far. */
final class Running(val command: String, val process: Process) {
  private val out = mutable.ListBuffer.empty[String]
  private val err = mutable.ListBuffer.empty[String]
  private val readers = Seq(read(process.getInputStream, out), read(process.getErrorStream, err))

  def pid: Long = process.pid

  def isAlive: Boolean = process.isAlive

  def exitCode: Int = process.exitValue

  def lines: Seq[String] = synchronized(out.toList)

  def errors: Seq[String] = synchronized(err.toList)

  /** Waits until it has said this, on either stream. */
  def awaitLine(text: String, seconds: Long = 60): Unit = {
    val deadline = System.nanoTime + TimeUnit.SECONDS.toNanos(seconds)
    synchronized {
      while (!(out.exists(_.contains(text)) || err.exists(_.contains(text)))) {
        val left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime)
        if (left <= 0 || (!process.isAlive && !readers.exists(_.isAlive))) {
          dumpStacks()
          throw new AssertionError(s"'$text' was not said\n$report")
        }
        wait(Math.min(left, 1000))
      }
    }
  }

  def awaitEnd(seconds: Long): Running = {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      dumpStacks()
      throw new AssertionError(s"did not end within $seconds s\n$report")
    }
    readers.foreach(_.join(10000))
    this
  }

  def signal(name: String): Unit =
    new ProcessBuilder("kill", s"-$name", pid.toString).inheritIO().start().waitFor(): Unit

  /** Also of what it has started, which is where it may hang. */
  def dumpStacks(): Unit =
    (pid +: process.descendants.iterator.asScala.map(_.pid).toSeq).foreach { each =>
      val dump = new ProcessBuilder("jstack", "-l", each.toString).redirectErrorStream(true).start()
      val said = new String(dump.getInputStream.readAllBytes(), StandardCharsets.UTF_8)
      val what = ProcessHandle.of(each).flatMap[String](_.info.commandLine).orElse("gone")
      System.err.println(s"process $each of $command, $what:\n$said")
    }

  def report: String =
    s"$command (${if (isAlive) "alive" else "exit code " + exitCode})\n  " + (lines ++ errors).mkString("\n  ")

  def end(): Unit = if (process.isAlive) {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS): Unit
  }

  private def read(stream: InputStream, into: mutable.ListBuffer[String]): Thread = {
    val thread = new Thread(() => {
      val reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
      Iterator.continually(reader.readLine()).takeWhile(_ != null).foreach { line =>
        if (!line.startsWith("Picked up JAVA_TOOL_OPTIONS")) {
          synchronized {
            into += line
            notifyAll()
          }
        }
      }
    })
    thread.setDaemon(true)
    thread.start()
    thread
  }
}
