package io.sheaf.acceptance

/** The command line of an installation, asked about its cluster. */
final class Commands(here: Installation) {
  private val Every = 250L

  def apply(arguments: String*): Running = here.run(here.sheaf +: arguments: _*)

  /** Submits and returns the job's number. */
  def submit(arguments: String*): String = {
    val run = apply("submit" +: "--quiet" +: arguments: _*)
    assert(run.exitCode == 0, run.report)
    run.lines.head
  }

  /** A field of a job, as it stands in its JSON. */
  def job(id: String, field: String): String = {
    val run = apply("job", id, "--json")
    assert(run.exitCode == 0, run.report)
    s""""$field":"?([^",}]*)""".r.findFirstMatchIn(run.lines.head).map(_.group(1)).getOrElse("")
  }

  def state(id: String): String = job(id, "state")

  def awaitState(id: String, expected: String, seconds: Long = 60): Unit =
    here.await(s"job $id is $expected, not ${state(id)}", seconds, Every)(state(id) == expected)

  /** How many workers there are, and how many of their slots have something to do. */
  def busy: (Int, Int) = {
    val numbers = "\"busy\":(\\d+)".r.findAllMatchIn(apply("workers", "--json").lines.head).map(_.group(1).toInt).toSeq
    (numbers.size, numbers.sum)
  }

  /** Free slots equal all slots, of so many workers, but for those that something is to be going on in. */
  def awaitFree(workers: Int, busySlots: Int = 0): Unit =
    here.await(s"$workers workers with $busySlots busy slots, not $busy", 20, Every)(
      busy == (workers -> busySlots)
    )
}
