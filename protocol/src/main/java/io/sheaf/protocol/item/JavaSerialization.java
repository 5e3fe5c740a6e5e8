package io.sheaf.protocol.item;

import io.sheaf.protocol.wire.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Java's own serialization, with classes from a given loader. */
public final class JavaSerialization {

    private JavaSerialization() {}

    /**
     * The object and all that it refers to.
     *
     * @throws NotSerializableException when something in it is not serializable; the message is the way to it, as
     *     {@code Report.lambda$0 -> Report.conn -> java.net.Socket}
     * @throws IOException when its own code for that fails, or when it is nested too deeply
     */
    public static Bytes write(@Nullable Object value) throws IOException {
        return write(value, type -> {});
    }

    /**
     * As {@link #write(Object)}.
     *
     * @param classes told of each class that the reader will have to know, those of the JDK included
     */
    public static Bytes write(@Nullable Object value, Consumer<Class<?>> classes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (ObjectOutputStream out = new TellingStream(bytes, classes)) {
            out.writeObject(value);
        } catch (NotSerializableException e) {
            throw explained(value, e);
        } catch (StackOverflowError e) {
            throw new IOException(
                    "its objects refer to each other in a chain too long to be serialized (a StackOverflowError)"
                            + Culprit.chain(value).map(chain -> ": " + chain).orElse("")
                            + "; keep them in an array or a list",
                    e);
        } catch (RuntimeException e) {
            throw new IOException("its serialization failed with " + words(e), e);
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    private static NotSerializableException explained(@Nullable Object value, NotSerializableException e) {
        Optional<String> path = e.getMessage() == null ? Optional.empty() : Culprit.path(value, e.getMessage());
        if (path.isEmpty()) {
            return e;
        }
        NotSerializableException explained = new NotSerializableException(path.get());
        explained.initCause(e);
        return explained;
    }

    /**
     * The object again.
     *
     * @throws IOException when the bytes are damaged, or the object's own code for reading fails
     * @throws ClassNotFoundException when the loader does not know a class
     */
    public static @Nullable Object read(Bytes bytes, ClassLoader classes) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new LoadingStream(source(bytes), classes)) {
            return in.readObject();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            throw new IOException("reading it failed with " + words(e), e);
        }
    }

    /** It may be of a class of the user, whose code may throw once more. */
    private static String words(Throwable thrown) {
        try {
            return thrown.toString();
        } catch (RuntimeException | Error e) {
            return thrown.getClass().getName();
        }
    }

    /**
     * As {@link #read}, of bytes that come from where others' code runs: classes that attacks on deserialization are made
     * of are refused, and so is what the filter of this JVM, {@code jdk.serialFilter}, rejects.
     *
     * @throws InvalidObjectException when something was refused
     */
    public static @Nullable Object readGuarded(Bytes bytes, ClassLoader classes)
            throws IOException, ClassNotFoundException {
        ResultGuard guard = new ResultGuard(bytes.length());
        try (ObjectInputStream in = new LoadingStream(source(bytes), classes)) {
            in.setObjectInputFilter(ObjectInputFilter.merge(guard, ObjectInputFilter.Config.getSerialFilter()));
            return in.readObject();
        } catch (InvalidClassException e) {
            if (guard.refusal().isEmpty()) {
                throw e;
            }
            InvalidObjectException refused = new InvalidObjectException(
                    "it holds " + guard.refusal() + ", which is not let into this JVM; return plain data instead");
            refused.initCause(e);
            throw refused;
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            throw new IOException("reading it failed with " + words(e), e);
        }
    }

    private static InputStream source(Bytes bytes) {
        return new ByteArrayInputStream(bytes.array(), bytes.offset(), bytes.length());
    }

    private static final class TellingStream extends ObjectOutputStream {
        private final Consumer<Class<?>> classes;

        TellingStream(OutputStream out, Consumer<Class<?>> classes) throws IOException {
            super(out);
            this.classes = classes;
        }

        @Override
        protected void annotateClass(Class<?> type) {
            classes.accept(type);
        }
    }

    private static final class LoadingStream extends ObjectInputStream {
        private final ClassLoader classes;

        LoadingStream(InputStream in, ClassLoader classes) throws IOException {
            super(in);
            this.classes = classes;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, classes);
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description);
            }
        }

        @Override
        protected Class<?> resolveProxyClass(String[] names) throws IOException, ClassNotFoundException {
            Class<?>[] interfaces = new Class<?>[names.length];
            for (int i = 0; i < names.length; i++) {
                interfaces[i] = Class.forName(names[i], false, classes);
            }
            return Proxy.newProxyInstance(classes, interfaces, (proxy, method, arguments) -> null)
                    .getClass();
        }
    }
}
