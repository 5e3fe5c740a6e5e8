package io.sheaf.builtins;

import io.sheaf.RemoteFunction;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code word-count}: lines, words and the most frequent words of a UTF-8 text file, with or without byte order mark.
 *
 * <p>A word is a run of letters, digits and combining marks of any script, in lower case; an apostrophe between two of
 * them belongs to it ({@code don't}), a hyphen does not. Memory grows with the number of distinct words only.
 *
 * <p>Stateless, hence safe for use by many threads.
 */
public final class WordCount implements RemoteFunction<Path, WordCount.Counts> {

    private static final int BUFFER = 16 * 1024;

    /**
     * The counts of one file.
     *
     * @param file the path as it was given
     * @param lines the number of lines, ended by LF, CRLF, CR or the end of the file
     * @param words the number of words
     * @param distinct the number of different words
     * @param top up to ten words, the most frequent first, equally frequent ones in alphabetical order
     */
    public record Counts(String file, long lines, long words, long distinct, List<Word> top) implements Serializable {}

    /** A word in lower case, and how often it occurs. */
    public record Word(String word, long count) implements Serializable {}

    /**
     * Reads one file.
     *
     * @throws InputFileException if the file is missing, cannot be read, or is not UTF-8; the message says where and
     *     what to do
     */
    @Override
    public Counts apply(Path file) throws IOException {
        WordTally tally = new WordTally();
        try (Utf8Reader text = new Utf8Reader(Files.newInputStream(file))) {
            read(file, text, tally);
        } catch (InputFileException alreadyExplained) {
            throw alreadyExplained;
        } catch (IOException failure) {
            throw InputFileException.unreadable(file, failure);
        }
        return new Counts(file.toString(), tally.lines(), tally.words(), tally.distinct(), tally.top(10));
    }

    private static void read(Path file, Utf8Reader text, WordTally tally) throws IOException {
        char[] buffer = new char[BUFFER];
        try {
            for (int count = text.read(buffer, 0, BUFFER); count >= 0; count = text.read(buffer, 0, BUFFER)) {
                tally.add(buffer, count);
            }
            tally.end();
        } catch (CharacterCodingException malformed) {
            throw InputFileException.notUtf8(file, tally.line(), text.offset());
        }
    }
}
