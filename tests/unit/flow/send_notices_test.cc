#include "flow/send_notices.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "flow/gate_batch.h"
#include "notify/smtp_mailer.h"
#include "support/excuse_fixture.h"
#include "support/gate_scene.h"
#include "support/scripted_http.h"

using namespace sluice;
using base::ErrorKind;
using migrate::Excuse;
using migrate::PolicyId;
using migrate::Switch;
using migrate::Verdict;

namespace {

const std::string kApi = "https://api.launchpad.net/1.0/";
const std::string kPrimary = kApi + "ubuntu/+archive/primary?ws.op=getPublishedSources&";
const std::string kTold = "u/sru_regress_inform_state";

// Takes mail, but for the errors that it was given first.
class FakeTransport final : public sys::MailTransport {
 public:
  base::Result<void> send(const sys::Envelope& envelope) override {
    ++tries;
    if (!errors.empty()) {
      const auto kind = errors.front();
      errors.pop_front();
      return base::fail(kind, "mail.example: no");
    }
    sent.push_back(envelope);
    return {};
  }
  bool wrote_to(const std::string& recipient) const {
    return std::ranges::any_of(sent, [&](const auto& each) {
      return std::ranges::find(each.recipients, recipient) != each.recipients.end();
    });
  }
  std::deque<ErrorKind> errors;
  std::vector<sys::Envelope> sent;
  int tries = 0;
};

// foo and bar are held for three days by a build that they lack and a test that they break.
struct NoticesScene : support::ReportFixture {
  NoticesScene() {
    settings.distribution = "ubuntu";
    settings.series = "noble";
    config.paths.unstable = "u";
    config.email.stuck = Switch::on;
    excuses = {held("bar"), held("foo")};
  }
  Excuse held(std::string_view name) const {
    auto one = excuse(name);
    one.valid = false;
    one.days_old = 3.5;
    one.reasons = {"autopkgtest"};
    one.policy_verdicts[PolicyId::autopkgtest] = Verdict::rejected_permanently;
    migrate::TestOutcome test;
    test.source = "green";
    test.version = "2";
    test.arch = "amd64";
    test.status = migrate::TestStatus::regression;
    one.findings.emplace_back().kind = migrate::FindingKind::test_results;
    one.findings.back().policy = PolicyId::autopkgtest;
    one.findings.back().tests = {test};
    one.findings.emplace_back().kind = migrate::FindingKind::missing_build;
    one.findings.back().verdict = Verdict::rejected_permanently;
    return one;
  }
  // `name` was uploaded by jo, with two addresses, and ada.
  void uploaded(const std::string& name) {
    const auto person = [&](const std::string& who, const std::string& addresses) {
      http.answer(kApi + who, 200,
                  R"({"confirmed_email_addresses_collection_link": ")" + kApi + who + R"(/all"})");
      http.answer(kApi + who + "/all", 200, "{\"entries\": [" + addresses + "]}");
    };
    http.answer(kPrimary + "source_name=" + name + "&version=2&exact_match=true", 200,
                R"({"entries": [{"package_signer_link": ")" + kApi +
                    R"(~jo", "package_creator_link": ")" + kApi + R"(~ada"}]})");
    person("~jo", R"({"email": "jo@a.example"}, {"email": "jo@ubuntu.com"})");
    person("~ada", R"({"email": "ada@b.example"})");
  }
  static std::string in_proposed(const std::string& name, const std::string& version) {
    return kPrimary + "pocket=Proposed&source_name=" + name + "&version=" + version +
           "&exact_match=true&distro_series=%2Fubuntu%2Fnoble";
  }
  // Version 2 of `name` fixes bugs.
  void fixes(const std::string& name, const std::string& bugs) {
    const auto link = kApi + "pub/" + name;
    const auto changes = "https://launchpad.net/" + name + ".changes";
    http.answer(in_proposed(name, "2"), 200, R"({"entries": [{"self_link": ")" + link + "\"}]}");
    http.answer(link + "?ws.op=changesFileUrl", 200, '"' + changes + '"');
    http.answer(changes, 200, "Launchpad-Bugs-Fixed: " + bugs + "\n");
  }
  void only_regressions() {
    config.email.stuck = Switch::off;
    config.email.sru_regression = Switch::on;
  }
  void run() {
    britney::LaunchpadClient launchpad(http);
    notify::SmtpMailer mailer(transport, clock, "mail.example");
    flow::send_notices(config, settings, excuses, {files, &http, &launchpad, &mailer, log});
  }
  std::string cache() { return files.read("u/EmailCache").value_or("(missing)"); }
  std::string told() { return files.read(kTold).value_or("(missing)"); }
  bool logged(const std::string& part) const {
    return std::ranges::any_of(log.lines, [&](const auto& line) { return line.contains(part); });
  }

  britney::Config config;
  std::vector<Excuse> excuses;
  test::MemoryFileSystem files;
  test::ScriptedHttp http;
  FakeTransport transport;
  test::RecordingLog log;
  support::FixedClock clock;
};

}  // namespace

