#include "migrate/candidates.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::ArchiveBuilder;
using support::excuse_of;
using support::finder_texts;
using support::TestWorld;

namespace {

using Texts = std::vector<std::string>;

// The finder alone, with the policies that a test gives it.
struct UbuntuFound {
  explicit UbuntuFound(ArchiveBuilder archive) : world(archive.build()) {}

  void run(const std::vector<PolicySpec>& policies = {}) {
    const auto all = world.world();
    PolicyRun policy_run{.world = all, .facts = world.facts, .out = out};
    find_candidates(policy_run, ubuntu_finder(world.settings), policies);
  }
  const Excuse* excuse(std::string_view uvname) const { return excuse_of(out, uvname); }
  Texts texts(std::string_view uvname) { return finder_texts(excuse(uvname), world.world()); }

  TestWorld world;
  Judgement out;
};

ArchiveBuilder foo_updated() {
  return support::archive().testing().package("foo", "1").unstable().package("foo", "2");
}

ArchiveBuilder removed() { return support::archive().testing().package("foo", "1"); }

PolicySpec source_policy(Verdict (*call)(PolicyRun&, Excuse&)) {
  return {PolicyId::block, true, PolicyScope::source_only, call, nullptr};
}

}  // namespace

// migration 4.3 A
TEST_CASE("finder: a source that left the primary suite is proposed for removal") {
  UbuntuFound found(removed());
  found.run();
  const auto* excuse = found.excuse("-foo");
  REQUIRE(excuse != nullptr);
  CHECK(excuse->verdict == Verdict::pass);
  CHECK(excuse->old_version == "1");
  CHECK(excuse->new_version == "-");
  CHECK(excuse->maintainer == "Jo Doe");
  CHECK(excuse->item.kind == ItemKind::source_removal);
  CHECK(found.texts("-foo") == Texts{"Package not in unstable, will try to remove"});
}

// migration 4.3 A
TEST_CASE("finder: a block hint on the removal rejects it") {
  UbuntuFound found(removed());
  found.world.hint("block -foo", "bob");
  found.run();
  CHECK(found.excuse("-foo")->verdict == Verdict::rejected_permanently);
  CHECK(found.excuse("-foo")->reasons.contains("block"));
  CHECK(found.texts("-foo") ==
        Texts{"Package not in unstable, will try to remove",
              "Not touching package, as requested by bob (contact Debian-release if update is "
              "needed)"});
  CHECK(found.excuse("-foo")->findings[1].user == "bob");
}

// migration 4.3 A
TEST_CASE("finder: a block hint on the upgrade does not touch the removal") {
  UbuntuFound found(removed());
  found.world.hint("block foo");
  found.run();
  CHECK(found.excuse("-foo")->verdict == Verdict::pass);
}

// migration 1.3, 4.3 A
TEST_CASE("finder: PARTIAL_SOURCE proposes no removals") {
  UbuntuFound found(removed());
  found.world.settings.partial_source = true;
  found.run();
  CHECK(found.out.excuses.empty());
}

// migration 4.3 B
TEST_CASE("finder: unchanged sources have no excuse") {
  UbuntuFound found(
      support::archive().testing().package("foo", "1").unstable().package("foo", "1"));
  found.run();
  CHECK(found.out.excuses.empty());
}

// migration 4.3 B
TEST_CASE("finder: fake sources are never upgraded") {
  UbuntuFound found(
      support::archive().unstable().binary("foo", "amd64", "1", {.source = "ghost (1)"}));
  found.run();
  CHECK(found.out.excuses.empty());
}

// migration 4.3 B
TEST_CASE("finder: every source suite has its say, items of one suite by name") {
  UbuntuFound found(support::archive()
                        .testing()
                        .package("foo", "1")
                        .tpu()
                        .package("foo", "1+tpu")
                        .pu()
                        .package("foo", "1+pu")
                        .unstable()
                        .package("zoo", "1")
                        .package("foo", "2"));
  found.run();
  Texts order;
  for (const auto& excuse : found.out.excuses) order.push_back(excuse.uvname);
  CHECK(order == Texts{"foo", "zoo", "foo_pu", "foo_tpu"});
}

// migration 4.3 B
TEST_CASE("finder: versions that compare equal are the same version") {
  UbuntuFound found(
      support::archive().testing().package("foo", "1").unstable().package("foo", "1-0"));
  found.run();
  CHECK(found.excuse("foo") == nullptr);
}

// migration 4.3 C (1)
TEST_CASE("finder: an older source is rejected before any policy") {
  UbuntuFound found(
      support::archive().testing().package("foo", "2").unstable().package("foo", "1"));
  found.run({source_policy([](PolicyRun&, Excuse& excuse) {
    excuse.reasons.insert("policy");
    return Verdict::pass;
  })});
  const auto* excuse = found.excuse("foo");
  REQUIRE(excuse != nullptr);
  CHECK(excuse->verdict == Verdict::rejected_permanently);
  CHECK(excuse->reasons == std::set<std::string, std::less<>>{"newerintesting"});
  CHECK(found.texts("foo") == Texts{"ALERT: foo is newer in the target suite (2 1)"});
}

