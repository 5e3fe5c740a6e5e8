package io.sheaf.cli;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The compiler of the JDK that runs this. Apart from what uses it, since a runtime may be without all that this names. */
final class SourceCompiler {
    private SourceCompiler() {}

    /** Whether there is one. */
    static boolean isHere() {
        return ToolProvider.getSystemJavaCompiler() != null;
    }

    /**
     * Compiles a file.
     *
     * @return what is wrong with it, if anything
     * @throws LinkageError when this runtime has no compiler
     */
    static Optional<String> compile(Path file, List<String> options) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new NoClassDefFoundError("jdk.compiler");
        }
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean compiles = compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
            return compiles ? Optional.empty() : Optional.of(said.toString().stripTrailing());
        }
    }
}
