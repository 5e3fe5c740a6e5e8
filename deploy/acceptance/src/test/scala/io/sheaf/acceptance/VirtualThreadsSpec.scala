package io.sheaf.acceptance

import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

import java.nio.file.Path

/** What waits, where Java has virtual threads: on the second JDK of the build. */
class VirtualThreadsSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation

  override def afterAll(): Unit = here.close()

  test("5000 items wait at once in one process, each in a virtual thread") {
    assume(Runtime.version.feature >= 21, "this JVM has none")
    val classes = UserCode.compile(here, "Virtual", VirtualThreadsSpec.source)
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString
    val classPath = s"$classes:${UserCode.clientClassPath(here)}"
    val slots = "SHEAF_WORKER_IO_SLOTS=5000"
    val story = here.run("env", slots, java, s"-Dsheaf.home=${here.home}", "-cp", classPath, "Virtual")
    assert(story.exitCode == 0 && story.lines == Seq("{in one process, virtual: true=5000}"), story.report)
    here.awaitNoProcess()
  }
}

object VirtualThreadsSpec {
  private val source: String =
    """import io.sheaf.JobOptions;
      |import io.sheaf.Pool;
      |import io.sheaf.Workload;
      |import java.util.List;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |import java.util.stream.Collectors;
      |import java.util.stream.IntStream;
      |
      |public class Virtual {
      |    static final CountDownLatch ALL = new CountDownLatch(5000);
      |
      |    public static void main(String[] args) {
      |        try (Pool pool = Pool.processes(1)) {
      |            List<String> said = pool.with(JobOptions.defaults().withWorkload(Workload.IO))
      |                    .map(n -> wait(n), IntStream.range(0, 5000).boxed().collect(Collectors.toList()));
      |            System.out.println(said.stream().collect(Collectors.groupingBy(each -> each, Collectors.counting())));
      |        }
      |    }
      |
      |    /** None ends before all have begun. */
      |    static String wait(int n) throws Exception {
      |        ALL.countDown();
      |        String where = ALL.await(60, TimeUnit.SECONDS) ? "in one process" : "alone";
      |        return where + ", virtual: " + Thread.class.getMethod("isVirtual").invoke(Thread.currentThread());
      |    }
      |}
      |""".stripMargin
}
