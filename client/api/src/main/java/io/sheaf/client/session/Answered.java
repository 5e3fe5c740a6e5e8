package io.sheaf.client.session;

import io.sheaf.protocol.ClientConversation.ToClient;

/** Which request a message answers. */
final class Answered {
    private Answered() {}

    /** The number of the request that a message answers which is about no job of its own. */
    static long request(ToClient message) {
        if (message instanceof ToClient.Explanation explanation) {
            return explanation.request();
        }
        if (message instanceof ToClient.Jobs jobs) {
            return jobs.request();
        }
        if (message instanceof ToClient.Workers workers) {
            return workers.request();
        }
        if (message instanceof ToClient.Page page) {
            return page.request();
        }
        if (message instanceof ToClient.Item item) {
            return item.request();
        }
        if (message instanceof ToClient.Code code) {
            return code.request();
        }
        return message instanceof ToClient.Log log ? log.request() : ((ToClient.Cluster) message).request();
    }
}
