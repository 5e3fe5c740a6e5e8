package io.sheaf.acceptance

import java.util.UUID

/** Hosts on this machine: network namespaces with an address each, joined by a switch that lives in one of its own. */
final class Network(hosts: Int) {
  private val name = "sheaf-" + UUID.randomUUID.toString.take(8)
  private val switch = s"$name-switch"

  /** Host numbers begin with 1. */
  def address(host: Int): String = s"10.77.0.$host"

  /** What runs a command on that host. */
  def on(host: Int): Seq[String] = Seq("ip", "netns", "exec", space(host))

  def open(): Unit = {
    // No afterAll comes when beforeAll fails, or when the tests are interrupted.
    Runtime.getRuntime.addShutdownHook(new Thread(() => close()))
    Network.ip("netns", "add", switch)
    Network.ip("-n", switch, "link", "add", "name", "bridge", "type", "bridge")
    Network.ip("-n", switch, "link", "set", "bridge", "up")
    (1 to hosts).foreach { host =>
      Network.ip("netns", "add", space(host))
      val pair = Seq("link", "add", "name", port(host), "type", "veth", "peer", "name", "eth0", "netns", space(host))
      Network.ip(Seq("-n", switch) ++ pair: _*)
      Network.ip("-n", space(host), "addr", "add", s"${address(host)}/24", "dev", "eth0")
      Network.ip("-n", space(host), "link", "set", "eth0", "up")
      Network.ip("-n", space(host), "link", "set", "lo", "up")
      Network.ip("-n", switch, "link", "set", port(host), "master", "bridge", "up")
    }
  }

  /** From now on nothing reaches that host, and nobody is told. */
  def cut(host: Int): Unit = Network.ip("-n", switch, "link", "set", port(host), "down")

  def heal(host: Int): Unit = Network.ip("-n", switch, "link", "set", port(host), "up")

  /** From now on these two do not reach each other, and nobody is told; others reach both. */
  def cutBetween(one: Int, other: Int): Unit = eachOf(one, other) { (host, peer) =>
    // An address of a network card that nobody has.
    val nowhere = Seq("lladdr", "02:00:00:00:00:01", "dev", "eth0", "nud", "permanent")
    Network.ip(Seq("-n", space(host), "neigh", "replace", address(peer)) ++ nowhere: _*)
  }

  def healBetween(one: Int, other: Int): Unit = eachOf(one, other) { (host, peer) =>
    Network.ip("-n", space(host), "neigh", "del", address(peer), "dev", "eth0")
  }

  private def eachOf(one: Int, other: Int)(towards: (Int, Int) => String): Unit = {
    towards(one, other)
    towards(other, one): Unit
  }

  /** Removes all of it, also what was only begun. */
  def close(): Unit = {
    val there = Network.spaces
    (switch +: (1 to hosts).map(space)).filter(there.contains).foreach(Network.ip("netns", "del", _))
  }

  private def space(host: Int) = s"$name-$host"

  private def port(host: Int) = s"port$host"
}

object Network {

  /** Why this machine allows no such thing; empty when it does. */
  def trouble: Option[String] =
    try {
      val probe = new Network(1)
      try probe.open()
      finally probe.close()
      None
    } catch {
      case e @ (_: java.io.IOException | _: AssertionError) => Some(s"no network namespaces here: ${e.getMessage}")
    }

  private def spaces: Set[String] = ip("netns", "list").linesIterator.map(_.split(' ').head).toSet

  private def ip(arguments: String*): String = {
    val process = new ProcessBuilder("ip" +: arguments: _*).redirectErrorStream(true).start()
    val said = new String(process.getInputStream.readAllBytes())
    assert(process.waitFor() == 0, s"ip ${arguments.mkString(" ")}: $said")
    said
  }
}
