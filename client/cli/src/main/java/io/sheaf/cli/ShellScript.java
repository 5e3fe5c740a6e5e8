package io.sheaf.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What makes shells complete the command line: commands and options as they are declared, job numbers and workers by
 * asking the cluster at that moment, files where a file is wanted.
 *
 * @param root with all commands
 */
record ShellScript(CommandSpec root) {
    /** What is not in this process. */
    private static final Map<String, String> PROCESSES = Map.of(
            "coordinator", "Start a coordinator.",
            "worker", "Start a worker on this host.",
            "local", "Start a coordinator and workers on this machine.");

    private static final List<String> BUILT_INS = List.of("csv-summary", "fetch", "primes", "word-count");

    private record Named(String name, String description, List<OptionSpec> options, Kind kind) {}

    /** What a command's first argument is. */
    private enum Kind {
        NOTHING(""),
        JOB("last $(sheaf completion --jobs 2>/dev/null)"),
        WORKER("$(sheaf completion --workers 2>/dev/null)"),
        SHELL("bash zsh fish"),
        WHAT(String.join(" ", BUILT_INS));

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** Whether arguments may be files, beside those of options. */
        boolean takesFiles() {
            return this == WHAT;
        }

        static Kind of(CommandSpec command) {
            String label = command.positionalParameters().stream()
                    .findFirst()
                    .map(CommandLine.Model.ArgSpec::paramLabel)
                    .orElse("");
            return switch (label) {
                case "ID" -> JOB;
                case "WORKER" -> WORKER;
                case "WHAT" -> WHAT;
                case "bash|zsh|fish" -> SHELL;
                default -> NOTHING;
            };
        }
    }

    private List<Named> commands() {
        Stream<Named> own = root.subcommands().entrySet().stream().map(entry -> {
            CommandSpec command = entry.getValue().getCommandSpec();
            List<OptionSpec> options = command.options().stream()
                    .filter(option -> !option.hidden())
                    .toList();
            return new Named(entry.getKey(), first(command.usageMessage().description()), options, Kind.of(command));
        });
        Stream<Named> others = PROCESSES.entrySet().stream()
                .map(entry -> new Named(entry.getKey(), entry.getValue(), List.of(), Kind.NOTHING));
        return Stream.concat(own, others)
                .sorted((one, other) -> one.name.compareTo(other.name))
                .toList();
    }

    private static String first(String[] description) {
        return description.length == 0 ? "" : description[0];
    }

    private static String names(Named command) {
        return command.options.stream()
                .flatMap(option -> Stream.of(option.names()))
                .collect(Collectors.joining(" "));
    }

    private String filesAfter(String separator) {
        return commands().stream()
                .flatMap(command -> command.options.stream())
                .filter(ShellScript::takesFile)
                .flatMap(option -> Stream.of(option.names()))
                .distinct()
                .sorted()
                .collect(Collectors.joining(separator));
    }

    private String filesIn(String separator) {
        return commands().stream()
                .filter(command -> command.kind.takesFiles())
                .map(Named::name)
                .collect(Collectors.joining(separator));
    }

    private static boolean takesFile(OptionSpec option) {
        return option.paramLabel().startsWith("FILE")
                || List.of(option.auxiliaryTypes()).contains(Path.class);
    }

