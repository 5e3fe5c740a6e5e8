package io.sheaf.cli;

import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** How help looks: options under headings, by where they are declared, and the commands only where they are named by hand. */
final class Usage {
    private static final String OTHERS = "Options:";
    private static final String GENERAL = "General:";

    private static final Map<Class<?>, String> HEADINGS = Map.of(
            WorkOptions.class, "What is run, over which items:",
            PolicyOptions.class, "How items are run:",
            CommandOptions.class, "Commands after --:",
            JobLogOptions.class, "Beginning where it ended before:",
            ClusterOptions.class, "Where, and how it is said:",
            CliMain.class, GENERAL);

    private static final List<String> ORDER = List.of(
            "What is run, over which items:",
            "Commands after --:",
            OTHERS,
            "How items are run:",
            "Beginning where it ended before:",
            "Where, and how it is said:",
            GENERAL);

    private Usage() {}

    /** Has this and all commands below it show their help like that. */
    static CommandLine grouped(CommandLine commandLine) {
        commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, Usage::options);
        if (!commandLine.getSubcommands().isEmpty()) {
            commandLine.getHelpSectionMap().remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST);
            commandLine.getHelpSectionMap().remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING);
        }
        commandLine.getSubcommands().values().forEach(Usage::grouped);
        return commandLine;
    }

    private static String options(Help help) {
        Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
        ORDER.forEach(heading -> groups.put(heading, new ArrayList<>()));
        for (OptionSpec option : help.commandSpec().options()) {
            if (!option.hidden()) {
                String heading = option.userObject() instanceof Member member
                        ? HEADINGS.getOrDefault(member.getDeclaringClass(), OTHERS)
                        : OTHERS;
                groups.computeIfAbsent(heading, key -> new ArrayList<>()).add(option);
            }
        }
        StringBuilder text = new StringBuilder();
        groups.forEach((heading, options) -> {
            if (!options.isEmpty()) {
                Help.Layout layout = help.createDefaultLayout(options, List.of(), help.colorScheme());
                layout.addOptions(options, help.parameterLabelRenderer());
                text.append(heading).append(System.lineSeparator()).append(layout);
            }
        });
        return text.toString();
    }
}
