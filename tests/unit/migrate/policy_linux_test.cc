#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::PolicyId;
using support::answer_of;
using support::archive;
using support::TestWorld;
using Texts = std::vector<std::string>;

namespace {

TestWorld kernel_world(std::initializer_list<const char*> names) {
  auto builder = archive();
  for (const auto* name : names) builder.testing().package(name, "1");
  for (const auto* name : names) builder.unstable().package(name, "2");
  return TestWorld(builder.build());
}

}  // namespace

// migration 4.5.12
TEST_CASE("linux: kernels wait for their meta package, before and after it in order") {
  struct Row {
    const char* kernel;
    const char* meta;
  };
  const Row rows[] = {
      {"linux", "linux-meta"},
      {"linux-aws", "linux-meta-aws"},
      {"linux-signed", "linux-meta"},
      {"linux-signed-aws", "linux-meta-aws"},
      {"linux-zfcpdump", "linux-meta-zfcpdump"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.kernel);
    auto test = kernel_world({row.kernel, row.meta});
    test.hint("block " + std::string(row.meta));
    const auto world = test.world();
    const auto judgement = migrate::judge(world, test.facts);

    const auto* excuse = support::excuse_of(judgement, row.kernel);
    CHECK_FALSE(excuse->valid);
    CHECK(excuse->verdict == migrate::Verdict::rejected_waiting_for_another_item);
    CHECK(answer_of(judgement, row.kernel, PolicyId::linux_meta, world).texts ==
          Texts{"<a href=\"#" + std::string(row.meta) + "\">" + row.meta +
                "</a> is not a candidate"});
    const bool later = std::string_view(row.kernel) > row.meta;
    CHECK(excuse->reasons.contains("linux-meta-not-ready") == !later);
  }
}

// migration 4.5.12
TEST_CASE("linux: a meta package that is a candidate, or is not there, holds nothing") {
  auto both = kernel_world({"linux", "linux-meta"});
  const auto judgement = both.judge();
  CHECK(support::excuse_of(judgement, "linux")->valid);
  CHECK(support::excuse_of(judgement, "linux-meta")->valid);

  auto firmware = kernel_world({"linux-firmware"});
  CHECK(answer_of(firmware, "linux-firmware", PolicyId::linux_meta) ==
        support::PolicyAnswer{"PASS", {}, "{}"});
}

// migration 4.5.12
TEST_CASE("linux: other sources are not its business") {
  auto test = kernel_world({"util-linux"});
  CHECK(answer_of(test, "util-linux", PolicyId::linux_meta).verdict.empty());
}
