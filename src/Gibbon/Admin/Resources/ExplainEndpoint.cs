using System.Globalization;
using Gibbon.Admin.Explaining;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Proxy.Watching;
using Gibbon.Settings;
using Gibbon.Snapshots;

namespace Gibbon.Admin.Resources;

/// <summary>
/// <c>POST /explain</c>: what this node would do with a request, and why; <c>GET /explain/:requests</c>: why it did what it did with one that asked
/// (<c>X-Kong-Request-Debug: explain</c>). Beyond Kong: docs/explain.md.
/// </summary>
internal sealed class ExplainEndpoint(Func<Snapshot> snapshots, GatewaySettings settings, LiveRequests live)
{
    private const int DefaultSize = 50;
    private const int LargestSize = 1000;

    public IEnumerable<ApiEndpoint> All =>
    [
        ApiEndpoint.Of("/explain", ("POST", ExplainAsync)) with { ChangesNothing = true },
        ApiEndpoint.Get("/explain/:requests", LookBackAsync),
    ];

    private async ValueTask<ApiAnswer> ExplainAsync(ApiRequest request)
    {
        if (SizeOf(request, out int size) is { } wrong)
        {
            return wrong;
        }

        (ExplainedRequest? explained, string? fault) = ExplainedRequest.Read(request.Body.PlainArguments());
        if (explained is null)
        {
            return ApiAnswer.Message(400, fault!);
        }

        Snapshot snapshot = snapshots();
        Consumer? consumer = null;
        IReadOnlyList<Guid> groups = [];
        if (explained.Consumer is { } named)
        {
            Result<Consumer?> found = await snapshot.Consumers.FindAsync(named, byUsername: true);
            if (found.Value is null)
            {
                return found.IsOk ? ApiAnswer.Message(400, $"consumer: there is no '{named}'") : ApiAnswer.Message(500, "An unexpected error occurred") with { Reason = found.Error };
            }

            consumer = found.Value;
            groups = await snapshot.Consumers.GroupsOfAsync(consumer.Id);
        }

        return ApiAnswer.Json(200, new Explanation(snapshot, explained, explained.Port ?? PortOf(explained.IsTls), size).Write(consumer, groups));
    }

    // With the configuration that it met, which may be another by now.
    private async ValueTask<ApiAnswer> LookBackAsync(ApiRequest request)
    {
        if (SizeOf(request, out int size) is { } wrong)
        {
            return wrong;
        }

        if (live.Find(request.Parameter("requests")) is not { } found)
        {
            return ApiAnswer.NotFound();
        }

        ExplainedRequest explained = new()
        {
            Method = found.Method,
            IsTls = found.IsTls,
            Host = found.Host,
            Target = found.Target,
            Headers = found.Headers,
            Sni = found.Sni,
            ClientAddress = found.ClientAddress,
            ClientPort = found.ClientPort,
            LocalAddress = found.LocalAddress ?? System.Net.IPAddress.Loopback,
        };
        IReadOnlyList<Guid> groups = found.Consumer is { } consumer ? await found.Snapshot.Consumers.GroupsOfAsync(consumer.Id) : [];
        ValueMap body = new Explanation(found.Snapshot, explained, found.Port, size).Write(found.Consumer, groups);
        ((ValueMap)body["request"]!)["path"] = found.Happened.Path;
        body["happened"] = TrafficEndpoints.Tell(found.Happened);
        return ApiAnswer.Json(200, body);
    }

    private static ApiAnswer? SizeOf(ApiRequest request, out int size)
    {
        size = DefaultSize;
        return request.QueryText("size") is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= LargestSize)
            ? ApiAnswer.Message(400, $"size must be an integer between 1 and {LargestSize}")
            : null;
    }

    private int PortOf(bool isTls) => settings.Listeners.Proxy.FirstOrDefault(listener => listener.Ssl == isTls)?.Port ?? (isTls ? 443 : 80);
}
