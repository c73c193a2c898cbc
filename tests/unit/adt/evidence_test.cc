#include "adt/evidence.h"

#include <doctest/doctest.h>

#include <string>

#include "codec/json.h"

namespace sluice::adt {
namespace {

const Evidence kExit{EvidenceKind::exit_code, EvidenceSource::tool, EvidenceWeight::decides, "16",
                     std::chrono::seconds(30)};

Proof proof_with(std::vector<Evidence> evidence) {
  Proof proof;
  proof.phase = RunPhase::boot;
  proof.rule = "dns";
  proof.evidence = std::move(evidence);
  return proof;
}

codec::Value json_of_proof(const Proof& proof) {
  codec::Map map;
  add_to(map, proof);
  return map;
}

std::string problem_of(const char* json) {
  const auto proof = parse_proof(codec::parse_json(json).value());
  return proof ? "" : proof.error().text();
}

}  // namespace

// testgrid 1.3
TEST_CASE("evidence: a proof is read back as it was told") {
  const auto proof = proof_with(
      {{EvidenceKind::phase, EvidenceSource::log, EvidenceWeight::weak, "boot", {}}, kExit});

  CHECK(parse_proof(json_of_proof(proof)) == proof);
  CHECK(codec::to_json(json_of_proof(proof_with({kExit})), codec::JsonStyle::compact) ==
        "{\"evidence\": [{\"at\": 30, \"detail\": \"16\", \"kind\": \"exit\", \"source\": "
        "\"tool\", \"weight\": \"decides\"}], \"phase\": \"boot\", \"rule\": \"dns\"}");
}

// testgrid 1.4
TEST_CASE("evidence: who tells none has an empty proof, and an empty proof tells nothing") {
  CHECK(parse_proof(codec::Map{{"outcome", "PASS"}}) == Proof());
  CHECK(json_of_proof({}) == codec::Value(codec::Map()));
}

// testgrid 7.3
TEST_CASE("evidence: what cannot be is refused by name") {
  const std::string good = R"("kind": "exit", "source": "tool", "weight": "decides")";
  const auto one = [](const std::string& members) {
    return problem_of(("{\"evidence\": [{" + members + "}]}").c_str());
  };
  CHECK(one(good + R"(, "detail": "16", "at": 3)") == "");
  CHECK(problem_of(R"({"phase": "begun"})") == "\"phase\": expected one of the known words");
  CHECK(problem_of(R"({"phase": 1})").starts_with("\"phase\""));
  CHECK(problem_of(R"({"rule": "two\nlines"})").starts_with("\"rule\": expected one line"));
  CHECK(problem_of(R"({"evidence": {}})").contains("a list of at most 40"));
  CHECK(one(R"("kind": "omen")").contains("\"kind\""));
  CHECK(one(R"("kind": "exit", "source": "hearsay")").contains("\"source\""));
  CHECK(one(R"("kind": "exit", "source": "tool", "weight": "7")").contains("\"weight\""));
  CHECK(one(good + R"(, "at": 3)").contains("\"detail\""));
  CHECK(one(good + R"(, "detail": "16")").contains("\"at\""));
  CHECK(one(good + R"(, "detail": "16", "at": -1)").contains("\"at\""));
  const std::string words(kEvidenceBytesMax + 1, 'x');
  CHECK(one(good + R"(, "at": 3, "detail": ")" + words + "\"").contains("at most 300 bytes"));
  const auto many = json_of_proof(proof_with(std::vector(kEvidenceMax + 1, kExit)));
  CHECK_FALSE(parse_proof(many));
}

// testgrid 7.3
TEST_CASE("evidence: a line of a log becomes one short line of UTF-8") {
  CHECK(quoted("a\tb\x1b[1m\n") == "a b [1m ");
  CHECK(quoted("\xff") == "\xef\xbf\xbd");
  CHECK(quoted("\xc2\x9b") == " ");
  const auto cut = quoted(std::string(kEvidenceBytesMax - 1, 'x') + "\xc3\xa4");
  CHECK(cut == std::string(kEvidenceBytesMax - 1, 'x'));
  CHECK(quoted(cut) == cut);
}

TEST_CASE("evidence: for people it is a line") {
  CHECK(text_of(kExit) == "exit (from tool): 16; decides");
}

}  // namespace sluice::adt
