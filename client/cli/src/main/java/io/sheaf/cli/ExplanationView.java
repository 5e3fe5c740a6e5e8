package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.Attempt;
import io.sheaf.protocol.job.ItemStory;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Reason;
import java.util.List;
import java.util.OptionalLong;

/** Why something does not run, as text and as JSON. */
final class ExplanationView {

    private ExplanationView() {}

    static ObjectNode json(ToClient.Explanation explanation) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("job", StatusView.json(explanation.job()));
        ArrayNode reasons = node.putArray("reasons");
        for (Reason reason : explanation.reasons()) {
            reasons.addObject()
                    .put("items", reason.items())
                    .put("worker", reason.worker().isEmpty() ? null : reason.worker())
                    .put("words", reason.words())
                    .put("sinceMillis", reason.sinceMillis());
        }
        ArrayNode story = node.putArray("story");
        for (ItemStory item : explanation.story()) {
            ArrayNode attempts = story.addObject()
                    .put("index", item.index())
                    .put("now", item.now())
                    .putArray("attempts");
            for (Attempt attempt : item.attempts()) {
                attempts.addObject()
                        .put("worker", attempt.worker().name())
                        .put("agoMillis", attempt.agoMillis())
                        .put("cause", attempt.cause())
                        .put("counted", attempt.counted());
            }
        }
        return node;
    }

    /** @param item the one that was asked for, if it was one */
    static String text(ToClient.Explanation explanation, OptionalLong item) {
        JobStatus job = explanation.job();
        StringBuilder text = new StringBuilder("Job ").append(job.id());
        text.append(job.name().isEmpty() ? "" : " (" + job.name() + ")")
                .append(" is ")
                .append(job.state())
                .append(": ")
                .append(ProgressLine.text(job, 0))
                .append('\n');
        job.reason()
                .ifPresent(why -> text.append("It ended early: ").append(why).append('\n'));
        addReasons(explanation.reasons(), job, item.isPresent(), text);
        explanation.story().forEach(story -> add(story, text));
        if (item.isPresent() && explanation.story().isEmpty()) {
            text.append("Item ").append(item.getAsLong()).append(": no attempt at it has come to nothing\n");
        }
        return text.toString();
    }

    private static void addReasons(List<Reason> reasons, JobStatus job, boolean oneItem, StringBuilder text) {
        if (reasons.isEmpty()) {
            if (!oneItem) {
                text.append(
                        job.state().ended()
                                ? "It has ended, and waits for nothing.\n"
                                : "Nothing of it waits: every item that has come is running or done.\n");
            }
            return;
        }
        text.append(oneItem ? "It waits, because:\n" : "Items wait, because:\n");
        for (Reason reason : reasons) {
            text.append("  for ").append(Durations.text(reason.sinceMillis()));
            text.append(reason.worker().isEmpty() ? "" : ", at " + reason.worker());
            text.append(": ").append(reason.words());
            if (!oneItem && reason.items() > 0) {
                text.append(" (").append(count(reason.items())).append(')');
            }
            text.append('\n');
        }
    }

    private static String count(long items) {
        return items == 1 ? "1 item" : items + " items";
    }

    private static void add(ItemStory story, StringBuilder text) {
        text.append("Item ").append(story.index()).append(": ").append(story.now());
        text.append(story.attempts().isEmpty() ? "; no attempt at it has come to nothing\n" : ". Before that:\n");
        for (Attempt attempt : story.attempts()) {
            String where = " on " + attempt.worker();
            text.append("  ").append(Durations.text(attempt.agoMillis())).append(" ago");
            text.append(attempt.cause().contains(where) ? "" : where);
            text.append(": ").append(attempt.cause());
            text.append(attempt.counted() ? " (counts against the item)\n" : " (not the item's fault, not counted)\n");
        }
    }
}