// migration 4.5.13
TEST_CASE("notices: one mail to the preferred address of each uploader, and the next when due") {
  NoticesScene scene;
  scene.excuses = {scene.held("foo")};
  scene.uploaded("foo");
  scene.run();
  REQUIRE(scene.transport.sent.size() == 1);
  const auto& mail = scene.transport.sent[0];
  CHECK(mail.server == "mail.example");
  CHECK(mail.sender == "noreply+proposed-migration@ubuntu.com");
  CHECK(mail.recipients == std::vector<std::string>{"jo@ubuntu.com", "ada@b.example"});
  CHECK(mail.text.contains(
      "Subject: [proposed-migration] foo 2 stuck in noble-proposed for 3 days.\r\n"));
  CHECK(mail.text.contains("It is held by: autopkgtest."));
  CHECK(scene.cache() == R"({"foo": {"2": [["jo@ubuntu.com", "ada@b.example"], 3]}})");
  CHECK_FALSE(scene.logged("jo@"));  // logs are public

  scene.run();
  CHECK(scene.transport.sent.size() == 1);
  // The cache knows whom to write to.
  scene.excuses[0].days_old = 7.0;
  const auto asked = scene.http.asked.size();
  scene.run();
  CHECK(scene.transport.sent.size() == 2);
  CHECK(scene.http.asked.size() == asked);
  CHECK(scene.cache().contains(", 7]"));
}

// migration 4.5.13
TEST_CASE("notices: what is not stuck costs no question") {
  NoticesScene scene;
  for (auto& excuse : scene.excuses) excuse.days_old = 0.5;
  scene.run();
  CHECK(scene.http.asked.empty());
  CHECK(scene.transport.tries == 0);
}

// migration 4.5.13
TEST_CASE("notices: EMAIL_ENABLE = dry-run and a run without mailer only log") {
  NoticesScene scene;
  scene.config.email = {.stuck = Switch::dry_run, .sru_regression = Switch::dry_run};
  scene.run();
  CHECK(scene.log.has("I: Not sent: a mail about foo 2, which is stuck for 3 days"));
  CHECK(scene.log.has("I: Not sent: a mail about broken tests to the bugs of foo 2"));
  scene.config.email = {.stuck = Switch::on, .sru_regression = Switch::on};
  flow::send_notices(scene.config, scene.settings, scene.excuses,
                     {scene.files, nullptr, nullptr, nullptr, scene.log});
  CHECK(scene.log.lines.size() == 8);
  CHECK(scene.http.asked.empty());
  CHECK(scene.transport.tries == 0);
  CHECK(scene.files.paths().empty());
}

// migration 4.5.13
TEST_CASE("notices: a mail server that is down is tried once, and nothing is noted") {
  NoticesScene scene;
  scene.uploaded("foo");
  scene.uploaded("bar");
  scene.transport.errors = {ErrorKind::unavailable};
  scene.run();
  CHECK(scene.transport.tries == 1);
  CHECK(scene.cache() == "{}");
  CHECK(scene.log.has(
      "E: Cannot send a mail about bar 2, and no other in this run: mail.example: no"));
  scene.run();
  CHECK(scene.transport.sent.size() == 2);
}

// migration 4.5.13
TEST_CASE("notices: a mail that is refused costs itself") {
  NoticesScene scene;
  scene.uploaded("foo");
  scene.uploaded("bar");
  scene.transport.errors = {ErrorKind::denied};
  scene.run();
  CHECK(scene.transport.sent.size() == 1);
  CHECK(scene.cache().contains("foo"));
  CHECK_FALSE(scene.cache().contains("bar"));
}

