package io.sheaf.examples;

import io.sheaf.Pool;
import io.sheaf.RemoteCallable;
import java.math.BigInteger;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * A call that is submitted, and its result that is waited for: the same with threads and with processes.
 *
 * <pre>
 * for executor in ThreadPoolExecutor(2), ProcessPoolExecutor(2):
 *     with executor:
 *         print(executor.submit(factorial, 30).result())
 * </pre>
 */
public final class Submitting {
    private Submitting() {}

    public static void main(String[] arguments) throws ExecutionException, InterruptedException {
        try (Pool threads = Pool.threads(2);
                Pool processes = Pool.processes(2)) {
            System.out.println(submit(threads));
            System.out.println(submit(processes));
        }
    }

    private static BigInteger submit(ExecutorService executor) throws ExecutionException, InterruptedException {
        RemoteCallable<BigInteger> task = () -> factorial(30);
        Future<BigInteger> future = executor.submit(task);
        return future.get();
    }

    static BigInteger factorial(int n) {
        return n < 2 ? BigInteger.ONE : BigInteger.valueOf(n).multiply(factorial(n - 1));
    }
}
