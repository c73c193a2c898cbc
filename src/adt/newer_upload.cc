#include "adt/newer_upload.h"

#include <compare>
#include <string>
#include <string_view>

#include "deb/version.h"

namespace sluice::adt {
namespace {

std::string_view version_in(std::string_view trigger) {
  const auto slash = trigger.find('/');
  return slash == std::string_view::npos ? std::string_view() : trigger.substr(slash + 1);
}

// A gate moves a storm between these two by its size, which a newer upload may have another one of.
bool is_of_distribution(const QueueName& queue) {
  return queue.context.empty() || queue.context == "huge";
}

bool is_same_place(const QueueName& a, const QueueName& b) {
  return a == b || (is_of_distribution(a) && is_of_distribution(b));
}

// What is asked for but for its triggers.
std::string shape_of(const Job& job) {
  auto request = job.request;
  request.triggers.clear();
  return request_key(request, job.queue);
}

bool is_from_git(const Job& job) {
  const auto& request = job.request;
  return !request.test_git.empty() || !request.build_git.empty() || !request.test_bzr.empty() ||
         job.queue.context == "upstream";
}

// Several gates may write into a queue, messages overtake each other, and no gate at a broker says
// what it takes back: there the version has to be a higher one, and all else the same.
bool takes_place_at_broker(const Job& newer, const Job& older) {
  // Somebody asked for the same by name: a person's wish stands.
  if (older.job_class == JobClass::manual) return false;
  if (is_from_git(older) || !is_same_place(newer.queue, older.queue)) return false;
  if (shape_of(newer) != shape_of(older)) return false;
  return deb::compare_versions(version_in(older.request.triggers.front()),
                               version_in(newer.request.triggers.front())) < 0;
}

}  // namespace

bool is_of_gate(const Job& job) {
  return job.producer == "gate" || (job.producer == "amqp" && job.request.requester.empty());
}

bool takes_place_of(const Job& newer, const Job& older) {
  if (!is_of_gate(newer) || !is_of_gate(older) || newer.producer != older.producer) return false;
  if (newer.request.triggers.empty() || older.request.triggers.empty()) return false;
  // Our gate asks for what its suites have now.
  return newer.producer == "gate" || takes_place_at_broker(newer, older);
}

}  // namespace sluice::adt