// migration 4.5.13
TEST_CASE("notices: without Launchpad only those that the cache knows get mail") {
  NoticesScene scene;
  scene.files.put("u/EmailCache", R"({"foo": {"2": [["jo@a.example"], 1]}})");
  scene.http.fail(kPrimary + "source_name=bar&version=2&exact_match=true");
  scene.run();
  CHECK(scene.http.asked.size() == 1);
  CHECK(scene.transport.wrote_to("jo@a.example"));
  CHECK(scene.cache() == R"({"foo": {"2": [["jo@a.example"], 3]}})");
}

// migration 4.5.13
TEST_CASE("notices: where nobody is known the question comes back when the next mail is due") {
  NoticesScene scene;
  scene.excuses = {scene.held("foo")};
  scene.http.answer(kPrimary + "source_name=foo&version=2&exact_match=true", 200,
                    R"({"entries": []})");
  scene.run();
  scene.run();
  CHECK(scene.http.asked.size() == 1);
  CHECK(scene.transport.tries == 0);
  scene.excuses[0].days_old = 7.0;
  scene.run();
  CHECK(scene.http.asked.size() == 2);
}

// migration 4.5.13
TEST_CASE("notices: when a mail cannot be noted no other is sent") {
  NoticesScene scene;
  scene.uploaded("foo");
  scene.uploaded("bar");
  scene.files.fill_up_at(1);
  scene.run();
  CHECK(scene.transport.sent.size() == 1);
  CHECK(scene.logged("E: Cannot note which mails were sent: "));
}

// migration 4.5.14
TEST_CASE("notices: broken tests are told to every bug of the update, once a version") {
  NoticesScene scene;
  scene.only_regressions();
  scene.excuses = {scene.held("foo")};
  scene.fixes("foo", "12 3");
  scene.run();
  REQUIRE(scene.transport.sent.size() == 2);
  CHECK(scene.transport.sent[0].recipients == std::vector<std::string>{"12@bugs.launchpad.net"});
  CHECK(scene.transport.wrote_to("3@bugs.launchpad.net"));
  CHECK(scene.transport.sent[0].text.contains("green/2 (amd64)"));
  CHECK(scene.told() == R"({"ubuntu": {"noble": {"foo": "2"}}})");
  scene.run();
  CHECK(scene.transport.sent.size() == 2);
}

// migration 4.5.14
TEST_CASE("notices: an update that fixes no bug is noted and not asked about again") {
  NoticesScene scene;
  scene.only_regressions();
  scene.excuses = {scene.held("foo")};
  scene.http.answer(NoticesScene::in_proposed("foo", "2"), 200, R"({"entries": []})");
  scene.run();
  CHECK(scene.transport.tries == 0);
  CHECK(scene.told().contains("foo"));
}

// migration 4.5.14
TEST_CASE("notices: bugs are told again only if none of a version was told") {
  NoticesScene down;
  down.only_regressions();
  down.fixes("bar", "1 2");
  down.fixes("foo", "3");
  down.transport.errors = {ErrorKind::unavailable};
  down.run();
  CHECK(down.transport.tries == 1);
  CHECK(down.told() == "(missing)");

  NoticesScene refused;
  refused.only_regressions();
  refused.excuses = {refused.held("foo")};
  refused.fixes("foo", "1 2");
  refused.transport.errors = {ErrorKind::denied};
  refused.run();
  CHECK(refused.transport.wrote_to("2@bugs.launchpad.net"));
  CHECK(refused.told().contains("foo"));
}

// migration 4.5.13, 4.5.14
TEST_CASE("notices: a mail server that is down for bugs is not tried for uploaders") {
  NoticesScene scene;
  scene.only_regressions();
  scene.config.email.stuck = Switch::on;
  scene.fixes("bar", "1 2");
  scene.uploaded("bar");
  scene.transport.errors = {ErrorKind::unavailable};
  scene.run();
  CHECK(scene.transport.tries == 1);
  CHECK(scene.http.asked.size() == 3);
  CHECK(scene.cache() == "{}");
}

