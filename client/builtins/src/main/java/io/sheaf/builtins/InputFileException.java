package io.sheaf.builtins;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that is missing, cannot be read, or does not hold what it should; the message says which, where, what to do. */
public final class InputFileException extends IOException {

    public InputFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Explains a failure to open or read {@code file}; an interruption is no fault of the file and stays what it is. */
    static IOException unreadable(Path file, IOException failure) {
        if (failure instanceof ClosedByInterruptException) {
            return failure;
        }
        return new InputFileException(reason(file, failure), failure);
    }

    private static String reason(Path file, IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return file + ": no such file (" + file.toAbsolutePath()
                    + "). Every worker must see it under this path: check the spelling, or put it on a shared folder.";
        }
        if (Files.isDirectory(file)) {
            return file + ": is a directory, not a file. Name the files in it, for example by --glob '" + file + "/*'.";
        }
        if (failure instanceof AccessDeniedException) {
            return file + ": permission denied for user " + System.getProperty("user.name")
                    + ". Make it readable for the user that the worker runs as.";
        }
        return file + ": reading failed: " + failure.getMessage() + ". Check the disk or network folder it is on.";
    }

    static InputFileException malformed(Path file, long line, String what, String advice) {
        return new InputFileException(file + ", line " + line + ": " + what + ". " + advice, null);
    }

    static InputFileException notUtf8(Path file, long line, long offset) {
        return malformed(
                file,
                line,
                "the byte at offset " + offset + " is not UTF-8",
                "Convert the file first, for example by: iconv -f WINDOWS-1252 -t UTF-8.");
    }
}
