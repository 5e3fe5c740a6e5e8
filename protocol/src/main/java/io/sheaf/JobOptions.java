package io.sheaf;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a job is run. Immutable and safe to share; every {@code withX} returns a changed copy and throws
 * {@link IllegalArgumentException} when the value makes no sense.
 *
 * <pre>{@code
 * JobOptions options = JobOptions.defaults().withRetries(3).withTimeout(Duration.ofSeconds(30));
 * List<Page> pages = pool.with(options).map(Page::fetch, urls);
 * }</pre>
 */
public final class JobOptions {
    private static final JobOptions DEFAULTS = new JobOptions(
            new Hand("", 0, 0),
            new Attempts(0, Duration.ofMillis(100), Duration.ZERO, false),
            new Share(0, 1, Map.of()),
            new Executors(Workload.CPU, Optional.empty(), 0),
            false);

    private final Hand hand;
    private final Attempts attempts;
    private final Share share;
    private final Executors executors;
    private final boolean durable;

    private record Hand(String name, int chunkSize, int window) {}

    private record Attempts(int retries, Duration backoff, Duration timeout, boolean speculative) {}

    private record Share(int priority, int weight, Map<String, Double> requires) {}

    private record Executors(Workload workload, Optional<RemoteRunnable> initializer, int maxTasks) {}

    private JobOptions(Hand hand, Attempts attempts, Share share, Executors executors, boolean durable) {
        this.hand = hand;
        this.attempts = attempts;
        this.share = share;
        this.executors = executors;
        this.durable = durable;
    }

    /**
     * The defaults named at each option.
     *
     * @return options that leave everything as it is by default
     */
    public static JobOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Shown by {@code sheaf jobs}; empty (default): named after the function.
     *
     * @return the name, maybe empty
     */
    public String name() {
        return hand.name;
    }

    /**
     * These options under another name.
     *
     * @param name what {@code sheaf jobs} shows; empty: the function
     * @return the changed copy
     */
    public JobOptions withName(String name) {
        return with(new Hand(Objects.requireNonNull(name, "name"), hand.chunkSize, hand.window));
    }

    /**
     * At most this many items are handed to a slot at once; 0 (default): adaptive, from measured times.
     *
     * @return a number of items
     */
    public int chunkSize() {
        return hand.chunkSize;
    }

    /**
     * These options with another bound on what a slot is handed at once.
     *
     * @param chunkSize 0 or more items
     * @return the changed copy
     */
    public JobOptions withChunkSize(int chunkSize) {
        OptionRules.check(
                chunkSize >= 0, "chunkSize must be 0 (adaptive) or more", chunkSize, "leave it at 0 when in doubt");
        return with(new Hand(hand.name, chunkSize, hand.window));
    }

    /**
     * How many items {@code imap} reads ahead of the oldest result not yet read; 0 (default): adaptive, at least four
     * per slot.
     *
     * @return a number of items
     */
    public int window() {
        return hand.window;
    }

    /**
     * These options with another read-ahead.
     *
     * @param window 0 or more items
     * @return the changed copy
     */
    public JobOptions withWindow(int window) {
        OptionRules.check(window >= 0, "window must be 0 (adaptive) or more", window, "leave it at 0 when in doubt");
        return with(new Hand(hand.name, hand.chunkSize, window));
    }

    /**
     * How often an item whose task threw is run again before it has failed; 0 (default): never. A worker or process
     * that dies spends none of them.
     *
     * @return a number of retries
     */
    public int retries() {
        return attempts.retries;
    }

    /**
     * These options with another number of retries.
     *
     * @param retries 0 or more
     * @return the changed copy
     */
    public JobOptions withRetries(int retries) {
        OptionRules.check(
                retries >= 0, "retries must be 0 (none) or more", retries, "an item is run at most 1 + retries times");
        return with(new Attempts(retries, attempts.backoff, attempts.timeout, attempts.speculative));
    }

    /**
     * How long an item waits for its first retry, and twice as long for each further one, up to 5 minutes; 100 ms by
     * default. Other items run meanwhile.
     *
     * @return zero or more
     */
    public Duration retryBackoff() {
        return attempts.backoff;
    }

    /**
     * These options with another wait before the first retry, of at most 5 minutes, counted in milliseconds.
     *
     * @param backoff zero, or 1 ms to 5 minutes
     * @return the changed copy
     */
    public JobOptions withRetryBackoff(Duration backoff) {
        OptionRules.checkBackoff(backoff);
        return with(new Attempts(attempts.retries, backoff, attempts.timeout, attempts.speculative));
    }

    /**
     * How long an item may run before it is stopped: first by an interrupt, and after 2 s by the end of its process,
     * which harms no other item. Zero (default): as long as it takes. The item then fails with
     * {@link TaskTimeoutException}, whatever {@link #retries} are left.
     *
     * @return zero or more
     */
    public Duration timeout() {
        return attempts.timeout;
    }

    /**
     * These options with another time limit for each item, of at most 365 days, counted in milliseconds.
     *
     * @param timeout zero, or 1 ms to 365 days
     * @return the changed copy
     */
    public JobOptions withTimeout(Duration timeout) {
        OptionRules.checkTimeout(timeout);
        return with(new Attempts(attempts.retries, attempts.backoff, timeout, attempts.speculative));
    }

    /**
     * Whether an item that runs far longer than the others is started on another worker too when the job is near its
     * end; the first result counts and the other attempt is stopped. Off by default, since a task with side effects
     * would have them twice.
     *
     * @return whether second attempts are made
     */
    public boolean speculative() {
        return attempts.speculative;
    }

