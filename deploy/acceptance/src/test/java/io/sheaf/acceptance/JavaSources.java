package io.sheaf.acceptance;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The methods in Java files as the compiler's own parser sees them. */
final class JavaSources {

    private JavaSources() {}

    /**
     * A method or constructor with a body or without.
     *
     * @param line where it begins, annotations included, from 1
     * @param lines its length from there to the closing brace
     * @param isConstructor false for the constructor of a record, whose parameters are its shape
     */
    record Method(Path file, String name, long line, long lines, int parameters, boolean isConstructor) {}

    static List<Method> methodsOf(List<Path> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager sources = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, sources, null, List.of("-proc:none"), null, sources.getJavaFileObjectsFromPaths(files));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            List<Method> methods = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                new Scanner(unit, positions, methods).scan(unit, null);
            }
            return methods;
        }
    }

    private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable ClassTree> {

        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Method> methods;

        Scanner(CompilationUnitTree unit, SourcePositions positions, List<Method> methods) {
            this.unit = unit;
            this.positions = positions;
            this.methods = methods;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable ClassTree enclosing) {
            return super.visitClass(type, type);
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable ClassTree enclosing) {
            long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method));
            long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, method));
            boolean ofRecord = enclosing != null && enclosing.getKind() == Tree.Kind.RECORD;
            methods.add(new Method(
                    Path.of(unit.getSourceFile().toUri()),
                    method.getName().toString(),
                    first,
                    last - first + 1,
                    method.getParameters().size(),
                    method.getReturnType() == null && !ofRecord));
            return super.visitMethod(method, enclosing);
        }
    }
}
