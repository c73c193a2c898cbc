#include "worker/variables.h"

#include <doctest/doctest.h>

using namespace sluice;
using worker::Variables;

// autopkgtest 2.1
TEST_CASE("variables: names are filled, the longest of those that begin alike") {
  const Variables variables{{"VM", "x"}, {"VMFLAG", "/vm"}, {"RELEASE", "noble"}};

  CHECK(worker::fill_variables("ubuntu/$RELEASE$VMFLAG:$VM", variables) == "ubuntu/noble/vm:x");
}

TEST_CASE("variables: what has no value stays, what was put in is not looked at again") {
  const Variables variables{{"A", "$B"}, {"B", "b"}, {"EMPTY", ""}};

  CHECK(worker::fill_variables("$A $HOME ${B} $ $EMPTY.", variables) == "$B $HOME ${B} $ .");
}

// autopkgtest 2.1
TEST_CASE("variables: -v is KEY=VALUE") {
  CHECK(worker::parse_variable("A=b=c").value() == std::pair<std::string, std::string>("A", "b=c"));
  CHECK(worker::parse_variable("A=")->second.empty());
  CHECK_FALSE(worker::parse_variable("A"));
  CHECK_FALSE(worker::parse_variable("=b"));
}

// autopkgtest 2.1
TEST_CASE("variables: macros are filled by credentials, and which is remembered") {
  const auto filled = worker::fill_macros("p=#PASS_1# # a #b# ##", {{"PASS_1", "secret"}});

  REQUIRE(filled);
  CHECK(filled->text == "p=secret # a #b# ##");
  CHECK(filled->used == std::vector<std::string>{"secret"});
}

TEST_CASE("variables: a macro without a credential is an error that names it") {
  const auto filled = worker::fill_macros("#PASS#", {{"OTHER", "secret"}});

  REQUIRE_FALSE(filled);
  CHECK(filled.error().kind == base::ErrorKind::not_found);
  CHECK(filled.error().what == "no credential for the macro #PASS#");
}
