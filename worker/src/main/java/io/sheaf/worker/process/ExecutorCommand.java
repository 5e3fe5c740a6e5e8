package io.sheaf.worker.process;

import io.sheaf.worker.executor.LateClassPath;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How an executor is started.
 *
 * @param ownClassPath what it needs of Sheaf: the executor's own classes and the protocol
 * @param memoryPercent how much of the machine's memory its heap may take at most
 * @param classData of that own class path
 */
public record ExecutorCommand(List<Path> ownClassPath, double memoryPercent, ClassData classData) {
    private static final double MEMORY_PERCENT_OF_MANY = 25;

    /** Copies the list. */
    public ExecutorCommand {
        ownClassPath = List.copyOf(ownClassPath);
    }

    /** The share of one of so many executors, leaving a fifth of the memory to everybody else. */
    public static ExecutorCommand sharing(List<Path> ownClassPath, int executors, ClassData classData) {
        return new ExecutorCommand(ownClassPath, Math.max(1, 80.0 / executors), classData);
    }

    /** One whose class path is all there. */
    List<String> of(List<Path> userClassPath, ExecutorProcess.Files files) {
        return of(userClassPath, files, List.of());
    }

    /** One that is to be told of more. */
    List<String> spare(ExecutorProcess.Files files) {
        List<String> command = of(List.of(), files, List.of(LateClassPath.OPENING));
        command.add("spare");
        return command;
    }

    private List<String> of(List<Path> userClassPath, ExecutorProcess.Files files, List<String> options) {
        List<String> command = new ArrayList<>();
        // Leads a process group of its own, so that whatever a task starts can be ended with it.
        command.add("setsid");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-XX:-UsePerfData");
        command.add("-Xshare:auto");
        command.addAll(classData.options());
        command.addAll(options);
        command.add("-XX:MaxRAMPercentage=" + memoryOf(files.lanes()));
        command.add("-Dfile.encoding=UTF-8");
        command.add("-cp");
        List<Path> all = new ArrayList<>(ownClassPath);
        all.addAll(userClassPath);
        command.add(
                String.join(File.pathSeparator, all.stream().map(Path::toString).toList()));
        command.add("io.sheaf.worker.executor.ExecutorMain");
        command.add(files.socket().toString());
        command.add(files.currentItem().toString());
        command.add(Integer.toString(files.lanes()));
        return command;
    }

    /** Where many share a process there is one of it, and its items do not come one after the other. */
    private double memoryOf(int lanes) {
        return lanes == 1 ? memoryPercent : Math.max(memoryPercent, MEMORY_PERCENT_OF_MANY);
    }
}
