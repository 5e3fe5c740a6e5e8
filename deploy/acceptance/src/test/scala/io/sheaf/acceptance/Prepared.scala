package io.sheaf.acceptance

import java.nio.channels.FileChannel
import java.nio.file.StandardOpenOption.{CREATE, WRITE}
import java.nio.file.attribute.PosixFilePermissions
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit
import scala.jdk.CollectionConverters._

/** The built distribution, unpacked once for all specs, with the class data that processes begin with: most of what
  * specs take is the start of processes.
  *
  * @param home
  *   of the distribution
  * @param cache
  *   what `XDG_CACHE_HOME` is to be
  * @param hasClassData
  *   whether that could be made; nobody makes it later, since a spec counts its processes
  */
final case class Prepared(home: Path, cache: Path, hasClassData: Boolean)

object Prepared {
  private val Kinds = Seq("cli", "node", "executor")
  private val PatienceSeconds = 240L

  /** By the first JVM that needs it; others wait. */
  lazy val shared: Prepared = {
    val archive = Path.of(System.getProperty("sheaf.distribution"))
    val name = s"${Files.getLastModifiedTime(archive).toMillis}-${Runtime.version.feature}"
    val folder = Files.createDirectories(Path.of("target", "prepared").toAbsolutePath)
    val channel = FileChannel.open(folder.resolve("lock"), CREATE, WRITE)
    try {
      val lock = channel.lock()
      try prepare(folder.resolve(name))
      finally lock.release()
    } finally channel.close()
  }

  def unpack(into: Path): Path = {
    val tar = new ProcessBuilder("tar", "-xzf", System.getProperty("sheaf.distribution"), "-C", into.toString)
    assert(tar.inheritIO().start().waitFor() == 0)
    into.resolve("sheaf-" + System.getProperty("sheaf.version"))
  }

  private def prepare(folder: Path): Prepared = {
    val cache = folder.resolve("cache")
    val done = folder.resolve("done")
    val home = folder.resolve("sheaf-" + System.getProperty("sheaf.version"))
    if (!Files.exists(done)) {
      Files.createDirectories(folder)
      unpack(folder): Unit
      Files.createDirectories(cache, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
      makeClassData(home, cache)
      Files.createFile(done): Unit
    }
    Prepared(home, cache, Kinds.forall(kind => archives(cache).exists(_.startsWith(kind + "-"))))
  }

  /** A command that runs until all is there: whoever starts it has it made. */
  private def makeClassData(home: Path, cache: Path): Unit = {
    val all = Kinds.map(kind => s"ls $cache/sheaf/$kind-*.jsa").mkString(" && ")
    val waiting = s"until $all; do sleep 0.1; done"
    val sheaf = home.resolve("bin").resolve("sheaf").toString
    val builder = new ProcessBuilder(sheaf, "map", "--local", "1", "--quiet", "--", "sh", "-c", waiting, ":::", "1")
      .redirectErrorStream(true)
      .redirectOutput(ProcessBuilder.Redirect.DISCARD)
    builder.environment.putAll(Map("XDG_CACHE_HOME" -> cache.toString, "SHEAF_CLASS_DATA" -> "true").asJava)
    val process = builder.start()
    if (!process.waitFor(PatienceSeconds, TimeUnit.SECONDS)) {
      // Specs go on without.
      process.destroy()
      process.waitFor(30, TimeUnit.SECONDS): Unit
    }
  }

  private def archives(cache: Path): Seq[String] = {
    val folder = cache.resolve("sheaf")
    if (Files.isDirectory(folder)) folder.toFile.list.toSeq.filter(_.endsWith(".jsa")) else Nil
  }
}