// migration 4.3 C (2)
TEST_CASE("finder: a source item starts with PASS and carries both versions") {
  UbuntuFound found(foo_updated());
  found.run();
  const auto* excuse = found.excuse("foo");
  REQUIRE(excuse != nullptr);
  CHECK(excuse->verdict == Verdict::pass);
  CHECK(excuse->old_version == "1");
  CHECK(excuse->new_version == "2");
  CHECK(excuse->packages == std::vector{found.world.ref("foo", "2")});
}

// migration 4.3 C (2)
TEST_CASE("finder: a source that the target lacks has no old version") {
  UbuntuFound found(support::archive().unstable().package("foo", "2"));
  found.run();
  CHECK(found.excuse("foo")->old_version == "-");
}

// migration 4.3 C (2)
TEST_CASE("finder: a remove hint for either version rejects the upgrade, policies still run") {
  for (const auto* hint : {"remove foo/1", "remove foo/2"}) {
    CAPTURE(hint);
    UbuntuFound found(foo_updated());
    found.world.hint(hint, "bob");
    found.run({source_policy([](PolicyRun&, Excuse& excuse) {
      excuse.reasons.insert("policy");
      return Verdict::pass;
    })});
    const auto* excuse = found.excuse("foo");
    CHECK(excuse->verdict == Verdict::rejected_permanently);
    CHECK(excuse->reasons.contains("policy"));
    REQUIRE(excuse->hints.size() == 1);
    CHECK(found.texts("foo") ==
          Texts{"Removal request by bob", "Trying to remove package, not update it"});
  }
}

// migration 4.3 C (2)
TEST_CASE("finder: a remove hint for another version does nothing") {
  UbuntuFound found(foo_updated());
  found.world.hint("remove foo/0");
  found.run();
  CHECK(found.excuse("foo")->verdict == Verdict::pass);
}

// migration 4.3 C (5)
TEST_CASE("finder: policies raise the verdict") {
  UbuntuFound found(foo_updated());
  found.run({source_policy([](PolicyRun&, Excuse&) { return Verdict::rejected_temporarily; })});
  CHECK(found.excuse("foo")->verdict == Verdict::rejected_temporarily);
}

// migration 4.3 C (6)
TEST_CASE("finder: an additional suite needs the target's builds, a new source none") {
  auto archive = support::archive({"amd64", "arm64"})
                     .testing()
                     .package("foo", "1")
                     .tpu()
                     .source("foo", "2")
                     .binary("foo", "amd64", "2")
                     .source("new", "1")
                     .binary("new", "amd64", "1")
                     .unstable()
                     .package("foo", "1");
  UbuntuFound found(archive);
  found.run();
  CHECK(found.excuse("foo_tpu")->verdict == Verdict::rejected_cannot_determine_if_permanent);
  CHECK(found.excuse("new_tpu")->verdict == Verdict::pass);
}

// migration 4.3 C (7)
TEST_CASE("finder: a force hint for the new version turns a rejection into PASS_HINTED") {
  UbuntuFound found(support::archive().unstable().source("foo", "2"));
  found.world.hint("force foo/2", "bob");
  found.run();
  const auto* excuse = found.excuse("foo");
  CHECK(excuse->forced);
  CHECK(excuse->verdict == Verdict::pass_hinted);
  CHECK(found.texts("foo") ==
        Texts{"foo has no binaries on any arch", "Should ignore, but forced by bob"});
  CHECK(excuse->findings[1].place == Place::info);
}

// migration 4.3 C (7)
TEST_CASE("finder: a force hint says nothing on a passing item, and nothing to other versions") {
  UbuntuFound passing(foo_updated());
  passing.world.hint("force foo/2");
  passing.run();
  CHECK(passing.excuse("foo")->forced);
  CHECK(passing.excuse("foo")->verdict == Verdict::pass);
  CHECK(passing.texts("foo").empty());

  UbuntuFound other(support::archive().unstable().source("foo", "2"));
  other.world.hint("force foo/1");
  other.run();
  CHECK_FALSE(other.excuse("foo")->forced);
}

// migration 4.3 D
TEST_CASE("finder: a rebuild is an item of its architecture") {
  UbuntuFound found(support::archive({"amd64", "arm64"})
                        .testing()
                        .package("foo", "1")
                        .unstable()
                        .source("foo", "1")
                        .binary("foo", "amd64", "1+b1")
                        .binary("foo", "arm64", "1"));
  found.run();
  REQUIRE(found.out.excuses.size() == 1);
  const auto& excuse = found.out.excuses[0];
  CHECK(excuse.uvname == "foo/amd64");
  CHECK(excuse.verdict == Verdict::pass);
  CHECK(excuse.old_version == "1");
  CHECK(excuse.new_version == "1");
}

