package io.sheaf.acceptance

import java.net.{InetAddress, ServerSocket}

/** Ports that nobody used a moment ago. */
final case class Ports(http: Int, session: Int, akka: Int)

object Ports {
  def free(): Ports = {
    val sockets = Seq.fill(3)(new ServerSocket(0, 1, InetAddress.getLoopbackAddress))
    try Ports(sockets(0).getLocalPort, sockets(1).getLocalPort, sockets(2).getLocalPort)
    finally sockets.foreach(_.close())
  }
}
