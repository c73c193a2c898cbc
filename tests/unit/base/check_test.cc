#include "base/check.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice::base {

TEST_CASE("check: a claim that holds costs nothing") { check(true, "one is one"); }

TEST_CASE("check: a broken claim aborts in every build type") {
  const auto child = ::fork();
  if (child == 0) {
    ::signal(SIGABRT, SIG_DFL);  // else the test framework reports it as its own failure
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    check(false, "one is two");
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);

  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
}

}  // namespace sluice::base
