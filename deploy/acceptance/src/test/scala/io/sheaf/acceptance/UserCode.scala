package io.sheaf.acceptance

import java.io.File
import java.nio.file.{Files, Path}
import javax.tools.ToolProvider

/** Compiles what a user would write, against nothing but what a user has. */
object UserCode {

  /** A class directory with the compiled source. */
  def compile(installation: Installation, name: String, source: String): Path = {
    val folder = Files.createTempDirectory(installation.folder, "code")
    val file = Files.writeString(folder.resolve(name + ".java"), source)
    val classes = Files.createDirectory(folder.resolve("classes"))
    val result = ToolProvider.getSystemJavaCompiler.run(
      null,
      null,
      null,
      "-cp",
      clientClassPath(installation),
      "-d",
      classes.toString,
      file.toString
    )
    assert(result == 0, s"$name does not compile")
    classes
  }

  /** The same as a jar. */
  def jar(installation: Installation, name: String, source: String): Path = {
    val classes = compile(installation, name, source)
    val jar = classes.resolveSibling(name + ".jar")
    val tool = java.util.spi.ToolProvider.findFirst("jar").orElseThrow
    assert(tool.run(System.out, System.err, "--create", "--file", jar.toString, "-C", classes.toString, ".") == 0)
    jar
  }

  /** What a program that uses the client library has on its class path. */
  def clientClassPath(installation: Installation): String = {
    val lib = installation.home.resolve("lib")
    val version = System.getProperty("sheaf.version")
    Seq("sheaf-client", "sheaf-protocol").map(name => lib.resolve(s"$name-$version.jar")).mkString(File.pathSeparator)
  }
}
