package io.sheaf.examples;

import io.sheaf.JobOptions;
import io.sheaf.Pool;
import io.sheaf.RemoteFunction;
import io.sheaf.Workload;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;

/**
 * Many pages fetched at once; no thread waits for any of them. Takes URLs as arguments.
 *
 * <pre>
 * async with aiohttp.ClientSession() as session:
 *     print(sum(await asyncio.gather(*(size(session, url) for url in urls))))
 * </pre>
 */
public final class GatherPages {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private GatherPages() {}

    public static void main(String[] urls) {
        try (Pool pool = Pool.processes(1).with(JobOptions.defaults().withWorkload(Workload.IO))) {
            System.out.println(pool.map(RemoteFunction.async(GatherPages::size), Arrays.asList(urls)));
        }
    }

    static CompletionStage<Integer> size(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        return CLIENT.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(answer -> answer.body().length);
    }
}
