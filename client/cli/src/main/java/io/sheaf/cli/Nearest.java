package io.sheaf.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What somebody who typed a wrong name may have meant. */
final class Nearest {
    private static final int FARTHEST = 2;

    private Nearest() {}

    /** The name whose last part is like the typed one's, if any: the same in another package, or with a slip or two. */
    static Optional<String> of(String typed, List<String> names) {
        String last = lastPart(typed);
        return names.stream()
                .filter(name -> distance(lastPart(name), last) <= Math.min(FARTHEST, (last.length() + 1) / 3))
                .min(Comparator.<String>comparingInt(name -> distance(lastPart(name), last))
                        .thenComparingInt(name -> distance(name, typed)));
    }

    private static String lastPart(String name) {
        return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    }

    /** How many letters have to be put in, taken out or replaced, upper or lower case. */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                row[j] = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + (same ? 0 : 1));
            }
            above = row;
        }
        return above[b.length()];
    }
}
