#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::PolicyId;
using migrate::Signer;
using support::answer_of;
using support::archive;
using support::TestWorld;
using Texts = std::vector<std::string>;

namespace {

support::PolicyAnswer buildd(TestWorld& test) {
  return answer_of(test, "foo", PolicyId::builtonbuildd);
}

TestWorld uploaded(const char* arch, const std::string& section = "misc") {
  TestWorld test(archive()
                     .unstable()
                     .source("foo", "2", {.section = section})
                     .binary("foo", arch, "2")
                     .build());
  test.settings.check_buildd = true;
  return test;
}

}  // namespace

namespace {

struct UploadRow {
  const char* name;
  const char* arch;
  const char* section;
  const char* signer;  // "" unknown
  bool buildd;
  const char* hint;
  const char* verdict;
  Texts texts;
  const char* info;
};

const UploadRow kUpload[] = {
    {"builder", "amd64", "misc", "b@x", true, "", "PASS", {}, R"({"signed-by": {"amd64": "b@x"}})"},
    {"person",
     "amd64",
     "misc",
     "jo",
     false,
     "",
     "REJECTED_PERMANENTLY",
     {"Not built on buildd: arch amd64 binaries uploaded by jo"},
     R"({"signed-by": {"amd64": "jo"}})"},
    {"person, arch:all",
     "all",
     "misc",
     "jo",
     false,
     "",
     "REJECTED_PERMANENTLY",
     {"Not built on buildd: arch all binaries uploaded by jo, a new source-only upload is needed "
      "to allow migration"},
     R"({"signed-by": {"all": "jo"}})"},
    {"unknown",
     "amd64",
     "misc",
     "",
     false,
     "",
     "REJECTED_CANNOT_DETERMINE_IF_PERMANENT",
     {"Not built on buildd: upload info for arch amd64 binaries not found"},
     R"({"signed-by": {"amd64": null}})"},
    {"outside main",
     "amd64",
     "contrib/misc",
     "jo",
     false,
     "",
     "PASS",
     {"arch amd64 binaries uploaded by jo, but package in contrib"},
     R"({"signed-by": {"amd64": "jo"}})"},
    {"arch:all with hint",
     "all",
     "misc",
     "jo",
     false,
     "allow-archall-maintainer-upload foo",
     "PASS_HINTED",
     {"arch all binaries uploaded by jo, but whitelisted by ada"},
     R"({"signed-by": {"all": "jo"}})"},
    {"the hint is for arch:all only",
     "amd64",
     "misc",
     "jo",
     false,
     "allow-archall-maintainer-upload foo",
     "REJECTED_PERMANENTLY",
     {"Not built on buildd: arch amd64 binaries uploaded by jo"},
     R"({"signed-by": {"amd64": "jo"}})"},
};

}  // namespace

// migration 4.5.8
TEST_CASE("builtonbuildd: who signed the binaries decides") {
  for (const auto& row : kUpload) {
    CAPTURE(row.name);
    auto test = uploaded(row.arch, row.section);
    if (*row.signer != '\0') test.facts.signers["foo"]["2"][row.arch] = {row.buildd, row.signer};
    if (*row.hint != '\0') test.hint(row.hint);

    const auto answer = buildd(test);
    CHECK(answer.verdict == row.verdict);
    CHECK(answer.texts == row.texts);
    CHECK(answer.info == row.info);
  }
}

// migration 4.5.8
TEST_CASE("builtonbuildd: one line per real architecture, old binaries are not asked") {
  TestWorld test(archive({"amd64", "arm64"})
                     .unstable()
                     .source("foo", "2")
                     .binary("foo", "amd64", "2")
                     .binary("foo-dev", "amd64", "2")
                     .binary("foo-doc", "all", "2")
                     .binary("foo", "arm64", "1", {.source = "foo (1)"})
                     .build());
  test.settings.check_buildd = true;
  for (const auto* name : {"foo", "foo-dev"})
    test.facts.signers[name]["2"]["amd64"] = {false, "jo"};
  test.facts.signers["foo-doc"]["2"]["all"] = {true, "b@x"};

  const auto answer = buildd(test);
  CHECK(answer.texts == Texts{"Not built on buildd: arch amd64 binaries uploaded by jo"});
  CHECK(answer.info == R"({"signed-by": {"all": "b@x", "amd64": "jo"}})");
}

// migration 1.3
TEST_CASE("builtonbuildd: switched off, as by default, it says nothing") {
  TestWorld test(archive().unstable().package("foo", "2").build());
  CHECK(buildd(test).verdict.empty());
}
