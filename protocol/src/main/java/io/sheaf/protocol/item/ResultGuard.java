package io.sheaf.protocol.item;

import java.io.ObjectInputFilter;
import java.util.List;

/**
 * What may not come back from a cluster into the program that uses it: classes that attacks on deserialization are made
 * of, and claims that do not fit the bytes that came. Nothing that a function gives back on purpose should be among them.
 * For one stream.
 */
final class ResultGuard implements ObjectInputFilter {
    private static final long DEEPEST = 10_000;
    private static final long LEAST_ARRAY = 1_024;
    /** A table of hashes has several times more buckets than entries, and an entry takes several bytes. */
    private static final long ARRAY_PER_BYTE = 16;

    private static final List<String> REFUSED = List.of(
            "java.rmi.",
            "sun.rmi.",
            "javax.management.",
            "javax.naming.",
            "com.sun.jndi.",
            "com.sun.rowset.",
            "javax.sql.rowset.",
            "sun.reflect.annotation.AnnotationInvocationHandler",
            "com.sun.org.apache.xalan.",
            "com.sun.org.apache.bcel.",
            "org.apache.xalan.",
            "org.apache.bcel.",
            "org.apache.commons.collections.functors.",
            "org.apache.commons.collections4.functors.",
            "org.apache.commons.collections.keyvalue.TiedMapEntry",
            "org.apache.commons.collections4.keyvalue.TiedMapEntry",
            "org.apache.commons.beanutils.BeanComparator",
            "org.codehaus.groovy.runtime.",
            "org.springframework.aop.",
            "org.springframework.beans.factory.",
            "org.springframework.core.SerializableTypeWrapper",
            "org.springframework.transaction.jta.",
            "com.mchange.v2.c3p0.",
            "org.hibernate.tuple.component.",
            "org.mozilla.javascript.",
            "org.python.core.",
            "bsh.",
            "javassist.",
            "org.jboss.weld.interceptor.",
            "org.jboss.interceptor.",
            "com.rometools.rome.feed.impl.",
            "com.sun.syndication.feed.impl.");

    private final long bytes;
    private String refusal = "";

    ResultGuard(long bytes) {
        this.bytes = bytes;
    }

    /** What was refused, and why; empty when nothing was. */
    String refusal() {
        return refusal;
    }

    @Override
    public Status checkInput(FilterInfo info) {
        if (info.depth() > DEEPEST) {
            return refuse("objects nested more than " + DEEPEST + " deep");
        }
        if (info.arrayLength() > LEAST_ARRAY + ARRAY_PER_BYTE * bytes) {
            return refuse("an array of " + info.arrayLength() + " in " + bytes + " bytes");
        }
        Class<?> type = info.serialClass();
        while (type != null && type.isArray()) {
            type = type.getComponentType();
        }
        return type != null && isRefused(type.getName())
                ? refuse("an object of " + type.getName() + ", a class that attacks are made of")
                : Status.UNDECIDED;
    }

    private static boolean isRefused(String name) {
        for (String prefix : REFUSED) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private Status refuse(String what) {
        refusal = what;
        return Status.REJECTED;
    }
}
