package io.sheaf.acceptance

/** A program whose tasks throw and return whatever is hard to report, and what it says. */
object Throwing {
  val answers: Seq[String] = Seq(
    "0: fine",
    "original: IllegalStateException outer, at original, by IOException inner, suppressed 1",
    "no default constructor: Particular 7",
    "unwritable: RemoteTaskException Throws$Unwritable: kept, at Throws.unwritable, by Throws$Unwritable: inner",
    "unreadable: RemoteTaskException Throws$Unreadable: kept",
    "mute: RemoteTaskException Throws$Mute: (its getMessage() threw java.lang.IllegalStateException)",
    "bad cause: RemoteTaskException Throws$Causeless",
    "cyclic: IllegalStateException one, by IllegalStateException two, by one: true",
    "overflow: StackOverflowError",
    "initializer of a class: ExceptionInInitializerError, by NumberFormatException",
    "class that could not be initialized: NoClassDefFoundError",
    "class that is not there: NoClassDefFoundError com/acme/Gone",
    "linkage: LinkageError",
    "thread death: ThreadDeath",
    "sneaky: Checked on the sly",
    "huge message: RemoteTaskException, bounded: true",
    "unserializable result: NotSerializableException, names java.lang.Thread: true",
    "result that throws: IOException",
    "result without end: IOException",
    "null: fine",
    "last: fine"
  )

