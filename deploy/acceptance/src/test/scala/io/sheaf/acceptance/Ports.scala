package io.sheaf.acceptance

import java.io.IOException
import java.net.{InetAddress, ServerSocket}
import scala.util.Random

/** Ports that nobody used a moment ago. */
final case class Ports(http: Int, session: Int, akka: Int)

object Ports {

  /** Below those that the operating system gives to whoever connects, so that nobody gets one by chance before it is
    * used here.
    */
  def free(): Ports = {
    val Seq(http, session, akka) =
      Iterator.continually(10240 + Random.nextInt(20000)).filter(isFree).distinct.take(3).toSeq: @unchecked
    Ports(http, session, akka)
  }

  private def isFree(port: Int): Boolean =
    try {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress).close()
      true
    } catch {
      case _: IOException => false
    }
}
