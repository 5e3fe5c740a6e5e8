package io.sheaf.builtins;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Words and lines of a text that arrives in pieces, which may end anywhere but within a surrogate pair. */
final class WordTally {

    private static final Comparator<WordCount.Word> MOST_FREQUENT_FIRST =
            Comparator.comparingLong(WordCount.Word::count).reversed().thenComparing(WordCount.Word::word);

    private final Map<String, long[]> counts = new HashMap<>();
    private final StringBuilder word = new StringBuilder();
    private boolean apostrophe;
    private boolean lineOpen;
    private boolean afterReturn;
    private long ended;
    private long words;

    void add(char[] text, int length) {
        int at = 0;
        while (at < length) {
            int c = Character.codePointAt(text, at, length);
            at += Character.charCount(c);
            addToLines(c);
            addToWords(c);
        }
    }

    private void addToLines(int c) {
        if (c == '\r' || c == '\n') {
            if (c == '\r' || !afterReturn) {
                ended++;
            }
            lineOpen = false;
        } else {
            lineOpen = true;
        }
        afterReturn = c == '\r';
    }

    private void addToWords(int c) {
        if (isPartOfWord(c)) {
            if (apostrophe) {
                word.append('\'');
                apostrophe = false;
            }
            word.appendCodePoint(c);
        } else if ((c == '\'' || c == '\u2019') && word.length() > 0 && !apostrophe) {
            apostrophe = true;
        } else {
            end();
        }
    }

    private static boolean isPartOfWord(int c) {
        if (c < 128) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        }
        return Character.isLetterOrDigit(c)
                || switch (Character.getType(c)) {
                    case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
                    default -> false;
                };
    }

    /** Ends the word that is open, at the end of the text too. */
    void end() {
        apostrophe = false;
        if (word.length() > 0) {
            words++;
            counts.computeIfAbsent(word.toString().toLowerCase(Locale.ROOT), first -> new long[1])[0]++;
            word.setLength(0);
        }
    }

    long lines() {
        return lineOpen ? ended + 1 : ended;
    }

    /** The number of the line that the next character belongs to, from 1. */
    long line() {
        return ended + 1;
    }

    long words() {
        return words;
    }

    long distinct() {
        return counts.size();
    }

    List<WordCount.Word> top(int limit) {
        return counts.entrySet().stream()
                .map(entry -> new WordCount.Word(entry.getKey(), entry.getValue()[0]))
                .sorted(MOST_FREQUENT_FIRST)
                .limit(limit)
                .toList();
    }
}