// migration 4.3 D
TEST_CASE("finder: something wrong rejects the binaries, policies still run") {
  UbuntuFound found(support::archive()
                        .testing()
                        .package("foo", "1")
                        .unstable()
                        .source("foo", "1")
                        .binary("foo", "amd64", "1+b1")
                        .binary("old", "amd64", "0", {.source = "foo (0)"}));
  found.run({{PolicyId::block, true, PolicyScope::every_arch, nullptr,
              [](PolicyRun&, Excuse& excuse, ArchIndex) {
                excuse.reasons.insert("policy");
                return Verdict::pass;
              }}});
  CHECK(found.excuse("foo/amd64")->verdict == Verdict::rejected_permanently);
  CHECK(found.excuse("foo/amd64")->reasons.contains("policy"));
}

// migration 4.3 E
TEST_CASE("finder: a later item's policy invalidates an earlier excuse from outside") {
  UbuntuFound found(support::archive()
                        .unstable()
                        .package("linux", "1")
                        .package("linux-meta", "1")
                        .package("xx", "1"));
  found.run({source_policy([](PolicyRun& run, Excuse& excuse) {
    if (excuse.uvname == "linux-meta") {
      Finding finding;
      finding.verdict = Verdict::rejected_waiting_for_another_item;
      finding.words = {"not ready"};
      run.invalidations.push_back({"linux", finding, "linux-meta-not-ready"});
      run.invalidations.push_back({"nobody", finding, "linux-meta-not-ready"});
      run.info_updates.push_back({"linux", PolicyId::source_ppa, "linux-meta", "ppa"});
    }
    return Verdict::pass;
  })});
  const auto* linux = found.excuse("linux");
  CHECK(linux->verdict == Verdict::rejected_waiting_for_another_item);
  CHECK(linux->reasons.contains("linux-meta-not-ready"));
  CHECK(*linux->policy_info.at(PolicyId::source_ppa).at("linux-meta").string() == "ppa");
  CHECK(found.texts("linux") == Texts{"not ready"});
  CHECK(found.excuse("linux-meta")->verdict == Verdict::pass);
}

namespace {

ArchiveBuilder unchanged() {
  return support::archive().testing().package("foo", "1").unstable().package("foo", "1");
}

}  // namespace

// migration 4.3 F
TEST_CASE("finder: a remove hint for the target's version removes") {
  UbuntuFound found(unchanged());
  found.world.hint("remove foo/1", "bob");
  found.run();
  const auto* excuse = found.excuse("-foo");
  REQUIRE(excuse != nullptr);
  CHECK(excuse->verdict == Verdict::pass);
  CHECK(excuse->maintainer.empty());
  CHECK(excuse->old_version == "1");
  CHECK(excuse->new_version == "-");
  REQUIRE(excuse->hints.size() == 1);
  CHECK(found.texts("-foo") ==
        Texts{"Removal request by bob", "Package is broken, will try to remove"});
}

// migration 4.3 F
TEST_CASE("finder: a remove hint for another version or an absent package is no item") {
  UbuntuFound found(unchanged());
  found.world.hint("remove foo/2\nremove ghost/1\n");
  found.run();
  CHECK(found.out.excuses.empty());
}

// migration 4.3 F
TEST_CASE("finder: a remove hint yields to an actionable item of the package") {
  UbuntuFound found(support::archive()
                        .testing()
                        .package("foo", "1")
                        .unstable()
                        .source("foo", "1")
                        .binary("foo", "amd64", "1+b1"));
  found.world.hint("remove foo/1");
  found.run();
  CHECK(found.excuse("foo/amd64") != nullptr);
  CHECK(found.excuse("-foo") == nullptr);
}

// migration 4.3 C (2), F
TEST_CASE("finder: a remove hint rejects the upgrade and then removes") {
  UbuntuFound found(foo_updated());
  found.world.hint("remove foo/1");
  found.run();
  CHECK(is_rejected(found.excuse("foo")->verdict));
  REQUIRE(found.excuse("-foo") != nullptr);
  CHECK(found.excuse("-foo")->verdict == Verdict::pass);
}

// migration 4.3 F
TEST_CASE("finder: block and remove hints contradict, the block wins") {
  UbuntuFound found(unchanged());
  found.world.hint("remove foo/1", "bob").hint("block -foo", "cy");
  found.run();
  CHECK(found.excuse("-foo")->verdict == Verdict::rejected_permanently);
  CHECK(found.excuse("-foo")->hints.empty());
  CHECK(found.texts("-foo") ==
        Texts{"Removal request by bob",
              "Not removing package, due to block hint by cy (contact Debian-release if update is "
              "needed)"});
}

// migration 4.3 A, F
TEST_CASE("finder: one excuse per name when removal, remove hint and block meet") {
  UbuntuFound found(removed());
  found.world.hint("remove foo/1", "bob").hint("block -foo", "cy");
  found.run();
  CHECK(found.out.excuses.size() == 1);
  CHECK(found.texts("-foo")[0] == "Removal request by bob");
}
