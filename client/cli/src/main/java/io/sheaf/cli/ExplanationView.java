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

    /** @param item whether it is about one item, not the job as a whole */
    static String text(ToClient.Explanation explanation, boolean item) {
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
        if (item) {
            addStories(explanation.story(), text);
        }
        addReasons(explanation.reasons(), job, item, text);
        if (!item) {
            addStories(explanation.story(), text);
        }
        return text.toString();
    }

    private static void addReasons(List<Reason> reasons, JobStatus job, boolean item, StringBuilder text) {
        if (!reasons.isEmpty()) {
            text.append("Items wait, because:\n");
        } else if (!item) {
            text.append(
                    job.state().ended()
                            ? "It has ended, and waits for nothing.\n"
                            : "Nothing of it waits: every item that has come is running or done.\n");
        }
        for (Reason reason : reasons) {
            text.append("  ").append(reason.items() > 0 ? count(reason.items()) + ", " : "");
            text.append(reason.worker().isEmpty() ? "" : "at " + reason.worker() + ", ");
            text.append("for ").append(Durations.text(reason.sinceMillis()));
            text.append(": ").append(reason.words()).append('\n');
        }
    }

    private static String count(long items) {
        return items == 1 ? "1 item" : items + " items";
    }

    private static void addStories(List<ItemStory> stories, StringBuilder text) {
        for (ItemStory story : stories) {
            text.append("Item ").append(story.index()).append(": ").append(story.now());
            text.append(story.attempts().isEmpty() ? "\n" : "; what came to nothing before:\n");
            int number = 1;
            for (Attempt attempt : story.attempts()) {
                String where = " on " + attempt.worker();
                text.append("  ").append(number++).append(". ");
                text.append(Durations.text(attempt.agoMillis())).append(" ago");
                text.append(attempt.cause().contains(where) ? "" : where);
                text.append(": ").append(attempt.cause());
                text.append(attempt.counted() ? " (counts against the item)\n" : " (does not count)\n");
            }
        }
    }
}
