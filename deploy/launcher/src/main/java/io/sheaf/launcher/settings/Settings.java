package io.sheaf.launcher.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.wire.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The effective settings, each with where it came from: a flag, the environment, a file, or the defaults. */
public final class Settings {
    private static final String ROOT = "sheaf.";
    private static final String TOKEN = ROOT + "token";
    private static final Set<String> SECRETS = Set.of(TOKEN, "sheaf.journal.password", "sheaf.journal.url");

    private final Map<String, Value> values;

    /** A value and its origin, both for people. */
    private record Value(String text, String from) {}

    private Settings(Map<String, Value> values) {
        this.values = values;
    }

    /**
     * Reads all layers.
     *
     * @param file the file that was named, if one was; it must exist
     * @param environment this process's variables
     * @param flags by key
     * @throws SettingsException when something is unknown or makes no sense
     */
    public static Settings read(Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
        Map<String, Value> values = new TreeMap<>();
        put(ConfigFactory.parseResources(Settings.class.getClassLoader(), "sheaf-defaults.conf"), "default", values);
        List<String> known = List.copyOf(values.keySet());
        file.ifPresent(path -> {
            Config layer = parse(path);
            check(layer, known, path);
            put(layer, path.toString(), values);
        });
        for (String key : known) {
            String variable = "SHEAF_"
                    + key.substring(ROOT.length())
                            .replace('.', '_')
                            .replace('-', '_')
                            .toUpperCase(Locale.ROOT);
            String set = environment.get(variable);
            if (set != null && !set.isBlank()) {
                values.put(key, new Value(set.strip(), variable));
            }
        }
        flags.forEach((key, value) -> values.put(key, new Value(value, "flag")));
        addToken(values);
        return new Settings(values);
    }

    private static void addToken(Map<String, Value> values) {
        Value set = values.get(TOKEN);
        Path file = userDirectory().resolve("token");
        if ((set == null || set.text.isBlank()) && Files.isReadable(file)) {
            try {
                values.put(TOKEN, new Value(Files.readString(file).strip(), file.toString()));
            } catch (IOException e) {
                throw new SettingsException("The token cannot be read from " + file + ": " + e.getMessage());
            }
        }
    }

    private static Config parse(Path file) {
        if (!Files.isReadable(file)) {
            throw new SettingsException("There is no readable settings file " + file);
        }
        try {
            return ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve();
        } catch (ConfigException e) {
            throw new SettingsException("The settings file cannot be read: " + e.getMessage());
        }
    }

    private static void check(Config layer, List<String> known, Path file) {
        for (Map.Entry<String, ConfigValue> entry : layer.entrySet()) {
            if (!known.contains(entry.getKey()) && !Labels.isPartOf(entry.getKey())) {
                throw new SettingsException("Unknown setting " + entry.getKey() + " in " + file + ", line "
                        + entry.getValue().origin().lineNumber() + "; did you mean "
                        + Spelling.nearest(entry.getKey(), known) + "?");
            }
        }
    }

    private static void put(Config layer, String from, Map<String, Value> into) {
        for (Map.Entry<String, ConfigValue> entry : layer.entrySet()) {
            if (!Labels.isPartOf(entry.getKey())) {
                into.put(
                        entry.getKey(),
                        new Value(String.valueOf(entry.getValue().unwrapped()), from));
            }
        }
        if (layer.hasPath(Labels.KEY)) {
            into.put(Labels.KEY, new Value(Labels.text(layer.getValue(Labels.KEY)), from));
        }
    }

    /** A text. */
    public String text(String key) {
        Value value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("No setting is called " + key);
        }
        return value.text;
    }

    /**
     * A whole number.
     *
     * @throws SettingsException when it is none, or out of bounds
     */
    public int number(String key, int least, int most) {
        String text = text(key);
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new SettingsException(
                key + " must be a whole number from " + least + " to " + most + ", but is '" + text + "'");
    }

    /**
     * Whether something is on.
     *
     * @throws SettingsException when it is neither {@code true} nor {@code false}
     */
    public boolean isOn(String key) {
        String text = text(key).strip();
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new SettingsException(key + " must be true or false, but is '" + text + "'");
    }

    /**
     * What a worker says of itself.
     *
     * @throws SettingsException when something of it is no label
     */
    public List<Label> workerLabels() {
        return Labels.parse(text(Labels.KEY));
    }

    /**
     * A number of bytes, with a unit, as in {@code 256 MiB}.
     *
     * @param unset what it is when nothing is set
     * @throws SettingsException when it is none, or too small
     */
    public long bytes(String key, long least, long unset) {
        String text = text(key).strip();
        if (text.isEmpty()) {
            return unset;
        }
        try {
            long bytes = ConfigFactory.parseMap(Map.of("it", text)).getBytes("it");
            if (bytes >= least) {
                return bytes;
            }
        } catch (ConfigException e) {
            // Said below.
        }
        throw new SettingsException(
                key + " must be a size of at least " + least + " bytes, as in 256 MiB, but is '" + text + "'");
    }

    /**
     * A duration in milliseconds, with a unit, as in {@code 30 days}.
     *
     * @throws SettingsException when it is none, or too short
     */
    public long millis(String key, long least) {
        String text = text(key).strip();
        try {
            long millis = ConfigFactory.parseMap(Map.of("it", text)).getDuration("it", TimeUnit.MILLISECONDS);
            if (millis >= least) {
                return millis;
            }
        } catch (ConfigException e) {
            // Said below.
        }
        throw new SettingsException(
                key + " must be a duration of at least " + least + " ms, as in 30 days, but is '" + text + "'");
    }

    /** The access token; empty when there is none. */
    public String token() {
        return text(TOKEN).strip();
    }

    /**
     * Where this process keeps what it must keep; made, for this user only, when it is not there.
     *
     * @throws SettingsException when it cannot be made
     */
    public Path dataDirectory() {
        String set = text("sheaf.data-dir").strip();
        Path directory = set.isEmpty() ? userDirectory() : expanded(set);
        try {
            return Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new SettingsException("sheaf.data-dir is " + directory + ", which cannot be made: " + e.getMessage());
        }
    }

    private static Path userDirectory() {
        return Path.of(System.getProperty("user.home"), ".sheaf");
    }

    private static Path expanded(String path) {
        return path.startsWith("~/")
                ? Path.of(System.getProperty("user.home"), path.substring(2))
                : Path.of(path).toAbsolutePath();
    }

    /** How to encrypt; empty when that is not set up. */
    public Optional<TlsFiles> tls() {
        Optional<Path> certificate = file("sheaf.tls.certificate");
        Optional<Path> key = file("sheaf.tls.key");
        Optional<Path> authorities = file("sheaf.tls.authorities");
        if (certificate.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        if (certificate.isEmpty() || key.isEmpty() || authorities.isEmpty()) {
            throw new SettingsException(
                    "TLS needs all of sheaf.tls.certificate, sheaf.tls.key and sheaf.tls.authorities");
        }
        return Optional.of(new TlsFiles(certificate, key, authorities));
    }

    private Optional<Path> file(String key) {
        String set = text(key);
        if (set.isBlank()) {
            return Optional.empty();
        }
        Path file = expanded(set.strip());
        if (!Files.isReadable(file)) {
            throw new SettingsException(key + " names " + file + ", which cannot be read");
        }
        return Optional.of(file);
    }

    /** All of them, for people; secrets are not shown. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        values.forEach((key, value) -> {
            boolean secret = SECRETS.contains(key) && !value.text.isEmpty();
            lines.add(key + " = " + (secret ? "(set)" : value.text) + " (" + value.from + ")");
        });
        return lines;
    }
}
