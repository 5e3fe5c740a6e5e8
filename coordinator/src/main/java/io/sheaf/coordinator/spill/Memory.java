package io.sheaf.coordinator.spill;

/**
 * What the coordinator may keep of items and results, and where what is more goes.
 *
 * @param budget in bytes, over all jobs
 * @param beyond the disk
 */
public record Memory(long budget, SpillDirectory beyond) {
    /** A quarter of the heap: as much again may be on its way in and out, and the collector needs room. */
    public static long defaultBudget() {
        return Runtime.getRuntime().maxMemory() / 4;
    }
}
