package io.sheaf.acceptance

import java.nio.file.{Files, Path}

/** An authority made for a test, and certificates that it has signed, as PEM files. */
final class Certificates(folder: Path, name: String) {
  val authority: Path = folder.resolve(s"$name-authority.pem")
  private val authorityKey = folder.resolve(s"$name-authority.key")

  locally {
    val who = Seq("-subj", s"/CN=$name authority", "-days", "2")
    openssl(Seq(
      "req",
      "-x509",
      "-keyout",
      authorityKey.toString,
      "-out",
      authority.toString
    ) ++ Certificates.key ++ who)
  }

  /** The environment of a process with a certificate for that address. */
  def environment(address: String): Map[String, String] = {
    val files = Seq("pem", "key", "csr", "ext").map(kind => kind -> folder.resolve(s"$name-$address.$kind")).toMap
    // Akka wants both ends to share a subject name.
    val request = Seq("req", "-keyout", files("key").toString, "-out", files("csr").toString, "-subj", "/CN=sheaf")
    openssl(request ++ Certificates.key)
    Files.writeString(files("ext"), s"subjectAltName=IP:$address\nextendedKeyUsage=serverAuth,clientAuth\n")
    val signer = Seq("-CA", authority.toString, "-CAkey", authorityKey.toString, "-CAcreateserial", "-days", "2")
    val signed = Seq("-in", files("csr").toString, "-extfile", files("ext").toString, "-out", files("pem").toString)
    openssl(Seq("x509", "-req") ++ signer ++ signed)
    Map(
      "SHEAF_TLS_CERTIFICATE" -> files("pem").toString,
      "SHEAF_TLS_KEY" -> files("key").toString,
      "SHEAF_TLS_AUTHORITIES" -> authority.toString
    )
  }

  private def openssl(arguments: Seq[String]): Unit = {
    val process = new ProcessBuilder("openssl" +: arguments: _*).redirectErrorStream(true).start()
    val said = new String(process.getInputStream.readAllBytes())
    assert(process.waitFor() == 0, s"openssl ${arguments.mkString(" ")}: $said")
  }
}

object Certificates {
  private val key = Seq("-newkey", "rsa:2048", "-nodes")
}
