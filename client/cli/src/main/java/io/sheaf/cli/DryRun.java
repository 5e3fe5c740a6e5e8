package io.sheaf.cli;

import io.sheaf.protocol.job.CommandTemplate;
import io.sheaf.protocol.job.Work;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;

/** What would be run, an item per line: a command as a shell would read it; of a function, its name and the item. */
final class DryRun {
    private DryRun() {}

    /** Writes it. */
    static ExitCode print(WorkChoice work, ItemChoice items, Console console) {
        List<String> words = work.work() instanceof Work.Command command ? command.words() : List.of(work.name(), "{}");
        CommandTemplate template = new CommandTemplate(words);
        try {
            OutputStream out = new BufferedOutputStream(console.out());
            long index = 0;
            for (Iterator<String> texts = texts(items); texts.hasNext(); index++) {
                String line = CommandTemplate.line(template.of(texts.next(), index)) + "\n";
                out.write(line.getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
        } catch (IOException e) {
            // Nobody reads any more, as after `| head -1`.
        }
        return ExitCode.SUCCEEDED;
    }

    private static Iterator<String> texts(ItemChoice items) {
        if (items instanceof ItemChoice.Range numbers) {
            return LongStream.rangeClosed(
                            numbers.range().first(), numbers.range().last())
                    .mapToObj(Long::toString)
                    .iterator();
        }
        return items instanceof ItemChoice.Words words
                ? words.words().iterator()
                : new ItemChoice.Texts((ItemChoice.Streamed) items);
    }
}
