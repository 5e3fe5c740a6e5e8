package io.sheaf.protocol.job;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command with places for its item, as GNU parallel has them: <code>{}</code> the item, <code>{.}</code> without its
 * last extension, <code>{/}</code> without its directory, <code>{//}</code> its directory, <code>{/.}</code> without
 * both, <code>{#}</code> its number, from 1. They may be parts of words; a command without any has the item appended.
 * Nothing is ever split or expanded further: a word stays a word.
 *
 * @param words the command and its arguments
 */
public record CommandTemplate(List<String> words) {
    private static final Pattern PLACE = Pattern.compile("\\{(|\\.|/|//|/\\.|#)}");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    /** @throws IllegalArgumentException when there is no command */
    public CommandTemplate {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("There is no command");
        }
        words = words.stream().anyMatch(word -> PLACE.matcher(word).find()) ? List.copyOf(words) : with(words, "{}");
    }

    private static List<String> with(List<String> words, String last) {
        List<String> all = new ArrayList<>(words);
        all.add(last);
        return List.copyOf(all);
    }

    /**
     * The command for an item.
     *
     * @param index of the item, from 0
     */
    public List<String> of(String item, long index) {
        List<String> command = new ArrayList<>(words.size());
        for (String word : words) {
            Matcher places = PLACE.matcher(word);
            command.add(places.replaceAll(place -> Matcher.quoteReplacement(part(place.group(1), item, index))));
        }
        return command;
    }

    private static String part(String which, String item, long index) {
        return switch (which) {
            case "." -> withoutExtension(item);
            case "/" -> name(item);
            case "//" -> directory(item);
            case "/." -> withoutExtension(name(item));
            case "#" -> Long.toString(index + 1);
            default -> item;
        };
    }

    private static String name(String item) {
        return item.substring(item.lastIndexOf('/') + 1);
    }

    private static String withoutExtension(String item) {
        int dot = item.lastIndexOf('.');
        return dot > item.lastIndexOf('/') ? item.substring(0, dot) : item;
    }

    /** As the command {@code dirname} has it. */
    private static String directory(String item) {
        String named = withoutLastSlashes(item);
        int slash = named.lastIndexOf('/');
        if (slash < 0) {
            return ".";
        }
        return named.length() == 1 ? "/" : withoutLastSlashes(named.substring(0, slash + 1));
    }

    private static String withoutLastSlashes(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    /** A command as a line that a POSIX shell reads as exactly these words. */
    public static String line(List<String> command) {
        List<String> words =
                new ArrayList<>(command.stream().map(CommandTemplate::quoted).toList());
        if (!words.isEmpty() && words.get(0).indexOf('=') > 0 && words.get(0).equals(command.get(0))) {
            // Bare it would be an assignment.
            words.set(0, "'" + words.get(0) + "'");
        }
        return String.join(" ", words);
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
