package io.sheaf.acceptance

import java.nio.file.Files
import java.util.concurrent.TimeUnit
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Operating system commands as items, on this machine and on a cluster. */
class CommandSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val sheaf = new Commands(here)

  override def afterAll(): Unit = here.close()

  private def local(arguments: String*): Running = sheaf(Seq("map", "--local", "2", "--quiet") ++ arguments: _*)

  private def shell(script: String): Running = here.run("sh", "-c", script)

  private def running(text: String): Seq[ProcessHandle] = here.marked.filter(here.commandLine(_).startsWith(text))

  private def awaitRunning(text: String, count: Int): Unit =
    here.await(s"$count times $text", 60)(running(text).size == count)

  test("results come in the order of the items, whole and byte by byte; stderr goes to stderr") {
    val run = local("--", "sh", "-c", "echo out $1; echo err $1 >&2; cat", "x", ":::", "b", "a c", "it's")
    assert(run.exitCode == 0, run.report)
    assert(run.lines == Seq("out b", "out a c", "out it's"), run.report)
    assert(run.errors.sorted == Seq("err a c", "err b", "err it's"), run.report)

    shell("head -c 300000 /dev/urandom >bytes; printf 'no end' >text"): Unit
    val bytes =
      shell(s"${here.sheaf} map --local 2 --quiet -- cat ::: bytes text bytes >all; cat bytes text bytes | cmp - all")
    assert(bytes.exitCode == 0, bytes.report)
  }

  test("what fails says how, with its last words, and is run again when that is wanted") {
    val script = "echo said $1; echo oops $1 >&2; [ $1 != signal ] || kill -SEGV $$; exit $1"
    val run = local("--", "sh", "-c", script, "x", ":::", "0", "3", "signal")
    assert(run.exitCode == 1, run.report)
    assert(run.lines == Seq("said 0", "said 3", "said signal"), run.report)
    val expected = Seq("  1 × exit code 3  (3)", "      stderr: oops 3", "  1 × killed by SIGSEGV  (signal)")
    assert(expected.forall(run.errors.contains), run.report)

    val missing = local("--", "no-such-command", "{}", ":::", "a", "b")
    assert(missing.exitCode == 1, missing.report)
    assert(missing.errors.exists(_.contains("2 × there is no command no-such-command on worker local")), missing.report)

    val again =
      local("--retries", "2", "--", "sh", "-c", "[ $SHEAF_ATTEMPT = 3 ] && echo $SHEAF_ATTEMPT", "x", ":::", "a")
    assert(again.exitCode == 0 && again.lines == Seq("3"), again.report)
  }

  test("environment and directory are those of the user, but for what is set") {
    val folder = Files.createDirectories(here.folder.resolve("sub dir"))
    val script = "echo $SHEAF_TEST_MARK $PWD $A-$B $SHEAF_JOB_ID $SHEAF_ITEM_INDEX $SHEAF_ATTEMPT"
    val plain = local("--", "sh", "-c", script, "x", ":::", "a", "b")
    assert(plain.lines == Seq(0, 1).map(i => s"${here.mark} ${here.folder} - 1 $i 1"), plain.report)
    val set = local(
      "--env",
      "A=1 2",
      "--env",
      "B=",
      "--cwd",
      folder.getFileName.toString,
      "--",
      "sh",
      "-c",
      script,
      "x",
      ":::",
      "a"
    )
    assert(set.lines == Seq(s"${here.mark} $folder 1 2- 1 0 1"), set.report)
    val nowhere = local("--cwd", "nowhere", "--", "true", ":::", "a")
    assert(nowhere.exitCode == 1 && nowhere.errors.exists(_.contains("there is no directory")), nowhere.report)
  }

  test("a dry run prints lines that a shell runs as they are, and runs nothing") {
    val command = Seq("printf", "%s\\n", "{#}{/.}", "$HOME", "{}", ":::", "d/a b.c", "it's", "x\ny")
    val dry = local(Seq("--dry-run", "--") ++ command: _*)
    assert(dry.exitCode == 0, dry.report)
    val pasted = here.run("sh", "-c", dry.lines.mkString("\n"))
    assert(pasted.lines == local("--" +: command: _*).lines, pasted.report)
    val function = local("--dry-run", "primes", "--range", "1..2")
    assert(function.lines == Seq("primes 1", "primes 2"), function.report)
    val both = local("primes", "--", "true", ":::", "a")
    assert(both.exitCode == 2, both.report)
  }

  test("what is resumed is told the numbers that it has in the whole input") {
    val script = "[ $1 != b ] || [ -e mended ] || exit 1; echo $1 $2 $SHEAF_ITEM_INDEX"
    val command = Seq("--joblog", "numbers", "--resume", "numbers", "--", "sh", "-c", script, "x", "{}", "{#}", ":::")
    val once = local(command ++ Seq("a", "b", "c"): _*)
    assert(once.exitCode == 1 && once.lines == Seq("a 1 0", "c 3 2"), once.report)
    Files.createFile(here.folder.resolve("mended")): Unit
    val again = local(command ++ Seq("a", "b", "c", "d"): _*)
    assert(again.exitCode == 0 && again.lines == Seq("b 2 1", "d 4 3"), again.report)
  }

  test("what takes too long ends with all that it has started, also when it does not want to; its neighbours do not") {
    val script =
      """case $1 in
        |  slow) sleep 301 & sleep 301 ;;
        |  deaf) trap '' TERM; sleep 301 & while :; do sleep 1; done ;;
        |  behind) sleep 301 & ;;
        |esac
        |echo $1""".stripMargin
    val run = local("--timeout", "1s", "--", "sh", "-c", script, "x", ":::", "slow", "a", "deaf", "b", "behind", "c")
    assert(run.exitCode == 1, run.report)
    assert(run.lines == Seq("a", "b", "behind", "c"), run.report)
    assert(run.errors.exists(_.contains("2 × ran longer than 1.0 s and was stopped  (slow, deaf)")), run.report)
    here.awaitNoProcess()
  }

  test("an interrupt leaves no process behind, nor does the sudden end of the worker") {
    def start(): Running = {
      val run = here.start(
        // Whoever started the tests may ignore it.
        "env",
        "--default-signal=INT",
        here.sheaf,
        "map",
        "--local",
        "2",
        "--",
        "sh",
        "-c",
        "sleep 302 & sleep 302",
        "x",
        ":::",
        "1",
        "2",
        "3"
      )
      awaitRunning("sleep 302", 4)
      run
    }
    val interrupted = start()
    val began = System.nanoTime
    interrupted.signal("INT")
    assert(interrupted.awaitEnd(30).exitCode == 130, interrupted.report)
    assert(System.nanoTime - began < TimeUnit.SECONDS.toNanos(10), interrupted.report)
    here.awaitNoProcess()
    val killed = start()
    here.marked.filter(here.commandLine(_).contains("NodeMain")).foreach(_.destroyForcibly())
    assert(killed.awaitEnd(30).exitCode != 0, killed.report)
    here.awaitNoProcess()
  }

  test("very much output takes little memory, and too much is refused") {
    val heap = s"JAVA_TOOL_OPTIONS='-Duser.home=${here.folder} -Xmx256m'"
    val map = s"$heap ${here.sheaf} map --local 2 --quiet --"
    val large = shell(s"$map sh -c 'head -c 50000000 /dev/zero | tr \"\\0\" x' x ::: 1 2 3 4 | wc -c")
    assert(large.exitCode == 0 && large.lines == Seq("200000000"), large.report)
    val endless = shell(s"$map sh -c 'yes; :' ::: 1 | wc -c")
    assert(endless.lines.map(_.toLong <= 2000000) == Seq(true), endless.report)
    assert(endless.errors.exists(_.contains("MB to stdout")), endless.report)
    here.awaitNoProcess()
  }

  test("a cluster runs commands in the directory of its worker, keeps what they say, and ends them when told") {
    here.startCoordinator(): Unit
    val folder = Files.createDirectories(here.folder.resolve("worker"))
    val worker = here.start("sh", "-c", s"cd $folder && exec env A=1 ${here.sheaf} worker --slots 2")
    worker.awaitLine("Registered with the coordinator")
    val mapped = sheaf("map", "--quiet", "--", "sh", "-c", "echo $1 $A $PWD", "x", ":::", "a", "b")
    assert(mapped.exitCode == 0 && mapped.lines == Seq(s"a 1 $folder", s"b 1 $folder"), mapped.report)

    val job = sheaf.submit("--", "sh", "-c", "echo out $1; echo err $1 >&2; exit $1", "x", ":::", "0", "4")
    assert(sheaf("wait", job).exitCode == 1)
    val results = sheaf("results", job)
    assert(results.lines.contains("out 0") && results.errors.exists(_.contains("exit code 4")), results.report)
    val logs = sheaf("logs", job)
    assert(Seq("err 0", "err 4").forall(line => (logs.lines ++ logs.errors).exists(_.contains(line))), logs.report)

    val endless = sheaf.submit("--", "sh", "-c", "sleep 303 & sleep 303", "x", ":::", "1", "2", "3")
    awaitRunning("sleep 303", 4)
    assert(sheaf("cancel", endless).exitCode == 0)
    here.await("nothing of the cancelled job runs", 20)(running("sleep 303").isEmpty)
    val last = sheaf.submit("--", "sh", "-c", "sleep 304 & sleep 304", "x", ":::", "1", "2")
    awaitRunning("sleep 304", 4)
    worker.process.destroyForcibly(): Unit
    here.await("nothing runs without its worker", 10)(running("sleep 304").isEmpty)
    assert(sheaf("cancel", last).exitCode == 0)
  }
}