  val program: String =
    """import io.sheaf.Pool;
      |import io.sheaf.RemoteFunction;
      |import io.sheaf.ResultStream;
      |import io.sheaf.TaskFailedException;
      |import java.io.IOException;
      |import java.io.ObjectInputStream;
      |import java.io.ObjectOutputStream;
      |import java.io.PrintWriter;
      |import java.io.Serializable;
      |import java.io.StringWriter;
      |import java.util.List;
      |
      |public class Throws {
      |    public static void main(String[] args) throws Exception {
      |        try (Pool pool = args[0].equals("local") ? Pool.processes(2) : Pool.connect(args[0])) {
      |            exceptions(pool);
      |        }
      |    }
      |
      |    static void say(Object text) {
      |        System.out.println(text);
      |    }
      |
      |    static class Particular extends RuntimeException {
      |        final int number;
      |
      |        Particular(int number) {
      |            super(String.valueOf(number));
      |            this.number = number;
      |        }
      |    }
      |
      |    static class Unwritable extends RuntimeException {
      |        Unwritable(String message, Throwable cause) {
      |            super(message, cause);
      |        }
      |
      |        private void writeObject(ObjectOutputStream out) {
      |            throw new IllegalStateException("not to be written");
      |        }
      |    }
      |
      |    static class Unreadable extends RuntimeException {
      |        Unreadable() {
      |            super("kept");
      |        }
      |
      |        private void readObject(ObjectInputStream in) {
      |            throw new IllegalStateException("not to be read");
      |        }
      |    }
      |
      |    static class Mute extends RuntimeException {
      |        @Override
      |        public String getMessage() {
      |            throw new IllegalStateException("no message");
      |        }
      |    }
      |
      |    static class Causeless extends RuntimeException {
      |        @Override
      |        public synchronized Throwable getCause() {
      |            throw new IllegalStateException("no cause");
      |        }
      |    }
      |
      |    static class Checked extends Throwable {
      |        Checked() {
      |            super("on the sly");
      |        }
      |    }
      |
      |    static class Broken {
      |        static final int NUMBER = Integer.parseInt("no number");
      |    }
      |
      |    static class Throwing implements Serializable {
      |        private void writeObject(ObjectOutputStream out) {
      |            throw new IllegalStateException("not to be written");
      |        }
      |    }
      |
      |    static class WithoutEnd implements Serializable {
      |        private void writeObject(ObjectOutputStream out) throws IOException {
      |            out.writeObject(new WithoutEnd());
      |        }
      |    }
      |
      |    static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
      |        throw (T) thrown;
      |    }
      |
      |    static int overflow(int depth) {
      |        return 1 + overflow(depth + 1);
      |    }
      |
      |    static Object original(Object item) {
      |        IllegalStateException outer = new IllegalStateException("outer", new IOException("inner"));
      |        outer.addSuppressed(new IllegalArgumentException("other"));
      |        throw outer;
      |    }
      |
      |    static Object unwritable(Object item) {
      |        throw new Unwritable("kept", new Unwritable("inner", null));
      |    }
      |
      |    static Object cyclic(Object item) {
      |        IllegalStateException one = new IllegalStateException("one");
      |        one.initCause(new IllegalStateException("two", one));
      |        throw one;
      |    }
      |
      |    static Object broken(Object item) {
      |        return Broken.NUMBER;
      |    }
      |
      |    static void exceptions(Pool pool) {
      |        say("0: " + thrownBy(pool, item -> 0));
      |        Throwable cause = thrown(pool, Throws::original);
      |        say("original: " + cause.getClass().getSimpleName() + " " + cause.getMessage() + ", at "
      |                + cause.getStackTrace()[0].getMethodName() + ", by "
      |                + cause.getCause().getClass().getSimpleName() + " " + cause.getCause().getMessage()
      |                + ", suppressed " + cause.getSuppressed().length);
      |        cause = thrown(pool, item -> { throw new Particular(7); });
      |        say("no default constructor: " + cause.getClass().getSimpleName() + " " + ((Particular) cause).number);
      |        cause = thrown(pool, Throws::unwritable);
      |        say("unwritable: " + name(cause) + " " + cause.getMessage() + ", at Throws."
      |                + cause.getStackTrace()[0].getMethodName() + ", by " + cause.getCause().getMessage());
      |        say("unreadable: " + thrownBy(pool, item -> { throw new Unreadable(); }));
      |        say("mute: " + thrownBy(pool, item -> { throw new Mute(); }));
      |        say("bad cause: " + thrownBy(pool, item -> { throw new Causeless(); }));
      |        cause = thrown(pool, Throws::cyclic);
      |        say("cyclic: " + name(cause) + " " + cause.getMessage() + ", by " + name(cause.getCause()) + " "
      |                + cause.getCause().getMessage() + ", by one: " + (cause.getCause().getCause() == cause));
      |        say("overflow: " + name(thrown(pool, item -> overflow(0))));
      |        errors(pool);
      |        results(pool);
      |    }
      |
      |    static void errors(Pool pool) {
      |        Throwable cause = thrown(pool, Throws::broken);
      |        say("initializer of a class: " + name(cause) + ", by " + name(cause.getCause()));
      |        cause = thrown(pool, item -> {
      |            try {
      |                broken(item);
      |            } catch (Error e) {
      |                // The second use says something else than the first.
      |            }
      |            return broken(item);
      |        });
      |        say("class that could not be initialized: " + name(cause));
      |        say("class that is not there: " + simply(thrown(pool, item -> {
      |            throw new NoClassDefFoundError("com/acme/Gone");
      |        })));
      |        say("linkage: " + name(thrown(pool, item -> { throw new LinkageError("two of them"); })));
      |        say("thread death: " + name(thrown(pool, item -> { throw new ThreadDeath(); })));
      |        say("sneaky: " + simply(thrown(pool, item -> { throw Throws.<RuntimeException>sneaky(new Checked()); })));
      |        cause = thrown(pool, item -> { throw new IllegalStateException("x".repeat(30 << 20)); });
      |        say("huge message: " + name(cause) + ", bounded: " + (cause.getMessage().length() < 100_000));
      |    }
      |
      |    static void results(Pool pool) {
      |        Throwable cause = thrown(pool, item -> new Thread());
      |        say("unserializable result: " + name(cause) + ", names java.lang.Thread: "
      |                + cause.getMessage().contains("java.lang.Thread"));
      |        say("result that throws: " + name(thrown(pool, item -> new Throwing())));
      |        say("result without end: " + name(thrown(pool, item -> new WithoutEnd())));
      |        say("null: " + thrownBy(pool, item -> null));
      |        say("last: " + thrownBy(pool, item -> 1));
      |    }
      |
      |    static String name(Throwable thrown) {
      |        return thrown.getClass().getSimpleName();
      |    }
      |
      |    static String simply(Throwable thrown) {
      |        return name(thrown) + " " + thrown.getMessage();
      |    }
      |
      |    static String thrownBy(Pool pool, RemoteFunction<Object, Object> function) {
      |        Throwable thrown = thrown(pool, function);
      |        return thrown == null ? "fine" : simply(thrown);
      |    }
      |
      |    /** What the middle one of three items throws, while its neighbours have results. */
      |    static Throwable thrown(Pool pool, RemoteFunction<Object, Object> function) {
      |        Throwable thrown = null;
      |        try (ResultStream<Object> results =
      |                pool.imap(item -> item.equals(1) ? function.apply(item) : item, List.<Object>of(0, 1, 2))) {
      |            for (int i = 0; i < 3; i++) {
      |                try {
      |                    Object result = results.next();
      |                    if (i != 1 && !result.equals(i)) {
      |                        say("wrong result " + result);
      |                    }
      |                } catch (TaskFailedException e) {
      |                    if (e.itemIndex() != 1 || i != 1) {
      |                        say("wrong failure " + e);
      |                    }
      |                    e.printStackTrace(new PrintWriter(new StringWriter()));
      |                    thrown = e.getCause();
      |                }
      |            }
      |        }
      |        return thrown;
      |    }
      |}
      |""".stripMargin
}