    /**
     * These options with or without second attempts at slow items.
     *
     * @param speculative whether second attempts are made
     * @return the changed copy
     */
    public JobOptions withSpeculative(boolean speculative) {
        return with(new Attempts(attempts.retries, attempts.backoff, attempts.timeout, speculative));
    }

    /**
     * Jobs of a higher one go first, always; 0 by default, may be negative.
     *
     * @return the priority
     */
    public int priority() {
        return share.priority;
    }

    /**
     * These options with another priority.
     *
     * @param priority any number
     * @return the changed copy
     */
    public JobOptions withPriority(int priority) {
        return with(new Share(priority, share.weight, share.requires));
    }

    /**
     * The job's part of the slots' time among jobs of the same priority: one of weight 3 gets three times as much as one
     * of weight 1, the default.
     *
     * @return at least 1
     */
    public int weight() {
        return share.weight;
    }

    /**
     * These options with another weight.
     *
     * @param weight 1 or more
     * @return the changed copy
     */
    public JobOptions withWeight(int weight) {
        OptionRules.check(
                weight >= 1, "weight must be 1 or more", weight, "use a lower priority for what should only fill gaps");
        return with(new Share(share.priority, weight, share.requires));
    }

    /**
     * What each running item takes of its worker: label to amount; empty by default. A worker started with
     * {@code --label gpu=2} runs at most two items at a time that require {@code gpu -> 1.0}. A key {@code zone=eu} asks
     * for a worker started with {@code --label zone=eu}, whatever the amount.
     *
     * @return an unmodifiable map in the order of the labels
     */
    public Map<String, Double> requires() {
        return share.requires;
    }

    /**
     * These options with other requirements, in amounts of at least 0.001, to which they are exact.
     *
     * @param requires label to amount
     * @return the changed copy
     */
    public JobOptions withRequires(Map<String, Double> requires) {
        Map<String, Double> sorted = new TreeMap<>();
        requires.forEach((label, amount) -> {
            OptionRules.checkRequirement(label, amount);
            sorted.put(label, amount);
        });
        return with(new Share(share.priority, share.weight, Collections.unmodifiableMap(sorted)));
    }

    /**
     * What the items mostly do, and so where they run; {@link Workload#CPU} by default.
     *
     * @return the kind of work
     */
    public Workload workload() {
        return executors.workload;
    }

    /**
     * These options for another kind of work.
     *
     * @param workload what the items mostly do
     * @return the changed copy
     */
    public JobOptions withWorkload(Workload workload) {
        Objects.requireNonNull(workload, "workload");
        return with(new Executors(workload, executors.initializer, executors.maxTasks));
    }

    /**
     * Run once in each process that runs items of the job, before the first of them, as to open what they share; none by
     * default. Nothing of the job runs where it fails; when it keeps failing the job ends, and says why.
     *
     * @return the initializer, if there is one
     */
    public Optional<RemoteRunnable> initializer() {
        return executors.initializer;
    }

    /**
     * These options with an initializer; it is serialized when the job is submitted.
     *
     * @param initializer what is run
     * @return the changed copy
     */
    public JobOptions withInitializer(RemoteRunnable initializer) {
        Objects.requireNonNull(initializer, "initializer");
        return with(new Executors(executors.workload, Optional.of(initializer), executors.maxTasks));
    }

    /**
     * A process is replaced by a fresh one after it has run so many items of the job, for tasks that leak; 0 (default):
     * never for that reason.
     *
     * @return a number of items
     */
    public int maxTasksPerProcess() {
        return executors.maxTasks;
    }

    /**
     * These options with another life of processes.
     *
     * @param maxTasks 0 or more items
     * @return the changed copy
     */
    public JobOptions withMaxTasksPerProcess(int maxTasks) {
        OptionRules.check(maxTasks >= 0, "maxTasksPerProcess must be 0 (never) or more", maxTasks, "it counts items");
        return with(new Executors(executors.workload, executors.initializer, maxTasks));
    }

    /**
     * Whether the job is written down before it is accepted, and each result before it counts, so that both outlive the
     * process of the coordinator; false by default. Other jobs outlive it as long as their client does, which then sends
     * again what has no result.
     *
     * @return whether a journal is asked for
     */
    public boolean durable() {
        return durable;
    }

    /**
     * These options with or without a journal. Where none is kept, which is so on threads, on private processes, and for
     * what a task starts, a job that asks for it is refused with a {@link JobRejectedException}.
     *
     * @param durable whether to ask for it
     * @return the changed copy
     */
    public JobOptions withDurable(boolean durable) {
        return new JobOptions(hand, attempts, share, executors, durable);
    }

    private JobOptions with(Hand other) {
        return new JobOptions(other, attempts, share, executors, durable);
    }

    private JobOptions with(Attempts other) {
        return new JobOptions(hand, other, share, executors, durable);
    }

    private JobOptions with(Share other) {
        return new JobOptions(hand, attempts, other, executors, durable);
    }

    private JobOptions with(Executors other) {
        return new JobOptions(hand, attempts, share, other, durable);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JobOptions that
                && hand.equals(that.hand)
                && attempts.equals(that.attempts)
                && share.equals(that.share)
                && executors.equals(that.executors)
                && durable == that.durable;
    }

    @Override
    public int hashCode() {
        return Objects.hash(hand, attempts, share, executors, durable);
    }

    @Override
    public String toString() {
        return "JobOptions[" + hand + ", " + attempts + ", " + share + ", " + executors
                + (durable ? ", durable]" : "]");
    }
}
