package io.sheaf.acceptance

import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** A Java program's pool, on threads, on processes of this machine, on a worker and on a cluster of two: the same
  * program, the same answers.
  */
class PoolSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val classes = UserCode.compile(here, "Story", PoolStory.source)

  override def afterAll(): Unit = here.close()

  private def program(arguments: String*): Running = {
    val classPath = s"$classes:${UserCode.clientClassPath(here)}"
    here.run(Seq("java", s"-Dsheaf.home=${here.home}", "-cp", classPath, "Story") ++ arguments: _*)
  }

  private def check(url: String, answers: Seq[String], more: String*): Unit = {
    val story = program(url +: more: _*)
    assert(story.exitCode == 0 && story.lines == answers, story.report)
  }

  test("on threads of the caller's process, but for what needs another one") {
    check("threads", PoolStory.answers.filterNot(PoolStory.elsewhere))
  }

  test("on processes of this machine") {
    check("processes", PoolStory.answers)
    here.awaitNoProcess()
  }

  test("on a worker, and on a cluster of two") {
    here.startCoordinator(): Unit
    here.startWorker(slots = 2): Unit
    check(s"http://127.0.0.1:${here.ports.http}", PoolStory.shortAnswers, "short")
    here.startWorker(): Unit
    check(s"http://127.0.0.1:${here.ports.http}", PoolStory.answers)
  }

  test("what was submitted before a shutdown is done, though nobody waits for it") {
    val leaving = UserCode.compile(here, "Leaving", PoolStory.leaving)
    for (where <- Seq("Pool.threads(2)", "Pool.processes(2)")) {
      val classPath = s"$leaving:${UserCode.clientClassPath(here)}"
      val left = here.run("java", s"-Dsheaf.home=${here.home}", "-cp", classPath, "Leaving", where)
      assert(left.exitCode == 0 && left.lines == Seq.fill(5)("still done"), left.report)
    }
    here.await("the node of the processes is gone", 15) {
      !here.marked.exists(here.commandLine(_).contains("NodeMain"))
    }
  }

  test("a pool that a program drops without having closed it is complained of, with the place where it was opened") {
    val dropping = UserCode.compile(here, "Dropping", PoolStory.dropping)
    val dropped = here.run("java", "-cp", s"$dropping:${UserCode.clientClassPath(here)}", "Dropping")
    assert(dropped.exitCode == 0 && dropped.lines == Seq("told"), dropped.report)
  }

  test("without a cluster, and without a distribution, the error says what to do") {
    val classPath = s"$classes:${UserCode.clientClassPath(here)}"
    val nowhere = here.run("java", "-cp", classPath, "Story", "http://127.0.0.1:1")
    assert(
      nowhere.exitCode == 1 && nowhere.errors.mkString.contains("start one with `sheaf coordinator`"),
      nowhere.report
    )
    val homeless = here.run("java", "-cp", classPath, "Story", "processes")
    assert(
      homeless.exitCode == 1 && homeless.errors.mkString.contains("add the dependency io.sheaf:sheaf-node"),
      homeless.report
    )
  }
}
