package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Something that {@code sheaf doctor} has looked at.
 *
 * @param about what, in a word
 * @param words what was found
 * @param mend how to mend it; empty where nothing needs to be
 */
record Finding(Level level, String about, String words, String mend) {
    /** How bad it is. */
    enum Level {
        OK,
        NOTE,
        PROBLEM
    }

    static Finding ok(String about, String words) {
        return new Finding(Level.OK, about, words, "");
    }

    static Finding note(String about, String words, String mend) {
        return new Finding(Level.NOTE, about, words, mend);
    }

    static Finding problem(String about, String words, String mend) {
        return new Finding(Level.PROBLEM, about, words, mend);
    }

    String text() {
        String line = String.format("%-8s %-12s %s%n", level.name().toLowerCase(java.util.Locale.ROOT), about, words);
        return mend.isEmpty() ? line : line + " ".repeat(22) + "→ " + mend + "\n";
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("level", level.name())
                .put("about", about)
                .put("words", words)
                .put("mend", mend.isEmpty() ? null : mend);
    }
}
