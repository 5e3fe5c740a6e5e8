package io.sheaf.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Requirement;
import io.sheaf.protocol.job.WorkerId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What jobs get of the cluster beside each other. */
class SharesTest {
    private final Scene scene = new Scene();

    private static Policy share(int priority, int weight, int atOnce, Requirement... requires) {
        return Policy.defaults().withShare(new Policy.Share(priority, weight, atOnce, List.of(requires)));
    }

    /** All that is handed out is run, item times being equal, for so many leases. */
    private void run(WorkerId worker, int leases, long millisEach) {
        for (int i = 0; i < leases; i++) {
            scene.complete(worker, millisEach);
        }
    }

    @Test
    void equalsGetEqualSlotTimeWhateverTheirItemsTake() {
        WorkerId worker = scene.join("w", 4);
        JobId quick = scene.submit(1_000_000, share(0, 1, 0));
        JobId slow = scene.submit(1_000_000, share(0, 1, 0));
        for (int i = 0; i < 400; i++) {
            JobId job = scene.grants(worker).getFirst().job();
            scene.complete(worker, job.equals(quick) ? 1 : 20);
        }
        double ofQuick = scene.handed(worker, quick);
        double ofSlow = 20.0 * scene.handed(worker, slow);
        assertThat(ofQuick / ofSlow).isBetween(0.9, 1.1);
    }

    @Test
    void briefItemsThatComeTogetherAreHandedOutTogether() {
        WorkerId worker = scene.join("w", 1);
        JobId job = new JobId(1);
        scene.scheduler.submitted(job, Policy.defaults());
        scene.scheduler.arrived(job, 20, 20);
        scene.settle();
        while (scene.complete(worker, 0).isPresent()) {
            assertThat(scene.handed(worker, job)).isLessThanOrEqualTo(20);
        }
        scene.scheduler.arrived(job, 6020, 6000);
        scene.settle();
        assertThat(scene.grants(worker)).hasSize(1);
        assertThat(scene.handed(worker, job)).isEqualTo(6020);
    }

    @Test
    void ofBriefItemsWithLargeResultsNoMoreIsHandedOutThanMemoryHolds() {
        WorkerId worker = scene.join("w", 1);
        JobId job = scene.submit(1_000_000_000, Policy.defaults());
        for (int i = 0; i < 50; i++) {
            scene.scheduler.weighed(job, 1, 1000);
            scene.complete(worker, 0);
        }
        assertThat(scene.scheduler.overview().running(job) * 1000).isBetween(1L << 20, 32L << 20);
    }

    @Test
    void aJobOfThreeTimesTheWeightGetsThreeTimesTheSlotTime() {
        WorkerId worker = scene.join("w", 4);
        JobId light = scene.submit(1_000_000, share(0, 1, 0));
        JobId heavy = scene.submit(1_000_000, share(0, 3, 0));
        run(worker, 400, 10);
        double ratio = (double) scene.handed(worker, heavy) / scene.handed(worker, light);
        assertThat(ratio).isBetween(2.7, 3.3);
    }

    @Test
    void aJobOfHigherPriorityGoesFirstAndLeavesNothing() {
        WorkerId worker = scene.join("w", 2);
        JobId low = scene.submit(1000, share(0, 1, 0));
        run(worker, 3, 10);
        JobId high = scene.submit(100, share(5, 1, 0));
        assertThat(scene.handed(worker, high))
                .as("at once, though the slots are taken")
                .isPositive();
        long before = scene.handed(worker, low);
        while (scene.state(high) != JobState.SUCCEEDED) {
            long left = 100 - scene.handed(worker, high);
            if (left > 0) {
                assertThat(scene.handed(worker, low)).isEqualTo(before);
            }
            run(worker, 1, 10);
        }
    }

    @Test
    void aJobOfHigherPriorityHasItsNextItemReadyForEachSlotHoweverSlowTheyAre() {
        WorkerId worker = scene.join("w", 3);
        scene.submit(1000, share(0, 1, 0));
        run(worker, 3, 100);
        JobId high = scene.submit(60, share(5, 1, 0));
        run(worker, 4, 500);
        assertThat(scene.scheduler.overview().running(high)).isGreaterThanOrEqualTo(6);
    }

    @Test
    void aSmallJobIsHandedOutAtOnceThoughALargeOneHasAllSlots() {
        WorkerId worker = scene.join("w", 2);
        scene.submit(1_000_000, share(0, 1, 0));
        run(worker, 20, 1);
        JobId small = scene.submit(1, share(0, 1, 0));
        assertThat(scene.handed(worker, small)).isEqualTo(1);
    }

