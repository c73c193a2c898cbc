#include "adt/attempt.h"

#include "adt/run.h"

namespace sluice::adt {

base::Result<void> check_place(const AttemptEnd& end, const RequestMessage& request,
                               const QueueName& queue) {
  const auto& [container, directory] = end.place;
  if (directory.empty()) return {};
  const bool infra = class_of(end.outcome) == OutcomeClass::infra;
  const auto own = place_of(request, queue, "", infra ? RunKind::infra : RunKind::result);
  if (container != own.container)
    return base::fail(base::ErrorKind::invalid,
                      "container " + container + ": expected " + own.container);
  if (directory.starts_with(own.directory) &&
      is_run_id(std::string_view(directory).substr(own.directory.size())))
    return {};
  return base::fail(base::ErrorKind::invalid,
                    "directory " + directory + ": expected a run at " + own.directory);
}

}  // namespace sluice::adt
