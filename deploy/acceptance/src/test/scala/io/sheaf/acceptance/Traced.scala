package io.sheaf.acceptance

import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._

/** A job whose items each leave a line in a file of their own for every time they are run: the number of their process.
  *
  * @param client
  *   starts the command line with these arguments
  */
final class Traced(folder: Path, count: Int, client: Seq[String] => Running) {
  Files.createDirectories(folder)
  private val names = (1 to count).map(number => folder.resolve(number.toString).toString)
  private val list = Files.write(folder.resolve("items"), names.asJava)
  val running: Running = client(Seq("--items", list.toString))

  /** Waits for the result of the first item. */
  def awaitBegin(): Unit = running.awaitLine(names.head)

  /** Every item has its result, once and in its place. */
  def assertExact(seconds: Long = 60): Unit = {
    running.awaitEnd(seconds)
    assert(running.exitCode == 0 && running.lines == names, running.report)
  }

  /** The processes that an item was begun in, in order. */
  def processes(number: Int): Seq[Long] = {
    val file = Path.of(names(number - 1))
    if (Files.exists(file)) Files.readAllLines(file).asScala.toSeq.map(_.toLong) else Nil
  }

  /** How many items were begun how often. */
  def executions: Map[Int, Int] =
    (1 to count).map(processes(_).size).groupBy(identity).map { case (often, all) => often -> all.size }

  /** How many results there are already. */
  def done: Int = running.lines.size
}

object Traced {

  /** `Traces::quick` takes 100 ms, `Traces::stay` until the file `release` appears beside the item's. */
  val source: String =
    """import java.io.FileOutputStream;
      |import java.io.IOException;
      |import java.nio.charset.StandardCharsets;
      |import java.nio.file.Files;
      |import java.nio.file.Path;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |
      |public class Traces {
      |    public static String quick(String file) throws Exception {
      |        trace(file);
      |        pause(100);
      |        return file;
      |    }
      |
      |    public static String stay(String file) throws Exception {
      |        trace(file);
      |        while (!Files.exists(Path.of(file).resolveSibling("release"))) {
      |            pause(20);
      |        }
      |        return file;
      |    }
      |
      |    public static String whence(long item) throws Exception {
      |        pause(20);
      |        return Traces.class.getProtectionDomain().getCodeSource().getLocation().getPath();
      |    }
      |
      |    private static void trace(String file) throws IOException {
      |        try (FileOutputStream out = new FileOutputStream(file, true)) {
      |            out.write((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
      |        }
      |    }
      |
      |    private static void pause(long millis) throws InterruptedException {
      |        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      |    }
      |}
      |""".stripMargin
}