// migration 4.5.14
TEST_CASE("notices: what left proposed is forgotten, what nobody can tell stays") {
  NoticesScene scene;
  scene.only_regressions();
  scene.excuses.clear();
  scene.files.put(kTold, R"({"ubuntu": {"noble": {"a": "1", "b": "1", "c": "1"}}})");
  const auto published = [](const std::string& name) {
    return NoticesScene::in_proposed(name, "1") + "&status=Published";
  };
  scene.http.answer(published("a"), 200, R"({"entries": []})");
  scene.http.answer(published("b"), 200, R"({"entries": [{}]})");
  scene.http.fail(published("c"));
  scene.run();
  CHECK(scene.told() == R"({"ubuntu": {"noble": {"b": "1", "c": "1"}}})");
}

// migration 4.5.14
TEST_CASE("notices: without Launchpad or with a damaged state file no bug is told") {
  NoticesScene unreachable;
  unreachable.only_regressions();
  unreachable.http.fail(NoticesScene::in_proposed("bar", "2"));
  unreachable.run();
  CHECK(unreachable.http.asked.size() == 1);
  CHECK(unreachable.told() == "(missing)");

  NoticesScene damaged;
  damaged.only_regressions();
  damaged.fixes("bar", "1");
  damaged.files.put(kTold, "{");
  damaged.run();
  CHECK(damaged.transport.tries == 0);
  CHECK(damaged.logged("E: No bug is told of broken tests: "));
  CHECK(damaged.told() == "{");
}

namespace {

// foo 2 has a new bug and waits for a week.
struct GateWithMail : support::GateScene {
  explicit GateWithMail(const std::string& more) {
    files.put("c", *files.read("c") + more);
    files.put("s/age-policy-dates", "foo 2 1700259200\n");
    files.put("s/rc-bugs-unstable", "foo 1\n");
    files.put("s/rc-bugs-testing", "");
    files.put("u/EmailCache", R"({"foo": {"2": [["jo@a.example"], 1]}})");
  }
  base::Result<flow::BatchSummary> run(void (*change)(flow::BatchOptions&) = [](auto&) {}) {
    flow::BatchOptions options;
    options.mail = &transport;
    change(options);
    const auto config = britney::read_config(files, "c", {.series = "noble"});
    REQUIRE(config);
    return flow::run_gate_batch(config->value, options, files, clock, log);
  }
  FakeTransport transport;
};

}  // namespace

// migration 4.5.13, 8.7, 8.8
TEST_CASE("gate with mail: a run tells the uploaders and keeps that it did") {
  GateWithMail scene("EMAIL_ENABLE = yes\nEMAIL_HOST = mail.example:2525\n");
  REQUIRE(scene.run());
  REQUIRE(scene.transport.sent.size() == 1);
  CHECK(scene.transport.sent[0].server == "mail.example:2525");
  CHECK(scene.transport.sent[0].text.contains("foo 2 stuck in noble-proposed for 7 days."));
  CHECK(*scene.files.read("u/EmailCache") == R"({"foo": {"2": [["jo@a.example"], 7]}})");
  REQUIRE(scene.run([](auto& options) { options.compute_migrations = false; }));
  CHECK(scene.transport.sent.size() == 1);
}

// migration 4.5.13, 8.7, 8.8
TEST_CASE("gate with mail: dry runs, questions and a gate without EMAIL_ENABLE send none") {
  GateWithMail scene("EMAIL_ENABLE = yes\n");
  REQUIRE(scene.run([](auto& options) { options.dry_run = true; }));
  CHECK(scene.log.has("I: Not sent: a mail about foo 2, which is stuck for 7 days"));
  REQUIRE(scene.run([](auto& options) { options.print_uninst = true; }));
  REQUIRE(scene.run([](auto& options) { options.actions = "foo/2"; }));
  REQUIRE(scene.run([](auto& options) { options.hint_tester = [](flow::HintSession&) {}; }));
  GateWithMail off("");
  REQUIRE(off.run());
  CHECK(scene.transport.tries + off.transport.tries == 0);
  CHECK(scene.files.read("u/EmailCache")->contains("1]"));
}

// migration 4.5.13
TEST_CASE("gate with mail: a mail server that is down changes nothing else of the run") {
  GateWithMail scene("EMAIL_ENABLE = yes\n");
  scene.transport.errors = {ErrorKind::unavailable};
  const auto summary = scene.run();
  REQUIRE(summary);
  CHECK(summary->accepted == 0);
  CHECK(scene.files.exists("o/Heidi"));
}
