package io.sheaf.acceptance

import java.nio.file.{Files, Path}

/** What a task that is not to end leaves on the disk as long as anything of it runs. */
final case class Ticks(file: Path) {
  def count: Long = if (Files.exists(file)) Files.size(file) else 0

  /** When the last one was made, in milliseconds since 1970. */
  def last: Long = Files.getLastModifiedTime(file).toMillis
}

object Ticks {

  /** `Ticking::run` takes `KIND:FILE`; `Ticking::until` returns its process's number once the file exists. */
  val source: String =
    """import java.io.FileOutputStream;
      |import java.io.IOException;
      |import java.nio.file.Files;
      |import java.nio.file.Path;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |
      |public class Ticking {
      |    public static String run(String item) throws Exception {
      |        String file = item.substring(item.indexOf(':') + 1);
      |        switch (item.substring(0, item.indexOf(':'))) {
      |            case "sleeping":
      |                while (true) {
      |                    tick(file);
      |                    new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
      |                }
      |            case "looping":
      |                while (true) {
      |                    tick(file);
      |                    for (long from = System.nanoTime(); System.nanoTime() - from < 5_000_000; ) {}
      |                }
      |            case "child":
      |                Process child = child(file);
      |                child.waitFor();
      |                return "";
      |            case "native":
      |                return "read " + child(file).getInputStream().read();
      |            case "threads":
      |                for (int i = 0; i < 200; i++) {
      |                    new Thread(() -> tickForEver(file)).start();
      |                }
      |                new CountDownLatch(1).await();
      |                return "";
      |            default:
      |                throw new IllegalArgumentException(item);
      |        }
      |    }
      |
      |    public static long until(Path file) throws Exception {
      |        while (!Files.exists(file)) {
      |            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
      |        }
      |        return ProcessHandle.current().pid();
      |    }
      |
      |    private static Process child(String file) throws IOException {
      |        String script = "(while true; do printf . >> '" + file + "'; sleep 0.1; done) & sleep 1000";
      |        return new ProcessBuilder("sh", "-c", script).start();
      |    }
      |
      |    private static void tickForEver(String file) {
      |        while (true) {
      |            try {
      |                tick(file);
      |                new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
      |            } catch (IOException | InterruptedException e) {
      |                // Goes on, as such code does.
      |            }
      |        }
      |    }
      |
      |    private static void tick(String file) throws IOException {
      |        try (FileOutputStream out = new FileOutputStream(file, true)) {
      |            out.write('.');
      |        }
      |    }
      |}
      |""".stripMargin
}
