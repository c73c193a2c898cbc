#include "adt/job_json.h"

#include <functional>
#include <utility>

namespace sluice::adt {
namespace {

using base::ErrorKind;
using codec::Map;
using codec::Value;

using base::micros_of;

base::Instant instant_of(std::int64_t micros) {
  return base::Instant(std::chrono::microseconds(micros));
}

// Reads members of one map; the first that is missing or of another type is the error.
class JobReader {
 public:
  explicit JobReader(const Value& value) : value_(value) {}

  std::string text(std::string_view key) {
    const auto* found = value_.find(key);
    const auto* text = found == nullptr ? nullptr : found->string();
    if (text == nullptr) return miss(key, "a text"), "";
    return *text;
  }
  std::int64_t number(std::string_view key) {
    const auto* found = value_.find(key);
    const auto* number = found == nullptr ? nullptr : std::get_if<std::int64_t>(found);
    if (number == nullptr) return miss(key, "a whole number"), 0;
    return *number;
  }
  int small_number(std::string_view key) {
    const auto value = number(key);
    if (!std::in_range<int>(value)) return miss(key, "a number of fewer digits"), 0;
    return static_cast<int>(value);
  }
  bool truth(std::string_view key) {
    const auto* found = value_.find(key);
    const auto* truth = found == nullptr ? nullptr : std::get_if<bool>(found);
    if (truth == nullptr) return miss(key, "true or false"), false;
    return *truth;
  }
  template <class Enum>
  Enum word(std::string_view key, std::optional<Enum> (*parse)(std::string_view)) {
    const auto parsed = parse(text(key));
    if (!parsed) return miss(key, "one of the known words"), Enum{};
    return *parsed;
  }
  bool has(std::string_view key) const { return value_.find(key) != nullptr; }

  template <class T>
  base::Result<T> result(T value) const {
    if (problem_.empty()) return value;
    return base::fail(ErrorKind::invalid, problem_);
  }

 private:
  void miss(std::string_view key, std::string_view expectation) {
    if (problem_.empty())
      problem_ = "\"" + std::string(key) + "\": expected " + std::string(expectation);
  }

