package io.sheaf.launcher.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Whether an address may be listened on: beyond loopback only with a token and TLS, since whoever gets in runs code. */
public final class Exposure {

    private Exposure() {}

    /**
     * Checks an address.
     *
     * @param insecure whether the user has said that it is to be so all the same
     * @return whether it is open without protection, which is to be said loudly
     * @throws SettingsException when it may not be listened on
     */
    public static boolean check(String key, Settings settings, boolean insecure) {
        String host = settings.text(key);
        boolean loopback;
        try {
            loopback = InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new SettingsException(key + " is '" + host + "', which is no address of this machine");
        }
        boolean safe =
                loopback || (!settings.token().isEmpty() && settings.tls().isPresent());
        if (!safe && !insecure) {
            throw new SettingsException(key + " = " + host + " would let everybody who reaches this machine run code on"
                    + " it: set sheaf.token (or SHEAF_TOKEN) and sheaf.tls.certificate, key and authorities, or say"
                    + " --insecure if the network is trusted");
        }
        return !safe;
    }
}
