using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Connections;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Zipkin;

/// <summary>Sends batches of spans.</summary>
/// <param name="Host">The gateway.</param>
/// <param name="Collector">Zipkin.</param>
readonly record struct ZipkinSender(PluginHost Host, Collector Collector)
{
    /// <summary>Sends a batch.</summary>
    /// <returns>Kong's text of the failure; the queue tries again.</returns>
    public async ValueTask<Result> SendAsync(IReadOnlyList<byte[]> batch, CancellationToken stopping)
    {
        var answer = await Collector.PostAsync(Host, JsonArray.Of(batch), stopping);
        if (!answer.IsOk)
            return Result.Failure($"zipkin request failed: {answer.Error}");

        return answer.Value.Status is >= 200 and < 300
            ? Result.Ok
            : Result.Failure($"zipkin server responded unexpectedly: {answer.Value.Status} {answer.Value.Reason}");
    }
}
