package io.sheaf.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.protocol.job.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelsTest {
    private static final String KEY = "sheaf.worker.labels";

    @TempDir
    Path folder;

    @Test
    void aWorkerHasNoneUnlessToldSo() {
        assertThat(read("", Map.of(), Map.of()).workerLabels()).isEmpty();
    }

    @Test
    void everyWayOfSayingThemIsReadAlike() {
        List<Label> expected = List.of(new Label("gpu", "2"), new Label("ram", "0.5"), new Label("zone", "eu"));
        String text = "gpu=2,ram=0.5,zone=eu";

        for (String file : List.of(
                "sheaf.worker.labels { zone = eu, gpu = 2, ram = 0.5 }",
                "sheaf { worker.labels.gpu = 2, worker.labels.zone = eu, worker.labels.ram = 0.5 }",
                "sheaf.worker.labels = \"gpu=2, ram=0.5, zone = eu\"")) {
            assertThat(read(file, Map.of(), Map.of()).workerLabels()).as(file).isEqualTo(expected);
        }
        assertThat(read("", Map.of("SHEAF_WORKER_LABELS", text), Map.of()).workerLabels())
                .isEqualTo(expected);
        assertThat(read("", Map.of(), Map.of(KEY, text)).workerLabels()).isEqualTo(expected);
    }

    @Test
    void theNearestLayerWinsAsAWholeAndSaysSo() {
        String file = "sheaf.worker.labels { zone = eu, gpu = 2 }";
        Map<String, String> environment = Map.of("SHEAF_WORKER_LABELS", "ram=3");

        assertThat(read(file, environment, Map.of()).lines()).contains(KEY + " = ram=3 (SHEAF_WORKER_LABELS)");
        assertThat(read(file, environment, Map.of(KEY, "disk=ssd")).lines()).contains(KEY + " = disk=ssd (flag)");
        assertThat(read(file, Map.of(), Map.of()).lines())
                .contains(KEY + " = gpu=2,zone=eu (" + folder.resolve("sheaf.conf") + ")");
    }

    @Test
    void aValueMayHaveWhatANameMayNot() {
        assertThat(read("", Map.of(), Map.of(KEY, "url=http://h/?a=b")).workerLabels())
                .containsExactly(new Label("url", "http://h/?a=b"));
    }

    @Test
    void whatIsNoLabelIsRefusedWithWhatToWrite() {
        for (String wrong : List.of("gpu", "=2", " =2", "gpu=", "gpu=2,", "gpu=2,,zone=eu")) {
            refused("", Map.of(KEY, wrong), "is no label; write NAME=VALUE, as gpu=2 or zone=eu");
        }
        refused("", Map.of(KEY, "gpu=1,gpu=2"), "'gpu' twice");
        refused("sheaf.worker.labels { gpu = [1, 2] }", Map.of(), "'gpu=[1, 2]' is no label");
        refused("sheaf.worker.labels { gpu { kind = a } }", Map.of(), "is no label");
        refused("sheaf.worker.labels { \"a=b\" = 1 }", Map.of(), "'a=b=1' is no label");
        refused("sheaf.worker.labels { a = \"b,c\" }", Map.of(), "'a=b,c' is no label");
        refused("sheaf.worker.labels { \"\" = 1 }", Map.of(), "'=1' is no label");
        refused("sheaf.worker.label { a = 1 }", Map.of(), "did you mean sheaf.worker.labels?");
    }

    private void refused(String file, Map<String, String> flags, String words) {
        assertThatThrownBy(() -> read(file, Map.of(), flags).workerLabels())
                .as(file + flags)
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(KEY)
                .hasMessageContaining(words);
    }

    private Settings read(String text, Map<String, String> environment, Map<String, String> flags) {
        try {
            Path file = Files.writeString(folder.resolve("sheaf.conf"), text);
            return Settings.read(Optional.of(file), environment, flags);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
