package io.sheaf.acceptance

import org.scalatest.Tag

/** Marks what takes too long for every build; `mvn -B verify -Pendurance` runs it too. */
object Endurance extends Tag("Endurance")
