package io.sheaf.acceptance

import java.io.IOException
import java.net.{InetAddress, ServerSocket}
import java.util.concurrent.atomic.AtomicInteger
import scala.util.Random

/** Ports that nobody used a moment ago. */
final case class Ports(http: Int, session: Int, akka: Int)

/** Below those that the operating system gives to whoever connects, one after the other, and others for each JVM of the
  * build: so that nobody gets one before it is used here.
  */
object Ports {
  private val First = 10240
  private val ForEachFork = 10000
  private val Forks = 2
  private val fork = System.getProperty("sheaf.fork", "fork-1").stripPrefix("fork-").toInt
  private val begin = First + fork % Forks * ForEachFork
  private val next = new AtomicInteger(Random.nextInt(ForEachFork))

  def free(): Ports = Ports(one(), one(), one())

  def one(): Int =
    Iterator.continually(begin + next.getAndIncrement() % ForEachFork).find(isFree).get

  private def isFree(port: Int): Boolean =
    try {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress).close()
      true
    } catch {
      case _: IOException => false
    }
}
