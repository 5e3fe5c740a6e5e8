package io.sheaf.launcher.settings;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.sheaf.protocol.job.Label;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a worker says of itself: an object in a file, {@code NAME=VALUE,NAME=VALUE} elsewhere. */
final class Labels {
    static final String KEY = "sheaf.worker.labels";

    private Labels() {}

    /** Whether that is the key of one label in a file, as its parser sees it. */
    static boolean isPartOf(String key) {
        return key.startsWith(KEY + ".");
    }

    /** What a file says, as it would be written elsewhere. */
    static String text(ConfigValue value) {
        if (!(value instanceof ConfigObject labels)) {
            return String.valueOf(value.unwrapped());
        }
        List<String> texts = new ArrayList<>();
        for (Map.Entry<String, ConfigValue> label : new TreeMap<>(labels).entrySet()) {
            String text = label.getKey() + "=" + label.getValue().unwrapped();
            boolean plain = label.getValue().valueType() != ConfigValueType.OBJECT
                    && label.getValue().valueType() != ConfigValueType.LIST;
            if (!plain || label.getKey().contains("=") || text.contains(",")) {
                throw wrong(text);
            }
            texts.add(text);
        }
        return String.join(",", texts);
    }

    /** Reads and checks them. */
    static List<Label> parse(String text) {
        List<Label> labels = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String one : text.isBlank() ? new String[0] : text.split(",", -1)) {
            int equals = one.indexOf('=');
            String name = equals < 0 ? "" : one.substring(0, equals).strip();
            String value = one.substring(equals + 1).strip();
            if (name.isEmpty() || value.isEmpty()) {
                throw wrong(one);
            }
            if (!names.add(name)) {
                throw new SettingsException(
                        KEY + " (--label) has '" + name + "' twice; a worker has one value for each label");
            }
            labels.add(new Label(name, value));
        }
        return labels;
    }

    private static SettingsException wrong(String text) {
        return new SettingsException(
                KEY + " (--label): '" + text + "' is no label; write NAME=VALUE, as gpu=2 or zone=eu,"
                        + " without commas, and without '=' in the name");
    }
}
