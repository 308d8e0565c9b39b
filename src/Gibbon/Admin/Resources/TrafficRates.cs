using Gibbon.Pdk.Schemas;
using Gibbon.Proxy.Traffic;

namespace Gibbon.Admin.Resources;

/// <summary>
/// How much goes where: requests per second, errors and latency of each route, service, upstream, target and consumer, made of the requests that are
/// recorded. The time that is looked at is the last minute, or as much of it as the recording still holds.
/// </summary>
internal static class TrafficRates
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static ValueMap Of(TrafficRecording recording, DateTimeOffset now)
    {
        List<RecordedRequest> all = recording.After(0);
        DateTimeOffset from = now - Window > recording.Since ? now - Window : recording.Since;
        if (all.Count >= recording.Size && all[^1].EndedAt > from)
        {
            from = all[^1].EndedAt;
        }

        double seconds = Math.Max(1, (now - from).TotalSeconds);
        double weight = recording.SampleRate > 0 ? 1 / recording.SampleRate : 0;
        List<RecordedRequest> recent = all.FindAll(request => request.EndedAt >= from);
        return new ValueMap
        {
            ["seconds"] = Math.Round(seconds, 1),
            ["sample_rate"] = recording.SampleRate,
            ["routes"] = By(recent, static request => request.Route?.Id, seconds, weight),
            ["services"] = By(recent, static request => request.Service?.Id, seconds, weight),
            ["upstreams"] = By(recent, static request => request.Upstream?.Id, seconds, weight),
            ["targets"] = By(recent, static request => request.Tries.IsEmpty ? null : request.Tries[^1].Target?.Id, seconds, weight),
            ["consumers"] = By(recent, static request => request.Consumer?.Id, seconds, weight),
        };
    }

    private static ValueMap By(List<RecordedRequest> recent, Func<RecordedRequest, Guid?> of, double seconds, double weight)
    {
        ValueMap rates = [];
        foreach (IGrouping<Guid?, RecordedRequest> group in recent.GroupBy(of))
        {
            if (group.Key is { } id)
            {
                rates[id.ToString()] = new ValueMap
                {
                    ["per_second"] = Math.Round(group.Count() * weight / seconds, 3),
                    ["errors_per_second"] = Math.Round(group.Count(static request => request.Status is 0 or >= 500) * weight / seconds, 3),
                    ["latency"] = Math.Round(group.Average(static request => request.Latencies.Request), 3),
                };
            }
        }

        return rates;
    }
}
