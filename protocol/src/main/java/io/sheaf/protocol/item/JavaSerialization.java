package io.sheaf.protocol.item;

import io.sheaf.protocol.wire.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Java's own serialization, with classes from a given loader. */
public final class JavaSerialization {

    private JavaSerialization() {}

    /**
     * The object and all that it refers to.
     *
     * @throws IOException when something in it is not serializable, or its own code for that fails
     */
    public static Bytes write(@Nullable Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (RuntimeException | StackOverflowError e) {
            throw new IOException("its serialization failed with " + words(e), e);
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    /**
     * The object again.
     *
     * @throws IOException when the bytes are damaged, or the object's own code for reading fails
     * @throws ClassNotFoundException when the loader does not know a class
     */
    public static @Nullable Object read(Bytes bytes, ClassLoader classes) throws IOException, ClassNotFoundException {
        InputStream source = new ByteArrayInputStream(bytes.array(), bytes.offset(), bytes.length());
        try (ObjectInputStream in = new LoadingStream(source, classes)) {
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