  const Value& value_;
  std::string problem_;
};

struct Writer {
  Value operator()(const Resolved&) const { return Map{}; }
  Value operator()(const ExcludedBy& e) const { return Map{{"rule", e.rule}}; }
  Value operator()(const HoldAdded& e) const {
    Map map{{"kind", text_of(e.reason.kind)},
            {"ref", e.reason.ref},
            {"since", micros_of(e.reason.since)},
            {"text", e.reason.text}};
    if (e.reason.ends) map.emplace("ends", micros_of(*e.reason.ends));
    return map;
  }
  Value operator()(const HoldDropped& e) const {
    return Map{{"kind", text_of(e.kind)}, {"ref", e.ref}};
  }
  Value operator()(const Leased& e) const { return Map{{"worker", e.worker}}; }
  Value operator()(const TestBegan& e) const { return Map{{"epoch", e.epoch}}; }
  Value operator()(const CollectBegan& e) const { return Map{{"epoch", e.epoch}}; }
  Value operator()(const AttemptEnded& e) const {
    return Map{{"epoch", e.epoch}, {"end", value_of(e.end)}};
  }
  Value operator()(const LeaseExpired& e) const {
    Map map;
    if (e.epoch != 0) map.emplace("epoch", e.epoch);
    add_to(map, {.phase = e.phase});
    return map;
  }
  Value operator()(const GivenBack& e) const {
    Map map{{"epoch", e.epoch}, {"why", e.why}};
    add_to(map, {.phase = e.phase});
    return map;
  }
  Value operator()(const CancelAsked& e) const { return Map{{"by", e.by}}; }
  Value operator()(const SupersededBy& e) const { return Map{{"by", e.by}}; }
  Value operator()(const HoldDeadline&) const { return Map{}; }
  Value operator()(const DeadlineMoved& e) const { return Map{{"to", micros_of(e.to)}}; }
  Value operator()(const RetryAsked& e) const { return Map{{"by", e.by}}; }
  Value operator()(const Revived& e) const { return Map{{"by", e.by}}; }
  Value operator()(const ClassRaised& e) const { return Map{{"to", text_of(e.to)}}; }
};

base::Result<JobEvent> read_hold(const Value& data) {
  JobReader r(data);
  HoldReason reason{r.word("kind", &parse_hold_kind), r.text("ref"), instant_of(r.number("since")),
                    std::nullopt, r.text("text")};
  if (r.has("ends")) reason.ends = instant_of(r.number("ends"));
  return r.result(JobEvent(HoldAdded{std::move(reason)}));
}

base::Result<JobEvent> read_end(const Value& data) {
  JobReader r(data);
  const auto epoch = r.number("epoch");
  const auto* value = data.find("end");
  const Value nothing;
  auto end = parse_attempt_end(value == nullptr ? nothing : *value);
  if (!end) return std::unexpected(end.error());
  return r.result(JobEvent(AttemptEnded{epoch, std::move(*end)}));
}

base::Result<JobEvent> read_lost(const Value& data) {
  JobReader r(data);
  const auto epoch = r.has("epoch") ? r.number("epoch") : 0;
  const auto proof = parse_proof(data);
  if (!proof) return std::unexpected(proof.error());
  return r.result(JobEvent(LeaseExpired{epoch, proof->phase}));
}

base::Result<JobEvent> read_given_back(const Value& data) {
  JobReader r(data);
  const auto epoch = r.number("epoch");
  auto why = r.text("why");
  const auto proof = parse_proof(data);
  if (!proof) return std::unexpected(proof.error());
  return r.result(JobEvent(GivenBack{epoch, std::move(why), proof->phase}));
}

// Those with one text or number, or none.
base::Result<JobEvent> read_simple(std::string_view what, const Value& data) {
  JobReader r(data);
  if (what == "resolved") return JobEvent(Resolved{});
  if (what == "excluded") return r.result(JobEvent(ExcludedBy{r.text("rule")}));
  if (what == "hold_dropped") {
    const auto kind = r.word("kind", &parse_hold_kind);
    return r.result(JobEvent(HoldDropped{kind, r.text("ref")}));
  }
  if (what == "leased") return r.result(JobEvent(Leased{r.text("worker")}));
  if (what == "test_began") return r.result(JobEvent(TestBegan{r.number("epoch")}));
  if (what == "collect_began") return r.result(JobEvent(CollectBegan{r.number("epoch")}));
  if (what == "cancel_asked") return r.result(JobEvent(CancelAsked{r.text("by")}));
  if (what == "superseded") return r.result(JobEvent(SupersededBy{r.text("by")}));
  if (what == "hold_deadline") return JobEvent(HoldDeadline{});
  if (what == "deadline_moved")
    return r.result(JobEvent(DeadlineMoved{instant_of(r.number("to"))}));
  if (what == "retry_asked") return r.result(JobEvent(RetryAsked{r.text("by")}));
  if (what == "revived") return r.result(JobEvent(Revived{r.text("by")}));
  if (what == "class_raised")
    return r.result(JobEvent(ClassRaised{r.word("to", &parse_job_class)}));
  return base::fail(ErrorKind::invalid, "no event is called \"" + std::string(what) + "\"");
}

}  // namespace

Value value_of(const AttemptEnd& end) {
  Map map{{"outcome", text_of(end.outcome)},
          {"blame", text_of(end.blame)},
          {"detail", end.detail},
          {"exit_code", end.exit_code},
          {"version", end.version},
          {"duration", static_cast<std::int64_t>(end.duration.count())},
          {"container", end.place.container},
          {"directory", end.place.directory},
          {"digest", end.digest}};
  if (!end.suspicion.empty()) map.emplace("suspicion", end.suspicion);
  if (end.run_again) map.emplace("run_again", true);
  add_to(map, end.proof);
  return map;
}

base::Result<AttemptEnd> parse_attempt_end(const Value& value) {
  JobReader r(value);
  AttemptEnd end;
  end.outcome = r.word("outcome", &parse_outcome);
  end.blame = r.word("blame", &parse_blame);
  end.detail = r.text("detail");
  end.exit_code = r.small_number("exit_code");
  end.version = r.text("version");
  end.duration = std::chrono::seconds(r.number("duration"));
  end.place = {r.text("container"), r.text("directory")};
  end.digest = r.text("digest");
  // Workers and events from before there were suspicions have none.
  if (r.has("suspicion")) end.suspicion = r.text("suspicion");
  if (r.has("run_again")) end.run_again = r.truth("run_again");
  auto proof = parse_proof(value);
  auto read = r.result(std::move(end));
  if (!read) return read;
  if (!proof) return std::unexpected(std::move(proof.error()));
  read->proof = std::move(*proof);
  return read;
}

Value value_of(const JobEvent& event) { return std::visit(Writer{}, event); }

base::Result<JobEvent> parse_job_event(std::string_view what, const Value& data) {
  if (what == "held") return read_hold(data);
  if (what == "attempt_ended") return read_end(data);
  if (what == "lease_expired") return read_lost(data);
  if (what == "given_back") return read_given_back(data);
  return read_simple(what, data);
}

}  // namespace sluice::adt
