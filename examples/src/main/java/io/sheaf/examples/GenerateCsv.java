package io.sheaf.examples;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Random;

/**
 * Writes CSV files of made-up orders, the same for the same arguments on every machine:
 *
 * <pre>java GenerateCsv.java DIRECTORY FILES BYTES [SEED]</pre>
 *
 * <p>Each file has a header and as many rows as fit into BYTES. SEED is 1 by default; a file depends on the seed and on
 * its own number only, so that more files or larger ones begin with the same rows.
 */
public final class GenerateCsv {

    private static final String HEADER = "order_id,ordered_at,customer,city,quantity,unit_price,discount,note\n";
    private static final String[] CUSTOMERS = {
        "Ada Lindqvist",
        "Bruno Sá",
        "Chloé Martin",
        "Dmitri Orlov",
        "Emeka Obi",
        "Fatima Zahra",
        "Grace Kim",
        "Hana Sato"
    };
    private static final String[] CITIES = {"Bergen", "Kraków", "Lyon", "Osaka", "Porto", "Tampere", "Zürich"};
    private static final String[] NOTES = {
        "gift wrap",
        "\"leave at the door, please\"",
        "\"says \"\"call first\"\"\"",
        "\"two lines:\nring twice\"",
        "fragile"
    };
    private static final LocalDateTime FIRST_ORDER = LocalDateTime.of(2025, 1, 1, 0, 0);

    private final Random random;
    private int order;
    private LocalDateTime time = FIRST_ORDER;

    private GenerateCsv(long seed, int file) {
        this.random = new Random(seed * 1_000_003 + file);
        this.order = file * 1_000_000;
    }

    public static void main(String[] args) throws IOException {
        if (args.length < 3 || args.length > 4) {
            System.err.println("Usage: java GenerateCsv.java DIRECTORY FILES BYTES [SEED]");
            System.exit(2);
        }
        Path directory = Files.createDirectories(Path.of(args[0]));
        int files = Integer.parseInt(args[1]);
        long bytes = Long.parseLong(args[2]);
        long seed = args.length == 4 ? Long.parseLong(args[3]) : 1;
        for (int file = 1; file <= files; file++) {
            new GenerateCsv(seed, file).write(directory.resolve(String.format("orders-%05d.csv", file)), bytes);
        }
    }

    private void write(Path file, long bytes) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(HEADER);
            long room = bytes - HEADER.length();
            for (String row = row(); room >= utf8Length(row); row = row()) {
                out.write(row);
                room -= utf8Length(row);
            }
        }
    }

    private String row() {
        order++;
        time = time.plusSeconds(1 + random.nextInt(600));
        String discount = random.nextInt(4) == 0 ? "0." + (1 + random.nextInt(4)) : "";
        String note = random.nextInt(10) == 0 ? NOTES[random.nextInt(NOTES.length)] : "";
        return order + "," + time.format(DateTimeFormatter.ISO_LOCAL_DATE_TIME) + ","
                + CUSTOMERS[random.nextInt(CUSTOMERS.length)] + "," + CITIES[random.nextInt(CITIES.length)] + ","
                + (1 + random.nextInt(20)) + "," + price() + "," + discount + "," + note + "\n";
    }

    private String price() {
        int cents = 100 + random.nextInt(50_000);
        return cents / 100 + "." + cents / 10 % 10 + cents % 10;
    }

    /** All characters used here take one or two bytes. */
    private static int utf8Length(String text) {
        return text.length() + (int) text.chars().filter(c -> c > 0x7F).count();
    }
}
