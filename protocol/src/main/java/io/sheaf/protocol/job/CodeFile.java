package io.sheaf.protocol.job;

/**
 * One jar of a bundle.
 *
 * @param id what it contains
 * @param name its file name, for people
 * @param size in bytes
 * @param origin its absolute path where the client runs: a worker that finds the same content there uses it in place
 */
public record CodeFile(CodeId id, String name, long size, String origin) {}
