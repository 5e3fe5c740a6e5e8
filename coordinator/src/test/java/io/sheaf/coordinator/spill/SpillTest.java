package io.sheaf.coordinator.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.protocol.item.Encoding;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SpillTest {
    private static final long BUDGET = 1 << 20;

    @TempDir
    private Path folder;

    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private SpillDirectory directory;
    private Spill spill;

    @BeforeEach
    void open() throws IOException {
        directory = SpillDirectory.open(folder.resolve("spill"));
        spill = new Spill(directory, BUDGET, loop::add);
    }

    @AfterEach
    void close() throws IOException {
        spill.close();
        assertThat(files()).isEmpty();
    }

    @Test
    void whatFitsTheBudgetStaysInMemory() throws IOException {
        Shelf shelf = spill.shelf(true);
        shelf.add(bytes(0, 500_000));
        shelf.add(bytes(1, 500_000));
        spill.balance();
        assertThat(loop).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void thePieceThatIsTooMuchPushesAnotherToDiskAndReadingBringsItBack() throws Exception {
        Shelf shelf = spill.shelf(false);
        for (int i = 0; i < 3; i++) {
            shelf.add(bytes(i, 500_000));
        }
        spill.balance();
        await(() -> shelf.onDisk() > 0);
        assertThat(spill.inMemory()).isLessThan(BUDGET);
        assertThat(files()).hasSize(1);
        for (int i = 0; i < 3; i++) {
            assertThat(shelf.at(i)).contains(bytes(i, 500_000));
        }
        shelf.clear();
        await(() -> noFiles());
        assertThat(spill.inMemory()).isZero();
    }

    @Test
    void whatIsBeingWrittenCanBeReadAndCanEnd() throws Exception {
        Shelf shelf = spill.shelf(true);
        for (int i = 0; i < 4; i++) {
            shelf.add(bytes(i, 500_000));
        }
        spill.balance();
        assertThat(shelf.between(0, 4)).hasSize(4);
        shelf.ended(0, 4);
        assertThat(spill.inMemory()).isZero();
        await(() -> loop.isEmpty() && noFiles());
        assertThat(shelf.between(0, 4)).isEmpty();
        assertThat(shelf.onDisk()).isZero();
    }

    @Test
    void manySmallPiecesLieTogetherAndAreFoundOneByOne() throws Exception {
        Shelf shelf = spill.shelf(false);
        int count = 20_000;
        for (int i = 0; i < count; i++) {
            shelf.add(i % 10 == 3 ? failure(i) : bytes(i, i % 7));
            spill.balance();
        }
        await(() -> spill.inMemory() <= BUDGET);
        assertThat(shelf.onDisk()).isPositive();
        for (int i = 0; i < count; i++) {
            assertThat(shelf.at(i)).contains(i % 10 == 3 ? failure(i) : bytes(i, i % 7));
        }
        assertThat(shelf.at(count)).isEmpty();
        assertThat(shelf.next(17)).hasValue(17);
        assertThat(shelf.next(count)).isEmpty();
    }

    @Test
    void gapsStayGaps() throws Exception {
        Shelf shelf = spill.shelf(true);
        for (int i = 0; i < 40; i += 2) {
            shelf.add(bytes(i, 100_000));
        }
        spill.balance();
        await(() -> spill.inMemory() <= BUDGET);
        assertThat(shelf.at(5)).isEmpty();
        assertThat(shelf.next(5)).hasValue(6);
        assertThat(shelf.between(5, 9)).containsExactly(bytes(6, 100_000), bytes(8, 100_000));
    }

    @Test
    void theDiskIsGivenBackWhileTheRestIsStillNeeded() throws Exception {
        Shelf shelf = spill.shelf(true);
        int count = 200;
        for (int i = 0; i < count; i++) {
            shelf.add(bytes(i, 1 << 20));
            spill.balance();
        }
        await(() -> spill.inMemory() <= BUDGET);
        long all = bytesOnDisk();
        assertThat(all).isGreaterThan(190L << 20);
        assertThat(files()).hasSizeGreaterThanOrEqualTo(3);
        for (int i = 0; i < count; i++) {
            assertThat(shelf.between(i, i + 1)).containsExactly(bytes(i, 1 << 20));
            shelf.ended(i, i + 1);
            if (i == count / 2) {
                await(() -> bytesOnDisk() < all - (60L << 20));
            }
        }
        await(() -> noFiles());
    }

    @Test
    void aFullDiskLosesNothingAndItsTroubleEndsByItself() throws Exception {
        Shelf shelf = spill.shelf(true);
        Path own = Path.of(directory.toString());
        Path away = folder.resolve("away");
        Files.move(own, away);
        for (int i = 0; i < 4; i++) {
            shelf.add(bytes(i, 500_000));
        }
        spill.balance();
        await(() -> spill.trouble().isPresent());
        assertThat(spill.trouble().orElseThrow()).contains("free space there").contains(own.toString());
        assertThat(spill.isPressed()).isTrue();
        assertThat(shelf.between(0, 4)).hasSize(4);
        Files.move(away, own);
        await(() -> spill.trouble().isEmpty());
        spill.balance();
        await(() -> !spill.isPressed() && spill.inMemory() <= BUDGET);
        for (int i = 0; i < 4; i++) {
            assertThat(shelf.at(i)).contains(bytes(i, 500_000));
        }
    }

    @Test
    void aTroubleIsOverWhenThereIsNothingLeftToWrite() throws Exception {
        Shelf shelf = spill.shelf(true);
        Path own = Path.of(directory.toString());
        Path away = folder.resolve("away");
        Files.move(own, away);
        shelf.add(bytes(0, 2_000_000));
        spill.balance();
        await(() -> spill.trouble().isPresent());
        shelf.ended(0, 1);
        await(() -> spill.trouble().isEmpty());
        Files.move(away, own);
    }

    @Test
    void whatTheDiskDoesNotGiveBackIsAnErrorOfWhoeverAsks() throws Exception {
        Shelf shelf = spill.shelf(true);
        shelf.add(bytes(0, 2_000_000));
        spill.balance();
        await(() -> shelf.onDisk() > 0);
        Files.delete(files().get(0));
        assertThatThrownBy(() -> shelf.at(0)).isInstanceOf(UncheckedIOException.class);
        shelf.clear();
    }

    @Test
    void onlyTheOwnerMayReadAndWhatTheDeadHaveLeftIsDeleted() throws Exception {
        Path shared = folder.resolve("spill");
        Path left = Files.createDirectory(shared.resolve("dead"));
        Files.writeString(left.resolve("1.spill"), "x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
                .isEqualTo("rwx------");
        SpillDirectory next = SpillDirectory.open(shared);
        assertThat(left).doesNotExist();
        next.close();
    }

    private static Piece bytes(long index, int length) {
        byte[] value = new byte[length];
        java.util.Arrays.fill(value, (byte) index);
        byte[] end = java.nio.ByteBuffer.allocate(4).putInt(length).array();
        return new Piece.Values(new Segment(index, 1, Encoding.BYTES, 0, Bytes.wrap(end), Bytes.wrap(value)));
    }

    private static Piece failure(long index) {
        return new Piece.Failed(new ItemFailure(index, 1, new WorkerId("w"), new Failure.TimedOut(5)), 600);
    }

    private boolean noFiles() {
        return files().isEmpty();
    }

    private long bytesOnDisk() {
        return files().stream().mapToLong(file -> file.toFile().length()).sum();
    }

    private List<Path> files() {
        try {
            return SpilledFiles.in(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Plays the loop until that is so. */
    private void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            Runnable task = loop.poll(10, TimeUnit.MILLISECONDS);
            if (task != null) {
                task.run();
                spill.balance();
            }
        }
    }
}
