#include "adt/request.h"

#include "base/text.h"
#include "codec/json.h"

namespace sluice::adt {
namespace {

std::string json_of(const codec::Value& value) {
  return codec::to_json(value, codec::JsonStyle::compact);
}

std::string json_list(const std::vector<std::string>& texts) {
  codec::List list;
  for (const auto& text : texts) list.emplace_back(text);
  return json_of(list);
}

}  // namespace

// By hand: a codec::Map would sort the keys, and consumers get them in this order from the peers.
std::string request_json(const TestRequest& request, TriggerStyle style) {
  const auto triggers = style == TriggerStyle::list
                            ? request.triggers
                            : std::vector{base::join(request.triggers, " ")};
  auto out = "{\"triggers\": " + json_list(triggers);
  if (!request.ppas.empty()) out += ", \"ppas\": " + json_list(request.ppas);
  if (!request.submit_time.empty()) out += ", \"submit-time\": " + json_of(request.submit_time);
  return out + "}";
}

std::string amqp_body(const TestRequest& request, TriggerStyle style) {
  return request.source + "\n" + request_json(request, style);
}

std::string request_line(const TestRequest& request) {
  return request.queue + ":" + request.source + " " +
         request_json(request, TriggerStyle::one_string) + "\n";
}

}  // namespace sluice::adt