    String bash() {
        StringBuilder text = new StringBuilder("""
                # Completion of sheaf for bash; put this into ~/.bashrc: eval "$(sheaf completion bash)"
                _sheaf() {
                    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=
                    COMPREPLY=()
                    if [ "$COMP_CWORD" -eq 1 ]; then
                        COMPREPLY=($(compgen -W '%s' -- "$current"))
                        return
                    fi
                    case $previous in
                        %s)
                            COMPREPLY=($(compgen -f -- "$current"))
                            return
                            ;;
                    esac
                    # Files only where they are wanted.
                case ${COMP_WORDS[1]} in
                    %s) ;;
                    *) type compopt >/dev/null 2>&1 && compopt +o default 2>/dev/null ;;
                esac
                case ${COMP_WORDS[1]}:$current in
                """.formatted(commandNames(), filesAfter(" | "), filesIn(" | ")));
        for (Named command : commands()) {
            text.append("        ")
                    .append(command.name)
                    .append(":-*) words='")
                    .append(names(command))
                    .append("' ;;\n");
            if (command.kind != Kind.NOTHING) {
                text.append("        ")
                        .append(command.name)
                        .append(":*) [ \"$COMP_CWORD\" -eq 2 ] && words=\"")
                        .append(command.kind.words)
                        .append("\" ;;\n");
            }
        }
        return text.append("""
                    esac
                    if [ -n "$words" ]; then
                        COMPREPLY=($(compgen -W "$words" -- "$current"))
                    fi
                }
                complete -o default -F _sheaf sheaf
                """).toString();
    }

    private String commandNames() {
        return Stream.concat(commands().stream().map(Named::name), Stream.of("help"))
                .collect(Collectors.joining(" "));
    }

    String zsh() {
        StringBuilder text = new StringBuilder("""
                #compdef sheaf
                # Completion of sheaf for zsh: sheaf completion zsh > "${fpath[1]}/_sheaf"
                _sheaf() {
                    local -a commands
                    commands=(
                """);
        commands()
                .forEach(command ->
                        text.append("        '%s:%s'\n".formatted(command.name, quoted(command.description))));
        text.append("""
                    )
                    if (( CURRENT == 2 )); then
                        _describe command commands
                        return
                    fi
                    case $words[CURRENT-1] in
                        %s) _files; return ;;
                    esac
                    case $words[2]:$words[CURRENT] in
                """.formatted(filesAfter("|")));
        commands().forEach(command -> text.append(zshCase(command)));
        return text.append("""
                        *) case $words[2] in
                            %s) _files ;;
                        esac ;;
                    esac
                }
                if [ "$funcstack[1]" = "_sheaf" ]; then
                    _sheaf "$@"
                else
                    compdef _sheaf sheaf
                fi
                """.formatted(filesIn("|"))).toString();
    }

    private static String zshCase(Named command) {
        String options = "        %s:-*) compadd -- %s ;;\n".formatted(command.name, names(command));
        return command.kind == Kind.NOTHING
                ? options
                : options
                        + "        %s:*) if (( CURRENT == 3 )); then compadd -- %s; fi%s ;;\n"
                                .formatted(
                                        command.name, command.kind.words, command.kind.takesFiles() ? "; _files" : "");
    }

    String fish() {
        StringBuilder text = new StringBuilder(
                "# Completion of sheaf for fish: sheaf completion fish" + " > ~/.config/fish/completions/sheaf.fish\n");
        for (Named command : commands()) {
            text.append("complete -c sheaf -n __fish_use_subcommand -f -a ")
                    .append(command.name)
                    .append(" -d '")
                    .append(quoted(command.description))
                    .append("'\n");
            String seen = "complete -c sheaf -n '__fish_seen_subcommand_from " + command.name;
            String in = seen + "'";
            if (!command.kind.takesFiles()) {
                text.append(in).append(" -f\n");
            }
            if (command.kind != Kind.NOTHING) {
                text.append(seen)
                        .append("; and test (count (commandline -opc)) -eq 2' -a '")
                        .append(command.kind.words.replace("$(", "("))
                        .append("'\n");
            }
            for (OptionSpec option : command.options) {
                text.append(in).append(fish(option)).append('\n');
            }
        }
        return text.toString();
    }

    private static String fish(OptionSpec option) {
        String names = Stream.of(option.names())
                .map(name -> name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1))
                .collect(Collectors.joining());
        String argument = option.arity().max() == 0 ? "" : takesFile(option) ? " -r -F" : " -x";
        return names + argument + " -d '" + quoted(first(option.description())) + "'";
    }

    private static String quoted(String text) {
        return Optional.of(text)
                .map(words -> words.replace("'", "").replace(":", " -"))
                .orElse("");
    }
}