    @Test
    void aNewcomerOwesNothingAndIsOwedNothingForTheTimeBeforeItCame() {
        WorkerId worker = scene.join("w", 2);
        JobId old = scene.submit(1_000_000, share(0, 1, 0));
        run(worker, 200, 10);
        JobId young = scene.submit(1_000_000, share(0, 1, 0));
        long before = scene.handed(worker, old);
        run(worker, 200, 10);
        double ratio = (double) (scene.handed(worker, old) - before) / scene.handed(worker, young);
        assertThat(ratio).isBetween(0.8, 1.25);
    }

    @Test
    void noMoreThanNItemsOfAJobAreOutAtATime() {
        WorkerId one = scene.join("one", 4);
        WorkerId two = scene.join("two", 4);
        JobId job = scene.submit(50, share(0, 1, 3));
        while (scene.state(job) != JobState.SUCCEEDED) {
            assertThat(scene.scheduler.overview().running(job)).isBetween(1L, 3L);
            if (scene.grants(one).size() < 4) {
                assertThat(scene.reasons(job)).doesNotContain("slots are taken");
            }
            if (scene.complete(one, 1).isEmpty()) {
                scene.complete(two, 1);
            }
        }
    }

    @Test
    void whatAnItemRequiresIsNeverTakenTwice() {
        WorkerId plain = scene.join("plain", 8);
        WorkerId rich = scene.join("rich", 8, new Label("gpu", "2"));
        JobId job = scene.submit(20, share(0, 1, 0, new Requirement("gpu", 1000)));
        while (scene.state(job) != JobState.SUCCEEDED) {
            assertThat(scene.scheduler.overview().running(job)).isBetween(1L, 2L);
            scene.complete(rich, 1);
        }
        assertThat(scene.handed(plain, job)).isZero();
    }

    @Test
    void whatNobodyHasIsSaidAndTheJobRunsOnceSomebodyBringsIt() {
        scene.join("plain", 8, new Label("gpu", "1"));
        JobId job = scene.submit(1, share(0, 1, 0, new Requirement("gpu", 2000)));
        assertThat(scene.reasons(job))
                .contains("No worker has what each item needs: gpu=2")
                .contains("1@plain: It has gpu=1, but each item needs gpu=2");
        WorkerId rich = scene.join("rich", 1, new Label("gpu", "2.5"));
        assertThat(scene.handed(rich, job)).isEqualTo(1);
        assertThat(scene.reasons(job)).isEmpty();
    }

    @Test
    void aLabelThatIsNoNumberNamesAKindOfWorker() {
        WorkerId here = scene.join("here", 4, new Label("zone", "eu"));
        scene.join("there", 4, new Label("zone", "us"));
        JobId job = scene.submit(4, share(0, 1, 0, new Requirement("zone=eu", 1000)));
        assertThat(scene.handed(here, job)).isEqualTo(4);
    }

    @Test
    void anotherJobIsNotHeldUpByOneThatNobodyCanServe() {
        WorkerId worker = scene.join("w", 2);
        scene.submit(10, share(9, 1, 0, new Requirement("gpu", 1000)));
        JobId job = scene.submit(2, share(0, 1, 0));
        assertThat(scene.handed(worker, job)).isEqualTo(2);
    }

    @Test
    void aJobOnHoldGetsNothingUntilItIsReleased() {
        WorkerId worker = scene.join("w", 1);
        JobId job = scene.submit(1000, share(0, 1, 0));
        scene.complete(worker, 1);
        scene.scheduler.hold(job);
        scene.settle();
        while (scene.complete(worker, 1).isPresent()) {
            assertThat(scene.scheduler.overview().running(job)).isGreaterThanOrEqualTo(0);
        }
        assertThat(scene.reasons(job)).contains("The results that are there are not taken");
        scene.scheduler.release(job);
        scene.settle();
        assertThat(scene.scheduler.overview().running(job)).isPositive();
    }

    @Test
    void aWorkerFourTimesSlowerGetsAQuarter() {
        WorkerId quick = scene.join("quick", 1);
        WorkerId slow = scene.join("slow", 1);
        JobId job = scene.submit(100_000, share(0, 1, 0));
        double clock = 0;
        double slowUntil = 0;
        double quickUntil = 0;
        while (scene.state(job) != JobState.SUCCEEDED) {
            boolean slowIsNext = !scene.grants(slow).isEmpty()
                    && (slowUntil <= quickUntil || scene.grants(quick).isEmpty());
            WorkerId next = slowIsNext ? slow : quick;
            long items = scene.grants(next).isEmpty()
                    ? 0
                    : scene.grants(next).getFirst().to()
                            - scene.grants(next).getFirst().from();
            if (slowIsNext) {
                slowUntil += items * 4;
            } else {
                quickUntil += items;
            }
            clock = Math.max(slowUntil, quickUntil);
            scene.complete(next, slowIsNext ? 4 : 1);
        }
        double ratio = (double) scene.handed(slow, job) / scene.handed(quick, job);
        assertThat(ratio).isBetween(0.2, 0.3);
        assertThat(clock).as("nobody waits for the slow one").isLessThan(1.05 * 100_000 * 0.8);
    }
}
