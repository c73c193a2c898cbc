// /jobs of the JSON interface. Source: testgrid 5.1; autopkgtest 1.6.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "adt/names.h"
#include "codec/base64.h"
#include "codec/json.h"
#include "store/attempt_rows.h"
#include "store/job_rows.h"
#include "web/api.h"
#include "web/views.h"

namespace sluice::web {
namespace {

using base::ErrorKind;
using codec::List;
using codec::Map;
using codec::Value;

// testgrid 5.1: a batch has no more.
constexpr std::size_t kBatchMax = 5'000;
constexpr std::size_t kPageMax = 500;

// A request that could not be read, as it came but for credentials, for the list of what was
// refused.
struct Unreadable {
  std::string queue, body, why;
};

struct Item {
  std::size_t submission = 0;  // its place among those that could be read
  std::optional<Unreadable> unreadable;
};

struct Batch {
  std::vector<flow::Submission> submissions;
  std::vector<Item> items;  // all, in order
};

// Bulk requests are those of a storm; what a person asks for comes before what the gate wants.
adt::JobClass class_for(const Value& value, const adt::QueueName& queue) {
  if (const auto named = adt::parse_job_class(value.text("class"))) return *named;
  return queue.context == "huge" ? adt::JobClass::rdeps_huge : adt::JobClass::manual;
}

base::Result<flow::Submission> submission_in(const Value& value, const std::string& producer) {
  auto queue = adt::parse_queue_name(value.text("queue"));
  if (!queue) return std::unexpected(queue.error());
  const auto* parameters = value.find("parameters");
  const auto package = value.text("package");
  auto request = adt::read_message(package, parameters == nullptr ? Value(Map()) : *parameters);
  if (!request) return std::unexpected(request.error());
  const auto job_class = class_for(value, *queue);
  return flow::Submission{std::move(*queue), std::move(*request), job_class, producer};
}

std::string producer_in(const Value& body) {
  const auto producer = body.text("producer");
  return producer.empty() ? "http" : producer;
}

void add(Batch& batch, const Value& value, const std::string& producer) {
  auto submission = submission_in(value, producer);
  if (submission) {
    batch.items.push_back({batch.submissions.size(), std::nullopt});
    batch.submissions.push_back(std::move(*submission));
  } else {
    auto body = adt::without_credentials(codec::to_json(value, codec::JsonStyle::compact));
    auto why = adt::without_credentials(submission.error().text());
    batch.items.push_back({0, Unreadable{value.text("queue"), std::move(body), std::move(why)}});
  }
}

// What is told of one request: as an item of a batch, and as an answer of its own.
struct Told {
  Map item;
  int status = 200;
  std::chrono::seconds again{0};  // with 429
};

// Too many of them: that passes, and it is seen among what was refused.
Told told_refusal(flow::JobDesk& desk, const flow::Submission& asked,
                  const flow::Submitted& refused, base::Instant now) {
  if (!refused.noted) {
    const auto key = adt::request_key(asked.request, asked.queue);
    (void)desk.reject({0, now, asked.producer, asked.queue.text(),
                       flow::shown_text(asked.request, key), refused.why});
  }
  const auto again = static_cast<std::int64_t>(refused.again.count());
  return {{{"how", "refused"}, {"why", refused.why}, {"retry_after", again}}, 429, refused.again};
}

Told told_of(flow::JobDesk& desk, const flow::Submission& asked,
             const base::Result<flow::Submitted>& submitted, base::Instant now) {
  if (!submitted)
    return {{{"how", "refused"}, {"why", submitted.error().text()}},
            problem(submitted.error()).status,
            {}};
  if (submitted->how == flow::SubmitHow::refused) return told_refusal(desk, asked, *submitted, now);
  const bool created = submitted->how == flow::SubmitHow::created;
  return {
      {{"how", created ? "created" : "existing"}, {"job", "j-" + std::to_string(submitted->job)}},
      created ? 201 : 200,
      {}};
}

std::vector<Told> told_of(flow::JobDesk& desk, const Batch& batch, base::Instant now) {
  const auto submitted = desk.submit(batch.submissions, now);
  std::vector<Told> all;
  for (const auto& item : batch.items) {
    if (!item.unreadable) {
      const auto at = item.submission;
      all.push_back(told_of(desk, batch.submissions[at], submitted[at], now));
      continue;
    }
    const auto& [queue, body, why] = *item.unreadable;
    (void)desk.reject({0, now, "http", queue, body, why});
    all.push_back({{{"how", "refused"}, {"why", why}}, 400, {}});
  }
  return all;
}

// Of one request. Source: testgrid 6.5, item 1.
sys::ServerResponse answer_of(const Told& told) {
  if (told.status < 400) return json_answer(told.status, Value(told.item));
  auto answer = problem(told.status, Value(told.item).text("why"));
  if (told.status == 429)
    answer.headers.emplace_back("Retry-After", std::to_string(told.again.count()));
  return answer;
}

// "kind" and "ref". Errors: invalid.
base::Result<flow::HoldChoice> holds_in(const Call& call) {
  const auto kind = call.body.text("kind");
  flow::HoldChoice which{adt::parse_hold_kind(kind), call.body.text("ref")};
  if (!kind.empty() && !which.kind)
    return base::fail(ErrorKind::invalid, "\"kind\": \"" + kind + "\" is no kind of a hold");
  return which;
}

// What an action says: {"by": NAME, "reason": TEXT, ...}.
base::Result<adt::JobEvent> event_of(const Call& call, base::Instant now) {
  const auto by = call.body.text("by");
  if (by.empty())
    return base::fail(ErrorKind::invalid, "\"by\": expected the name of who wants it");
  const auto reason = call.body.text("reason");
  if (call.action == "cancel") return adt::JobEvent(adt::CancelAsked{by});
  if (call.action == "retry") return adt::JobEvent(adt::RetryAsked{by});
  if (reason.empty()) return base::fail(ErrorKind::invalid, "\"reason\": expected a text");
  if (call.action == "revive") return adt::JobEvent(adt::Revived{by + ": " + reason});
  if (call.action == "hold") {
    const auto which = holds_in(call);
    if (!which) return std::unexpected(which.error());
    // What a person holds, a person takes away: of the kinds only poison means that.
    const auto kind = which->kind.value_or(adt::HoldKind::poison);
    return adt::JobEvent(adt::HoldAdded{{kind, which->ref, now, std::nullopt, by + ": " + reason}});
  }
  if (call.action == "extend") {
    const auto* hours = call.body.find("hours");
    const auto* number = hours == nullptr ? nullptr : std::get_if<std::int64_t>(hours);
    if (number == nullptr || *number < 1 || *number > 24 * 365)
      return base::fail(ErrorKind::invalid, "\"hours\": expected 1 to 8760, from now on");
    return adt::JobEvent(adt::DeadlineMoved{now + std::chrono::hours(*number)});
  }
  return base::fail(ErrorKind::not_found,
                    "an action is one of cancel, retry, revive, hold, release, extend");
}

base::Result<void> act(flow::JobDesk& desk, std::int64_t job, const Call& call, base::Instant now) {
  if (call.action == "release" && !call.body.text("by").empty()) {
    const auto which = holds_in(call);
    if (!which) return std::unexpected(which.error());
    return desk.release(job, *which, now);
  }
  const auto event = event_of(call, now);
  if (!event) return std::unexpected(event.error());
  return desk.apply(job, *event, now);
}

base::Result<Value> job_with_history(flow::JobDesk& desk, std::int64_t id) {
  auto& db = desk.db();
  const auto job = store::read_job(db, id);
  if (!job) return std::unexpected(job.error());
  auto value = view_of(*job);
  if (job->request.is_private()) return value;
  const auto attempts = store::read_attempts(db, id);
  if (!attempts) return std::unexpected(attempts.error());
  List list;
  for (const auto& attempt : *attempts) list.push_back(view_of(attempt));
  std::get<Map>(value).emplace("history", std::move(list));
  if (const auto at = desk.running().find(id); at != desk.running().end() && at->second.heard)
    std::get<Map>(value).emplace("progress", progress_of(at->second, *job));
  return value;
}

base::Result<Value> events(store::StateDb& db, std::int64_t id) {
  const auto job = store::read_job(db, id);
  if (!job) return std::unexpected(job.error());
  List list;
  if (!job->request.is_private()) {
    const auto events = store::events_of(db, id);
    if (!events) return std::unexpected(events.error());
    for (const auto& event : *events) list.push_back(view_of(event));
  }
  return Value(Map{{"events", std::move(list)}});
}

// Who asks for the jobs of a package is not told of private ones: to hide their names and to find
// them by these would be to tell.
base::Result<std::vector<adt::Job>> visible_jobs(store::StateDb& db, store::JobFilter filter) {
  if (filter.package.empty()) return store::list_jobs(db, filter);
  std::vector<adt::Job> jobs;
  while (true) {
    auto page = store::list_jobs(db, filter);
    if (!page) return page;
    const bool is_last = page->size() < filter.limit;
    if (!page->empty()) filter.after = page->back().id;
    for (auto& job : *page)
      if (!job.request.is_private() && jobs.size() < filter.limit) jobs.push_back(std::move(job));
    if (is_last || jobs.size() == filter.limit) return jobs;
  }
}

// A whole number of the query; 0 if it is not there. Errors: invalid.
base::Result<std::int64_t> number_asked(const Call& call, const std::string& name) {
  const auto text = call.target.parameter(name);
  if (text.empty() || text == "0") return 0;
  const auto number = number_of(text, "");
  if (number) return number;
  return base::fail(ErrorKind::invalid, "\"" + name + "\": expected a whole number");
}

base::Result<Value> log_from(flow::JobDesk& desk, std::int64_t id, std::int64_t epoch,
                             std::uint64_t from) {
  const auto job = store::read_job(desk.db(), id);
  if (!job) return std::unexpected(job.error());
  if (job->request.is_private())
    return base::fail(ErrorKind::not_found, "the log of a private job is not shown");
  const auto slice = desk.logs().read(id, epoch, from);
  return Value(Map{{"job", "j-" + std::to_string(id)},
                   {"epoch", slice.epoch},
                   {"from", static_cast<std::int64_t>(slice.from)},
                   {"next", static_cast<std::int64_t>(slice.from + slice.bytes.size())},
                   {"bytes", codec::to_base64(slice.bytes)}});
}

sys::ServerResponse jobs_answer(const base::Result<Value>& value) {
  return value ? json_answer(200, *value) : problem(value.error());
}

}  // namespace

void submit_batch(flow::Keeper& keeper, Call call) {
  const auto* requests = call.body.find("requests");
  const auto* list = requests == nullptr ? nullptr : requests->list();
  if (list == nullptr || list->size() > kBatchMax)
    return call.reply(problem(400, "\"requests\": expected a list of at most 5000"));
  // Shared: the keeper's tasks may be copied.
  const auto batch = std::make_shared<Batch>();
  const auto producer = producer_in(call.body);
  for (const auto& value : *list) add(*batch, value, producer);
  ask_keeper(keeper, std::move(call.reply), [batch](flow::JobDesk& desk, base::Instant now) {
    List results;
    for (auto& told : told_of(desk, *batch, now)) results.push_back(std::move(told.item));
    return json_answer(200, Map{{"results", std::move(results)}});
  });
}

void submit_one(flow::Keeper& keeper, Call call) {
  Batch batch;
  add(batch, call.body, producer_in(call.body));
  ask_keeper(keeper, std::move(call.reply),
             [batch = std::move(batch)](flow::JobDesk& desk, base::Instant now) {
               return answer_of(told_of(desk, batch, now).front());
             });
}

void list_jobs(flow::Keeper& keeper, Call call) {
  store::JobFilter filter;
  const auto state = call.target.parameter("state");
  filter.state = adt::parse_job_state(state);
  if (!state.empty() && !filter.state)
    return call.reply(problem(400, "\"" + state + "\" is no state of a job"));
  filter.release = call.target.parameter("release");
  filter.arch = call.target.parameter("arch");
  filter.package = call.target.parameter("package");
  if (call.target.query.contains("context")) filter.context = call.target.parameter("context");
  filter.open_only = call.target.parameter("open") == "1";
  filter.newest_only = call.target.parameter("newest") == "1";
  filter.regressions_only = call.target.parameter("regressions") == "1";
  filter.after = number_of(call.target.parameter("after"), "j-").value_or(0);
  filter.limit = static_cast<std::size_t>(std::min<std::int64_t>(
      number_of(call.target.parameter("limit"), "").value_or(100), kPageMax));
  ask_keeper(keeper, std::move(call.reply), [filter](flow::JobDesk& desk, base::Instant) {
    const auto jobs = visible_jobs(desk.db(), filter);
    if (!jobs) return problem(jobs.error());
    List list;
    for (const auto& job : *jobs) list.push_back(view_of(job));
    return json_answer(200, Map{{"jobs", std::move(list)}});
  });
}

void show_job(flow::Keeper& keeper, Call call) {
  const auto id = number_of(call.id, "j-");
  if (!id) return call.reply(problem(id.error()));
  const bool history = call.sub.empty();
  ask_keeper(keeper, std::move(call.reply),
             [id = *id, history](flow::JobDesk& desk, base::Instant) {
               return jobs_answer(history ? job_with_history(desk, id) : events(desk.db(), id));
             });
}

void show_log(flow::Keeper& keeper, Call call) {
  const auto id = number_of(call.id, "j-");
  if (!id) return call.reply(problem(id.error()));
  const auto epoch = number_asked(call, "epoch"), from = number_asked(call, "from");
  for (const auto* number : {&epoch, &from})
    if (!*number) return call.reply(problem(number->error()));
  ask_keeper(keeper, std::move(call.reply),
             [id = *id, epoch = *epoch, from = *from](flow::JobDesk& desk, base::Instant) {
               return jobs_answer(log_from(desk, id, epoch, static_cast<std::uint64_t>(from)));
             });
}

void act_on_job(flow::Keeper& keeper, Call call) {
  const auto id = number_of(call.id, "j-");
  if (!id) return call.reply(problem(id.error()));
  auto reply = std::move(call.reply);
  ask_keeper(keeper, std::move(reply),
             [id = *id, call = std::move(call)](flow::JobDesk& desk, base::Instant now) {
               if (auto done = act(desk, id, call, now); !done) return problem(done.error());
               return jobs_answer(job_with_history(desk, id));
             });
}

}  // namespace sluice::web
