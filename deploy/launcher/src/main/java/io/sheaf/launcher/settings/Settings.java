package io.sheaf.launcher.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.sheaf.protocol.wire.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The effective settings, each with where it came from: a flag, the environment, a file, or the defaults. */
public final class Settings {
    private static final String ROOT = "sheaf.";

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
        file.ifPresent(path -> put(parse(path), path.toString(), checked(known, values, path)));
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
        return new Settings(values);
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

    private static Map<String, Value> checked(List<String> known, Map<String, Value> into, Path file) {
        for (Map.Entry<String, ConfigValue> entry : parse(file).entrySet()) {
            if (!known.contains(entry.getKey())) {
                throw new SettingsException("Unknown setting " + entry.getKey() + " in " + file + "; did you mean "
                        + Spelling.nearest(entry.getKey(), known) + "?");
            }
        }
        return into;
    }

    private static void put(Config layer, String from, Map<String, Value> into) {
        layer.entrySet()
                .forEach(entry -> into.put(
                        entry.getKey(),
                        new Value(String.valueOf(entry.getValue().unwrapped()), from)));
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

    /** The access token; empty when there is none. */
    public String token() {
        String set = text("sheaf.token");
        Path file = Path.of(System.getProperty("user.home"), ".sheaf", "token");
        if (!set.isBlank() || !Files.isReadable(file)) {
            return set.strip();
        }
        try {
            return Files.readString(file).strip();
        } catch (java.io.IOException e) {
            throw new SettingsException("The token cannot be read from " + file + ": " + e.getMessage());
        }
    }

    /** Where this process keeps what it must keep. */
    public Path dataDirectory() {
        String set = text("sheaf.data-dir");
        return set.isBlank() ? Path.of(System.getProperty("user.home"), ".sheaf") : Path.of(set);
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
        if (!Files.isReadable(Path.of(set))) {
            throw new SettingsException(key + " names " + set + ", which cannot be read");
        }
        return Optional.of(Path.of(set));
    }

    /** All of them, for people; the token is not shown. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        values.forEach((key, value) -> {
            boolean secret = key.equals("sheaf.token") && !value.text.isEmpty();
            lines.add(key + " = " + (secret ? "(set)" : value.text) + " (" + value.from + ")");
        });
        return lines;
    }
}
