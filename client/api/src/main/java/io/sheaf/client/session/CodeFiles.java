package io.sheaf.client.session;

import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeId;
import java.nio.file.Path;
import java.util.Map;

/**
 * A bundle and where its files are on this machine.
 *
 * @param bundle what goes to the coordinator
 * @param paths each file of the bundle
 */
public record CodeFiles(Bundle bundle, Map<CodeId, Path> paths) {
    /** Copies the map. */
    public CodeFiles {
        paths = Map.copyOf(paths);
    }
}
