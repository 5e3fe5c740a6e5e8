package io.sheaf.acceptance

import java.nio.file.attribute.PosixFilePermissions
import java.nio.file.{Files, Path}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

/** What JVMs keep of the classes they begin with: made once, used from then on, and no harm when it is damaged. */
class ClassDataSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation(own = true, optimised = true)
  private lazy val sheaf = new Commands(here)
  private lazy val cache = here.cache.resolve("sheaf")
  private var tasks = ""

  override def beforeAll(): Unit = {
    here.startCoordinator(): Unit
    tasks = UserCode.jar(here, "Shared", SharingSpec.tasks).toString
  }

  override def afterAll(): Unit = here.close()

  private def archives(of: String = "executor"): Seq[Path] =
    if (!Files.exists(cache)) Nil
    else {
      val files = Files.list(cache)
      try files.iterator.asScala.filter(_.getFileName.toString.matches(of + "-.*\\.jsa")).toList
      finally files.close()
    }

  /** It is made by processes that leave all others their way, of which there are many while other specs run. */
  private val patience = 120L

  private def awaitArchive(of: String = "executor"): Path = {
    here.await(s"class data of $of is made", patience)(archives(of).size == 1)
    archives(of).head
  }

  private def startWorker(settings: String*): Running = {
    val worker = here.start(("env" +: settings) ++ Seq(here.sheaf, "worker", "--slots", "1"): _*)
    worker.awaitLine("Registered with the coordinator")
    worker
  }

  private def executorsOf(worker: Running): Seq[ProcessHandle] =
    here.executors.filter(executor => here.parent(executor.pid).contains(worker.pid))

  private def hasClassData(process: ProcessHandle): Boolean =
    Files.readString(Path.of("/proc", process.pid.toString, "maps")).contains(cache.toString)

  private def end(worker: Running): Unit = {
    worker.signal("TERM")
    assert(worker.awaitEnd(30).exitCode == 0, worker.report)
    // The JVM has nothing to say about what it was given to begin with.
    assert(!(worker.lines ++ worker.errors).exists(_.matches("(?i).*(cds|aot|shared archive).*")), worker.report)
  }

  private def map(): Unit = {
    val run = sheaf("map", "Shared::brief", "--jar", tasks, "--quiet", "--range", "1..20")
    assert(run.exitCode == 0 && run.lines == (1 to 20).map(_.toString) && run.errors.isEmpty, run.report)
  }

  test("a worker makes class data, and one that joins in mid-job begins with it and gets its part") {
    val first = startWorker()
    val archive = awaitArchive()
    val id = sheaf.submit("Shared::interval", "--jar", tasks, "--range", "1..3000")
    sheaf.awaitState(id, "RUNNING")
    val joined = startWorker()
    here.await("it has an executor that begins with class data")(executorsOf(joined).exists(hasClassData))
    here.await("it has completed some items", 20)(
      s""""pid":${joined.pid},.*?"completed":[1-9]\\d""".r.findFirstIn(sheaf("workers", "--json").lines.head).nonEmpty
    )
    assert(archives() == Seq(archive))
    assert(sheaf("cancel", id).exitCode == 0)
    sheaf.awaitState(id, "CANCELLED")
    Seq(first, joined).foreach(end)
  }

  test("class data that was damaged is made anew, and work goes on meanwhile") {
    val archive = awaitArchive()
    val whole = Files.readAllBytes(archive)
    val damaged = whole.take(whole.length / 2)
    Files.delete(archive)
    Files.write(archive, damaged)
    val worker = startWorker()
    map()
    here.await("it is made anew", patience) {
      archives().nonEmpty && !Files.readAllBytes(archives().head).sameElements(damaged)
    }
    end(worker)
  }

  test("class data is not used where others may write, nor when it is switched off") {
    awaitArchive(): Unit
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwx---"))
    val careful = startWorker()
    map()
    assert(executorsOf(careful).nonEmpty && !executorsOf(careful).exists(hasClassData))
    end(careful)
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"))
    val plain = startWorker("SHEAF_CLASS_DATA=false")
    map()
    assert(executorsOf(plain).nonEmpty && !executorsOf(plain).exists(hasClassData))
    end(plain)
  }

  test("the command line begins with class data from its second command on, and without where that is damaged") {
    assert(sheaf("version").exitCode == 0)
    val archive = awaitArchive("cli")
    assert(beginsWithClassData())
    val whole = Files.readAllBytes(archive)
    Files.delete(archive)
    Files.write(archive, whole.take(whole.length / 3))
    assert(!beginsWithClassData())
    here.await("it is whole again", patience)(archives("cli").exists(Files.size(_) > whole.length / 2))
    assert(beginsWithClassData())
    assert(!beginsWithClassData("SHEAF_CLASS_DATA=false"))
  }

  test("workers and private nodes begin with class data once there is some") {
    awaitArchive("node"): Unit
    val worker = startWorker()
    assert(hasClassData(ProcessHandle.of(worker.pid).get))
    end(worker)
    val local = here.start(here.sheaf, "map", "--local", "1", "--", "sleep", ":::", "600")
    def nodes = here.marked.filter(here.commandLine(_).contains("NodeMain"))
    here.await("there is a private node")(nodes.nonEmpty)
    here.await("it begins with class data")(nodes.exists(hasClassData))
    here.await("it is at work")(here.marked.exists(here.commandLine(_).startsWith("sleep 600")))
    local.signal("TERM")
    assert(local.awaitEnd(10).exitCode == 130, local.report)
  }

  test("a distribution in another directory has class data of its own") {
    assert(beginsWithClassData() || { awaitArchive("cli"); beginsWithClassData() })
    val other = here.folder.resolve("other")
    assert(here.run("cp", "-a", here.home.toString, other.toString).exitCode == 0)
    val moved = other.resolve("bin").resolve("sheaf").toString
    assert(here.run(moved, "version").exitCode == 0)
    here.await("there is some", patience)(archives("cli").size == 2)
    assert(beginsWithClassDataAt(moved) && beginsWithClassData())
  }

  private def beginsWithClassData(settings: String*): Boolean = beginsWithClassDataAt(here.sheaf, settings: _*)

  private def beginsWithClassDataAt(sheaf: String, settings: String*): Boolean = {
    val logged = "SHEAF_JAVA_OPTIONS=-Xlog:class+load"
    val run = here.run(("env" +: logged +: settings) ++ Seq(sheaf, "version"): _*)
    assert(run.exitCode == 0 && run.errors.isEmpty && run.lines.exists(_.startsWith("sheaf ")), run.report)
    run.lines.exists(_.contains("io.sheaf.cli.CliMain source: shared objects file"))
  }
}
