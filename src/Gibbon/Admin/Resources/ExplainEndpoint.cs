using System.Globalization;
using Gibbon.Admin.Explaining;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Snapshots;

namespace Gibbon.Admin.Resources;

/// <summary><c>POST /explain</c>: what this node would do with a request, and why. Beyond Kong: docs/explain.md.</summary>
internal sealed class ExplainEndpoint(Func<Snapshot> snapshots, GatewaySettings settings)
{
    private const int DefaultSize = 50;
    private const int LargestSize = 1000;

    public ApiEndpoint Endpoint => ApiEndpoint.Of("/explain", ("POST", ExplainAsync)) with { ChangesNothing = true };

    private async ValueTask<ApiAnswer> ExplainAsync(ApiRequest request)
    {
        int size = DefaultSize;
        if (request.QueryText("size") is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= LargestSize))
        {
            return ApiAnswer.Message(400, $"size must be an integer between 1 and {LargestSize}");
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

    private int PortOf(bool isTls) => settings.Listeners.Proxy.FirstOrDefault(listener => listener.Ssl == isTls)?.Port ?? (isTls ? 443 : 80);
}
